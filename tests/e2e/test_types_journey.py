"""A manager makes a document type by keyboard, publishes it, changes it and publishes again; wide and narrow, light and dark."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import RunningSystem
from tests.e2e.journey import assert_accessible, assert_fits, go_dark, sign_in_by_tile

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(480)]


def test_a_manager_makes_a_type_of_her_own(running_system: RunningSystem, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(20_000)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("dialog", lambda dialog: dialog.accept())
    sign_in_by_tile(page, running_system.url, "Manager")
    begin(page)
    draft_by_keyboard(page)
    url = page.url.partition("#")[0]
    assert_accessible(page, "editor")
    nothing_is_lost(page, url)
    publish(page, "1.0", "The first version")
    change_and_publish(page, url)
    look_narrow_and_dark(browser, context, url)
    retire_and_restore(page)
    assert not complaints


def begin(page: Page) -> None:
    page.get_by_role("link", name="Document types", exact=True).click()
    page.get_by_role("link", name="New document type").click()
    assert_accessible(page, "new type")
    form = page.get_by_role("form", name="Empty")
    form.get_by_label("Name").fill("Weighing note")
    form.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", name="Weighing note", level=1)).to_be_visible()
    expect(page.get_by_text("there is nothing to be read yet")).to_be_visible()


def draft_by_keyboard(page: Page) -> None:
    page.get_by_role("button", name="Add a field", exact=True).focus()
    page.keyboard.press("Enter")
    page.keyboard.type("Note no.")
    page.get_by_label("Type", exact=True).select_option("identifier")
    page.get_by_role("button", name="Add a field", exact=True).focus()
    page.keyboard.press("Enter")
    page.keyboard.type("Net weight")
    page.get_by_label("Type", exact=True).select_option("number")
    entry = page.locator('.outline-entry[data-path="fields/1"]')
    entry.focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator('.outline-entry[data-path="fields/0"]')).to_contain_text("Net weight")
    page.keyboard.press("Delete")
    expect(page.locator('.outline-entry[data-path^="fields/"]')).to_have_count(1)
    page.keyboard.press("Control+z")
    expect(page.locator('.outline-entry[data-path^="fields/"]')).to_have_count(2)
    page.keyboard.press("Control+s")
    expect(page.get_by_role("button", name="Publish 1.0")).to_be_enabled()


def nothing_is_lost(page: Page, url: str) -> None:
    page.goto(url)
    expect(page.locator('.outline-entry[data-path="fields/0"]')).to_contain_text("Net weight")
    expect(page.get_by_role("button", name="Publish 1.0")).to_be_enabled()


def publish(page: Page, number: str, said: str) -> None:
    page.get_by_role("button", name=f"Publish {number}").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(said)
    assert_accessible(page, "publishing")
    dialog.get_by_role("textbox").fill("As agreed")
    dialog.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("heading", name=f"Weighing note {number}", level=1)).to_be_visible()
    expect(page.get_by_text("As agreed").first).to_be_visible()


def change_and_publish(page: Page, url: str) -> None:
    page.goto(url)
    page.locator('.outline-entry[data-path="fields/1"]').click()
    page.get_by_label("Label on paper").fill("Slip no.")
    page.get_by_role("button", name="Add a table", exact=True).click()
    page.keyboard.type("Loads")
    page.locator('.type-form [data-add="tables/0/columns"]').click()
    page.keyboard.type("Weight")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("New table: Loads")).to_be_visible()
    write_a_check(page)
    publish(page, "2.0", "automatic approval has to be earned again")
    expect(page.get_by_text("Labelled “Slip no.” instead of “Note no.”.")).to_be_visible()
    assert_accessible(page, "type")


def write_a_check(page: Page) -> None:
    """Chosen first, then written; a wrong name is named, the message is stored."""
    page.get_by_role("button", name="Add a check", exact=True).click()
    page.get_by_label("What is checked").select_option("expression")
    page.get_by_label("What has to be true").fill("net_weight > 0 and heavy > 5")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("button", name="Nothing here is called “heavy”")).to_be_visible()
    page.get_by_label("What has to be true").fill("net_weight > 0")
    page.get_by_label("What people are told, in English").fill("The load weighs nothing.")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("New check: net_weight > 0")).to_be_visible()
    expect(page.get_by_role("button", name="Publish 2.0")).to_be_enabled()
    assert_accessible(page, "check")


def look_narrow_and_dark(browser: Browser, context: object, url: str) -> None:
    narrow = browser.new_context(viewport={"width": 390, "height": 844}, storage_state=context.storage_state())  # type: ignore[attr-defined]
    page = narrow.new_page()
    for place in ("/schemas/", "/schemas/new/"):
        page.goto(url.partition("/schemas/")[0] + place)
        assert_fits(page, place)
    page.goto(url)
    page.locator('.outline-entry[data-path="fields/1"]').click()
    assert_fits(page, "editor")
    page.locator('.outline-entry[data-path="checks/0"]').click()
    expect(page.get_by_label("What has to be true")).to_have_value("net_weight > 0")
    assert_fits(page, "check")
    go_dark(page)
    assert_accessible(page, "editor, dark")
    page.goto(url.removesuffix("edit/"))
    assert_fits(page, "type")
    assert_accessible(page, "type, dark")


def retire_and_restore(page: Page) -> None:
    page.get_by_role("button", name="Retire").click()
    expect(page.get_by_text("nothing new begins with it")).to_be_visible()
    page.get_by_role("button", name="Take it into use again").click()
    expect(page.get_by_role("link", name="Edit")).to_be_visible()
