"""The steps of the journey, as a person would name them."""

from __future__ import annotations

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

OVERRIDE_TEXT = "The paper adds up wrongly."
SLOW = 90_000  # ms: reading scanned pages on two busy cores


def assert_accessible(page: Page, what: str) -> None:
    """No violation of WCAG 2.0 to 2.2, levels A and AA, that axe can see."""
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}})
    said = [
        f"{violation['id']} at {node['html'][:160]}: {node['failureSummary']}"
        for violation in found.response["violations"]
        for node in violation["nodes"][:3]
    ]
    assert found.response["passes"], "axe looked at nothing"
    assert not said, f"{what}: {said}"


def go_dark(page: Page) -> None:
    """Without motion, because half-way colours have no meaningful contrast."""
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.wait_for_timeout(1000)


def assert_fits(page: Page, what: str) -> None:
    """Nothing sticks out to the side of the page, which is all there first."""
    page.wait_for_load_state()
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{what} is {wide} px wider than the window"


def sign_in_by_tile(page: Page, url: str, role: str) -> None:
    page.goto(f"{url}/login/")
    assert_accessible(page, "sign-in")
    page.locator(".tile", has_text=role).click()
    expect(page.get_by_role("heading", name="Batches", level=1)).to_be_visible()


def upload(page: Page, files: list[str], name: str) -> None:
    page.set_input_files("#upload-files", files)
    page.fill("#upload-name", name)
    page.get_by_role("button", name=f"Process {len(files)} file").click()
    expect(page.get_by_role("heading", name=re.compile(name), level=1)).to_be_visible()


def row_of(page: Page, file_name: str) -> Locator:
    return page.locator(".doc", has_text=file_name)


def open_fields(page: Page) -> Locator:
    return page.locator('[data-field][data-state="needs"], [data-field][data-state="failed"]')


def choose_word(page: Page, field: Locator) -> str:
    """Fills the field with one word by a click on the page, no typing; gives the word."""
    field.locator("[data-input]").focus()
    page.keyboard.press("Control+b")
    words = page.locator("[data-word]")
    expect(words.first).to_be_attached()
    page.locator("[data-go=page]").click()
    page.wait_for_timeout(400)  # the zoom's transition
    before = field.locator("[data-input]").input_value()
    for index in range(words.count()):
        box = words.nth(index).bounding_box()
        if not box or not _is_in_view(page, box):
            continue
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        chosen = field.locator("[data-input]").input_value()
        if chosen != before and len(chosen) > 2:
            page.keyboard.press("Control+b")
            return chosen
    raise AssertionError("no word of the page could be clicked")


def _is_in_view(page: Page, box: dict[str, float]) -> bool:
    stage = page.locator("[data-stage]").bounding_box()
    assert stage
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    return stage["x"] < x < stage["x"] + stage["width"] and stage["y"] < y < stage["y"] + stage["height"]


def field_labelled(page: Page, label: str) -> Locator:
    return page.locator(".field", has=page.locator("label", has_text=re.compile(f"^{re.escape(label)}")))


def type_into(page: Page, field: Locator, text: str) -> None:
    """Types a value, leaves the field by Enter, and waits until it is saved."""
    field.locator("[data-input]").fill(text)
    page.keyboard.press("Enter")
    expect(field).not_to_have_attribute("aria-busy", "true")


def approve(page: Page) -> None:
    """Ctrl+Enter; what is asked about unsettled fields or failed checks is answered as a person would, by keyboard."""
    here = page.url
    for _ in range(4):
        page.keyboard.press("Control+Enter")
        page.wait_for_timeout(1500)
        if page.url != here:
            return
        if page.locator("#override-dialog").is_visible():
            give_override(page)
            page.wait_for_url(lambda url: url != here)
            return
    raise AssertionError(f"not approved: {page.locator('#desk-notice').inner_text()}")


def give_override(page: Page) -> None:
    expect(page.locator("#override-code")).to_be_focused()
    page.locator("#override-code").select_option("printed_so")
    page.keyboard.press("Tab")
    page.keyboard.type(OVERRIDE_TEXT)
    page.keyboard.press("Control+Enter")
