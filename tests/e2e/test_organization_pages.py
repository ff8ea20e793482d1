"""An org admin at work: a team, its people, the rules, the audit trail, a schema; on a wide screen and on a telephone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import RunningSystem
from tests.e2e.journey import assert_accessible, assert_fits, sign_in_by_tile

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(480)]

PLACES = ("", "teams/", "people/", "people/new/", "people/invite/", "email/", "security/", "providers/", "audit/")


def test_an_org_admin_runs_the_office(running_system: RunningSystem, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(20_000)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("dialog", lambda dialog: dialog.accept())
    sign_in_by_tile(page, running_system.url, "Organisation admin")
    page.get_by_role("link", name="Organisation", exact=True).click()
    make_a_team(page)
    set_the_rules(page)
    check_the_trail(page)
    tune_a_schema(page)
    switch_teams(page)
    assert not complaints
    say_who_is_idle(browser, running_system.url)
    look_at_every_page(browser, running_system.url)


def make_a_team(page: Page) -> None:
    """By keyboard; somebody is put in and taken out, which is asked about."""
    page.get_by_role("link", name="Teams", exact=True).click()
    page.get_by_label("Name of the new team").focus()
    page.keyboard.type("Archive")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The team was created.")).to_be_visible()
    page.get_by_role("link", name="Archive").click()
    page.get_by_label("Person").select_option(label="Vic Viewer")
    page.get_by_label("Role").select_option(label="Operator")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("cell", name="Vic Viewer", exact=True)).to_be_visible()
    assert_accessible(page, "team")
    page.get_by_role("button", name="Take out Vic Viewer").click()
    page.get_by_role("button", name="Delete the team").click()
    expect(page.get_by_text("The team was deleted.")).to_be_visible()


def set_the_rules(page: Page) -> None:
    page.get_by_role("link", name="Security", exact=True).click()
    page.get_by_label("Minutes without activity").fill("3")
    page.get_by_role("button", name="Save").click()
    assert page.get_by_label("Minutes without activity").evaluate("input => !input.validity.valid")
    page.get_by_label("Minutes without activity").fill("30")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("It holds from now on.")).to_be_visible()


def check_the_trail(page: Page) -> None:
    """In place, without leaving the list; an object's entries are one click away."""
    page.get_by_role("link", name="Audit", exact=True).click()
    expect(page.get_by_role("heading", name="Audit", level=1)).to_be_visible()
    page.wait_for_load_state()  # before htmx is there, the link leads to a page of its own
    page.get_by_role("link", name="Check the chain").click()
    expect(page.get_by_text("are as they were written")).to_be_visible()
    page.get_by_role("link", name="all about it").first.click()
    expect(page.get_by_text("Only entries about")).to_be_visible()
    assert_accessible(page, "audit")


def tune_a_schema(page: Page) -> None:
    page.get_by_role("link", name="Document types", exact=True).click()
    page.get_by_role("link", name="Edit Invoice").click()
    page.locator('.outline-entry[data-path="fields/0"]').click()
    page.get_by_label("Further labels, one per line").fill("Our number")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("button", name="Publish 1.1")).to_be_enabled()
    page.get_by_role("button", name="Throw the draft away").click()
    expect(page.get_by_role("heading", name="Document types", level=1)).to_be_visible()


def switch_teams(page: Page) -> None:
    """In the header; the choice holds on the next pages and is shown there."""
    header = page.get_by_role("banner")
    whole, team = ("All teams", "Demo Office"), ("Accounts payable", "Accounts payable")
    for (_, present), (choice, name) in ((whole, team), (team, whole)):
        header.locator(".bar-button", has_text=present).click()
        header.get_by_role("button", name=choice, exact=True).click()
        page.wait_for_load_state()
        page.get_by_role("link", name="Batches", exact=True).click()
        expect(header.locator(".bar-name").filter(has_text=name)).to_be_visible()


def say_who_is_idle(browser: Browser, url: str) -> None:
    """Every four minutes an open page renews its session, and says whether anybody did anything since the last time."""
    context = browser.new_context()
    page = context.new_page()
    page.clock.install()
    sign_in_by_tile(page, url, "Organisation admin")
    page.wait_for_load_state()
    told: list[str] = []
    page.on(
        "request", lambda sent: told.append(sent.headers["x-idp-active"]) if "/session/refresh/" in sent.url else None
    )
    for act in (lambda: None, lambda: None, lambda: page.keyboard.press("Shift"), lambda: None):
        act()
        with page.expect_response(lambda answer: "/session/refresh/" in answer.url):
            page.clock.fast_forward(245_000)
        page.wait_for_timeout(200)
    assert told == ["1", "0", "1", "0"]
    context.close()


def look_at_every_page(browser: Browser, url: str) -> None:
    """On a telephone in the dark: nothing sticks out, the tabs are there, everything is accessible."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme="dark", reduced_motion="reduce")
    page = context.new_page()
    sign_in_by_tile(page, url, "Organisation admin")
    for place in PLACES:
        page.goto(f"{url}/organization/{place}")
        assert_fits(page, place)
        assert_accessible(page, f"/organization/{place}, dark")
        assert page.locator(".tabs").evaluate("tabs => tabs.clientHeight") >= 40
    open_the_menu(page)
    page.goto(f"{url}/schemas/")
    page.get_by_role("link", name="Tune").first.click()
    expect(page.get_by_label("Threshold in per cent")).to_be_visible()
    assert_fits(page, "tuning")
    assert_accessible(page, "tuning, dark")
    context.close()


MENU_ON_BAR = """() => {
    const [bar, menu] = ["header", "#main-menu"].map(place => document.querySelector(place).getBoundingClientRect());
    return bar.bottom >= menu.bottom;
}"""  # once the page stands as it will: fonts may still come


def open_the_menu(page: Page) -> None:
    """On the bar, not over the page; the tab of a page far to the side is in sight."""
    page.goto(page.url.replace("/audit/", "/retention/"))
    expect(page.locator(".tabs [aria-current]")).to_be_in_viewport(ratio=1)
    menu, toggle = page.locator("#main-menu"), page.get_by_role("button", name="Menu")
    toggle.press("Enter")
    expect(menu).to_be_visible()
    page.wait_for_function(MENU_ON_BAR)
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(toggle).to_be_focused()
