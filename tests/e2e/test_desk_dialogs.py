"""Every dialog and menu of the desk: opened by keys, without a fault that axe can see, in both themes, closed by Esc."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.journey import assert_accessible, go_dark
from tests.e2e.test_desk import Desk, beside_playwright, browser_context, desk_of
from tests.factories import files

__all__ = ["beside_playwright", "browser_context", "desk_of"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(480),
    pytest.mark.django_db(transaction=True, databases=["default", "pdb"]),
]
BY_KEYS = {
    "override-dialog": "Alt+o",
    "reason-dialog": "Alt+r",
    "type-dialog": "Control+y",
    "file-dialog": "Alt+n",
    "keys-dialog": "Control+/",
    "pages-dialog": "Control+e",
}
IN_A_TABLE = {"columns": "Alt+m", "paste": "Alt+v"}


def look(page: Page, dialog: str, what: str) -> None:
    shown = page.locator(f"#{dialog}[open]")
    expect(shown).to_be_visible()
    assert page.evaluate("Boolean(document.activeElement.closest('dialog[open]'))"), f"{what}: the focus is inside"
    assert_accessible(page, what)
    page.keyboard.press("Escape")
    expect(shown).to_have_count(0)


def look_at_all(page: Page, theme: str) -> None:
    for dialog, keys in BY_KEYS.items():
        page.locator("[data-input]").first.focus()
        page.keyboard.press(keys)
        look(page, dialog, f"{dialog}, {theme}")
    for name, keys in IN_A_TABLE.items():
        page.locator("[data-table] [data-input]").first.focus()
        page.keyboard.press(keys)
        look(page, "table-dialog", f"{name} of a table, {theme}")


def look_at_menus(page: Page, theme: str) -> None:
    for name in ("Theme", "Account"):
        button = page.locator("[data-dropdown]", has_text=name)
        button.focus()
        page.keyboard.press("ArrowDown")
        menu = button.locator("xpath=following-sibling::*[1]")
        expect(menu).to_be_visible()
        expect(menu.locator(".dropdown-item:focus")).to_have_count(1)
        box: Any = menu.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= page.viewport_size["width"], f"{name} is in the window"
        assert_accessible(page, f"menu {name}, {theme}")
        page.keyboard.press("Escape")
        expect(menu).to_be_hidden()
        expect(button).to_be_focused()
    expect(page.locator("#desk-data")).to_have_count(1)


def test_dialogs_and_menus_are_accessible_in_both_themes(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of(files.sample(flaw="wrong_total"), types=("invoice",))
    page = desk.open()
    look_at_all(page, "light")
    look_at_menus(page, "light")
    page.locator("[data-input]").first.focus()
    go_dark(page)
    look_at_all(page, "dark")
    look_at_menus(page, "dark")
    page.locator("[data-input]").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator('.field[data-state="person"]')).not_to_have_count(0)
    page.reload()
    desk.begun().locator(".value-history summary").first.click()
    expect(page.locator(".value-history li, .value-history tr").first).to_be_visible()
    assert_accessible(page, "a value's history, dark")
    assert not desk.complaints
