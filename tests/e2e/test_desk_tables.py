"""Tables on the desk in a real browser: rows and columns by keys, sums while typing, undo after a reload, 300 rows."""

from __future__ import annotations

import os
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from documents.models import FieldValue, TableRow
from idp_project.core.tenancy import organization_scope
from tests.e2e.journey import assert_accessible, assert_fits, go_dark
from tests.e2e.test_desk import Desk, beside_playwright, browser_context
from tests.factories.cast import Cast
from tests.factories.desk import on_desk
from tests.integration.review.test_checks_again import GOOD, LINES, ORDER

__all__ = ["beside_playwright", "browser_context"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(480),
    pytest.mark.django_db(transaction=True, databases=["default", "pdb"]),
]
WRONG_NET = GOOD | {"net": "130.00", "tax": "20.00", "total": "150.00"}
PASTE = """([input, text]) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  input.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""
# Milliseconds from a key to the next frame, for each of the inputs that Tab walks to.
WALK = """async (count) => {
  const times = [];
  for (let step = 0; step < count; step += 1) {
    const cells = [...document.querySelectorAll("[data-table] tbody [data-input]")];
    const next = cells[cells.indexOf(document.activeElement) + 4] ?? null;
    if (!next) break;
    const begun = performance.now();
    next.focus();
    await new Promise(requestAnimationFrame);
    times.push(performance.now() - begun);
  }
  return times.sort((a, b) => a - b);
}"""


class Table:
    """The lines of an order on the desk."""

    def __init__(self, cast: Cast, url: str, context: BrowserContext, lines: Any, values: Any = GOOD) -> None:
        self.cast, self.task = cast, on_desk(cast, ORDER, values, {"lines": lines})
        self.desk = Desk(url, cast, context)
        self.page = self.desk.page
        self.open()

    def open(self) -> None:
        self.page.goto(f"{self.desk.url}/review/{self.task.id}/")
        self.desk.begun()

    def cell(self, row: int, column: str) -> Locator:
        return self.page.get_by_label(f"{column}, row {row}", exact=True)

    def rows(self) -> Locator:
        return self.page.locator("[data-table] tbody tr[data-row]")

    @property
    def faults(self) -> list[str]:
        """What the page complained of; its documents have no pictures, and refusals are answers too."""
        return [said for said in self.desk.complaints if not said.startswith("Failed to load resource")]

    def press(self, keys: str) -> None:
        self.page.keyboard.press(keys)

    @property
    def sums(self) -> Locator:
        return self.page.locator("[data-sums]")

    def stored(self) -> list[list[str]]:
        with organization_scope(self.cast.organization.id):
            rows = TableRow.objects.filter(sub_document_id=self.task.sub_document_id).order_by("number")
            return [
                [cell.value or "" for cell in FieldValue.objects.filter(table_row=row).order_by("position")]
                for row in rows
            ]


def shoot(page: Page, name: str) -> None:
    """For people who look at it: with SHOTS, a folder."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png")


def test_rows_are_added_typed_removed_and_undone(cast: Cast, live_server: Any, browser_context: BrowserContext) -> None:
    table = Table(cast, live_server.url, browser_context, LINES, WRONG_NET)
    page = table.page
    expect(table.sums).to_contain_text("Amount 100.00 ≠ Net 130.00: 30.00 missing")
    shoot(page, "tables-open")
    assert_accessible(page, "a table")
    table.cell(1, "Amount").focus()
    table.press("Alt+Enter")
    expect(table.rows()).to_have_count(3)
    expect(table.cell(2, "Amount")).to_be_focused()
    page.keyboard.type("30")
    expect(table.sums).to_contain_text("Amount 130.00 = Net")
    page.keyboard.type("0")
    expect(table.sums).to_contain_text("270.00 too much")
    page.keyboard.press("Backspace")
    table.press("ArrowDown")
    expect(table.cell(3, "Amount")).to_be_focused()
    expect(page.locator("#desk-reasons")).not_to_contain_text("130.00")
    table.press("Alt+Delete")
    expect(table.rows()).to_have_count(2)
    table.press("Alt+z")
    expect(table.rows()).to_have_count(3)
    table.open()
    page.get_by_role("button", name="Lines", exact=True).click()  # nothing in it is doubtful any more
    expect(table.cell(3, "Amount")).to_have_value("40.00")
    table.cell(1, "Amount").focus()
    table.press("Control+z")
    expect(table.cell(2, "Amount")).to_have_value("")
    table.press("Control+z")
    expect(table.rows()).to_have_count(2)
    table.press("Alt+Shift+z")
    expect(table.rows()).to_have_count(3)
    table.press("Alt+z")
    expect(table.rows()).to_have_count(2)
    assert not table.faults


def test_rows_move_merge_and_split_by_keys(cast: Cast, live_server: Any, browser_context: BrowserContext) -> None:
    lines = [{"quantity": "2", "price": "30.00"}, {"amount": "60.00"}, LINES[1]]
    table = Table(cast, live_server.url, browser_context, lines, WRONG_NET)
    page = table.page
    table.cell(1, "Price").focus()
    table.press("Alt+j")
    expect(table.rows()).to_have_count(2)
    expect(table.cell(1, "Amount")).to_have_value("60.00")
    table.press("Alt+ArrowDown")
    expect(table.cell(2, "Price")).to_be_focused()
    expect(table.cell(2, "Price")).to_have_value("30.00")
    table.press("Alt+Shift+ArrowUp")
    expect(page.locator("tr.is-chosen")).to_have_count(2)
    table.press("Escape")
    expect(page.locator("tr.is-chosen")).to_have_count(0)
    table.press("Alt+k")
    expect(page.locator("#desk-notice")).to_contain_text("Row 2 is printed on one line")
    assert page.url.endswith(f"/review/{table.task.id}/"), "Esc ended the choice, not the document"


def test_columns_change_and_a_spreadsheet_is_pasted(
    cast: Cast, live_server: Any, browser_context: BrowserContext
) -> None:
    swapped = [
        {"quantity": "30.00", "price": "2", "amount": "60.00"},
        {"quantity": "10.00", "price": "4", "amount": "40.00"},
    ]
    table = Table(cast, live_server.url, browser_context, swapped, WRONG_NET)
    page = table.page
    table.cell(1, "Quantity").focus()
    table.press("Alt+m")
    dialog = page.get_by_role("dialog", name="Put columns in their right places")
    expect(dialog).to_be_visible()
    assert_accessible(page, "mapping columns")
    shoot(page, "tables-columns")
    dialog.locator("[data-map=quantity]").select_option("price")
    dialog.locator("[data-map=price]").select_option("quantity")
    dialog.get_by_role("button", name="Move them").click()
    expect(table.cell(1, "Quantity")).to_have_value("2")
    expect(table.cell(2, "Price")).to_have_value("10.00")
    unit = table.cell(1, "Unit")
    unit.select_option("kg")
    unit.focus()
    table.press("Alt+e")
    expect(table.cell(2, "Unit")).to_have_value("kg")
    table.cell(2, "Quantity").evaluate(f"(input) => ({PASTE})([input, '5\\t2\\t10.00\\n1\\t20\\t20.00\\n'])")
    expect(table.rows()).to_have_count(3)
    expect(table.cell(3, "Amount")).to_have_value("20.00")
    table.cell(3, "Quantity").focus()
    table.press("Alt+v")
    page.locator("#paste-text").fill("Amount\tUnit\n40.00\tbox")
    page.locator("#paste-where").select_option("end")
    page.get_by_role("button", name="Paste", exact=True).click()
    expect(page.locator("#desk-notice")).to_contain_text("Unit 4: “box”")
    expect(table.rows()).to_have_count(3)
    page.set_viewport_size({"width": 390, "height": 844})
    assert_fits(page, "a table on a telephone")
    shoot(page, "tables-390")
    go_dark(page)
    assert_accessible(page, "a table in the dark")
    page.set_viewport_size({"width": 1440, "height": 900})
    shoot(page, "tables-dark")
    assert not table.faults


def test_a_calm_table_takes_one_line(cast: Cast, live_server: Any, browser_context: BrowserContext) -> None:
    table = Table(cast, live_server.url, browser_context, LINES)
    page = table.page
    assert page.locator("#desk-tables").evaluate("(node) => node.offsetHeight") < 60
    expect(table.sums).to_contain_text("Amount 100.00 = Net")
    fold = page.get_by_role("button", name="Lines", exact=True)
    expect(fold).to_have_attribute("aria-expanded", "false")
    shoot(page, "tables-calm")
    fold.click()
    expect(table.cell(1, "Amount")).to_be_visible()


def test_three_hundred_rows_are_drawn_as_they_are_needed(
    cast: Cast, live_server: Any, browser_context: BrowserContext
) -> None:
    lines = [{"quantity": "1", "price": f"{n}.00", "amount": f"{n}.00", "unit": "kg"} for n in range(1, 301)]
    table = Table(cast, live_server.url, browser_context, lines, WRONG_NET)
    page = table.page
    assert table.rows().count() < 60
    expect(table.sums).to_contain_text("Amount 45,150.00 ≠ Net 130.00")
    table.cell(1, "Amount").focus()
    times = page.evaluate(WALK, 290)
    print(f"focus, {len(times)} rows: p50 {times[len(times) // 2]:.0f} ms, p95 {times[int(0.95 * len(times))]:.0f} ms")
    assert len(times) > 250 and table.rows().count() < 60
    expect(page.locator("[data-table] [data-input]:focus")).to_have_count(1)
    table.press("Alt+Enter")
    expect(page.locator("[data-count]")).to_contain_text("301 rows")
    page.keyboard.type("5")
    expect(table.sums).to_contain_text("≠ Net 130.00")
    table.press("Alt+z")
    expect(page.locator("[data-table] [data-input]:focus")).to_have_value("")
    table.press("Alt+z")
    expect(page.locator("[data-count]")).to_contain_text("300 rows")
    shoot(page, "tables-300")
    assert not table.faults
