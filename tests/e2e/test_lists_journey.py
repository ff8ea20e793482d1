"""Master data and labels by language: a manager brings a list, names it at a field, and gives the field a German label."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import RunningSystem
from tests.e2e.journey import assert_accessible, assert_fits, go_dark, sign_in_by_tile

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(280)]
CONTENT = "number;name\n70001;Kühn & Söhne GmbH\n70002;Baltic Freight AS\n"
PICTURES = os.environ.get("IDP_PICTURES", "")  # a folder: somebody wants to look


def test_a_list_is_brought_and_named_at_a_field(running_system: RunningSystem, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(20_000)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("dialog", lambda dialog: dialog.accept())
    sign_in_by_tile(page, running_system.url, "Manager")
    bring_list(page)
    url = type_with_field(page)
    name_list(page)
    say_in_german(page)
    nothing_is_lost(page, url)
    look_narrow_and_dark(browser, context, url)
    assert not complaints


def bring_list(page: Page) -> None:
    page.get_by_role("link", name="Document types", exact=True).click()
    page.get_by_role("link", name="Master data").click()
    page.get_by_label("Name").fill("Suppliers")
    file = {"name": "suppliers.csv", "mimeType": "text/csv", "buffer": CONTENT.encode("cp1252")}
    page.get_by_label("File (CSV)").set_input_files(file)
    page.get_by_role("button", name="Read the file").click()
    page.get_by_role("link", name="Suppliers").click()
    expect(page.get_by_role("cell", name="Kühn & Söhne GmbH")).to_be_visible()
    assert_accessible(page, "list")
    picture(page, "list")


def type_with_field(page: Page) -> str:
    page.get_by_role("link", name="Master data").first.click()
    assert_accessible(page, "lists")
    picture(page, "lists")
    page.get_by_role("link", name="Document types", exact=True).first.click()
    page.get_by_role("link", name="New document type").click()
    form = page.get_by_role("form", name="Empty")
    form.get_by_label("Name").fill("Freight slip")
    form.get_by_role("button", name="Begin").click()
    page.get_by_role("button", name="Add a field", exact=True).click()
    page.keyboard.type("Carrier")
    page.get_by_label("Type", exact=True).select_option("name")
    return page.url.partition("#")[0]


def name_list(page: Page) -> None:
    page.get_by_text("Pattern, examples, threshold, name for programs").click()
    page.get_by_label("List that has to know the value").select_option("suppliers")
    page.get_by_label("Column of the list").select_option("name")


def say_in_german(page: Page) -> None:
    page.get_by_text("Labels in other languages").click()
    page.get_by_label("Add a language").select_option("de")
    page.get_by_label("Label in German", exact=True).fill("Spediteur")
    page.get_by_label("Further labels in German, one per line").fill("Frachtführer\nSped.")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("button", name="Publish 1.0")).to_be_enabled()
    assert_accessible(page, "editor with languages")
    picture(page, "editor")


def nothing_is_lost(page: Page, url: str) -> None:
    page.goto(url)
    page.locator('.outline-entry[data-path="fields/0"]').click()
    expect(page.get_by_label("Label in German", exact=True)).to_have_value("Spediteur")
    expect(page.get_by_label("Column of the list")).to_have_value("name")
    expect(page.get_by_label("Further labels in German, one per line")).to_have_value("Frachtführer\nSped.")


def look_narrow_and_dark(browser: Browser, context: object, url: str) -> None:
    narrow = browser.new_context(viewport={"width": 390, "height": 844}, storage_state=context.storage_state())  # type: ignore[attr-defined]
    page = narrow.new_page()
    page.goto(url.partition("/schemas/")[0] + "/schemas/lists/")
    assert_fits(page, "lists")
    page.get_by_role("link", name="Suppliers").click()
    assert_fits(page, "list")
    go_dark(page)
    assert_accessible(page, "list, dark")
    picture(page, "list-narrow-dark")
    page.goto(url)
    page.locator('.outline-entry[data-path="fields/0"]').click()
    assert_fits(page, "editor")
    assert_accessible(page, "editor, dark")
    picture(page, "editor-narrow-dark")


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)
