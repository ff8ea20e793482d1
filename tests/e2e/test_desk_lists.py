"""Lists and absent values at the desk in a real browser, by keyboard and by buttons."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.e2e.journey import assert_accessible
from tests.e2e.test_desk import Desk, beside_playwright, browser_context
from tests.factories.cast import Cast
from tests.integration.review.test_lists import Desk as Rows

__all__ = ["beside_playwright", "browser_context"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(480),
    pytest.mark.django_db(transaction=True, databases=["default", "pdb"]),
]
STATE = "data-state"


def test_items_are_added_removed_and_undone(cast: Cast, live_server: Any, browser_context: BrowserContext) -> None:
    rows = Rows(cast)  # A-1, B-2, C-3
    desk = Desk(live_server.url, cast, browser_context)
    page = desk.page
    page.goto(f"{desk.url}/review/{rows.task.id}/")
    desk.begun()
    desk.field("Order no 4").locator("[data-input]").fill("D-4")
    page.keyboard.press("Enter")
    expect(desk.field("Order no 5")).to_have_count(1)
    expect(desk.field("Order no 5").locator("[data-input]")).to_have_value("")
    assert_accessible(page, "a list on the desk")
    desk.field("Order no 5").locator("[data-input]").fill("E-5")
    page.keyboard.press("Enter")
    expect(desk.field("Order no 6")).to_have_count(1)
    desk.field("Order no 2").locator("[data-remove]").click()
    expect(desk.field("Order no 2")).to_be_hidden()
    assert rows.stored() == {1: "A-1", 2: None, 3: "C-3", 4: "D-4", 5: "E-5"}
    page.keyboard.press("Control+z")
    expect(desk.field("Order no 2")).to_be_visible()
    expect(desk.field("Order no 2").locator("[data-input]")).to_have_value("B-2")
    total = desk.field("Total")
    total.locator("[data-input]").focus()
    page.keyboard.press("Control+m")
    expect(total).to_have_attribute(STATE, "person_absent")
    expect(total.locator("[data-input]")).to_have_value("")
    total.locator("[data-input]").fill("7.00")
    page.keyboard.press("Enter")
    expect(total).to_have_attribute(STATE, "person")
    page.reload()
    desk.begun()
    assert page.locator(".field [data-input]").evaluate_all("(inputs) => inputs.map((input) => input.value)") == [
        *("7.00", "A-1", "B-2", "C-3", "D-4", "E-5", "")
    ]
