"""One whole journey on the real product: sign in, upload, watch, review, correct, approve, see the delivered record."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.e2e.conftest import RunningSystem
from tests.e2e.credentials import Credentials, assert_no_credential_leaked
from tests.e2e.journey import (
    OVERRIDE_TEXT,
    SLOW,
    approve,
    assert_accessible,
    assert_fits,
    choose_word,
    field_labelled,
    go_dark,
    open_fields,
    row_of,
    sign_in_by_tile,
    type_into,
    upload,
)
from tests.product import CHECKOUT

pytestmark = [pytest.mark.browser, pytest.mark.timeout(480)]

PACKET = CHECKOUT / "samples" / "packet"
TO_REVIEW = "invoice-0022-digital-wrong-total.pdf"  # its total is wrong on purpose: a person has to look
REPAIRED = "4560.74"  # net 3800.62 and VAT 760.12; 4660.74 is printed
BATCH = "Monday's post"


@pytest.fixture
def complaints(context: BrowserContext) -> list[str]:
    """What the browser complained of: script errors, refused resources, violations of the content policy, unknown headers."""
    heard: list[str] = []
    context.on("weberror", lambda error: heard.append(str(error.error)))
    context.on("console", lambda message: heard.append(message.text) if message.type in ("error", "warning") else None)
    return heard


def test_document_travels_from_upload_to_the_production_database(
    running_system: RunningSystem,
    browser: Browser,
    context: BrowserContext,
    complaints: list[str],
    tmp_path: Any,
    record_property: Any,
) -> None:
    seen = Credentials(context, running_system)
    batch_page = context.new_page()
    broken = tmp_path / "not-a-document.pdf"
    broken.write_bytes(b"this is no PDF")
    sign_in_by_tile(batch_page, running_system.url, "Operator")
    expect(batch_page.get_by_text("No batches yet")).to_be_visible()
    assert_accessible(batch_page, "empty batch list")
    upload(batch_page, [str(PACKET / TO_REVIEW), str(PACKET / "receipt-0021-scan.jpg"), str(broken)], BATCH)
    watch_until_review(batch_page)

    seen.look_at_cookies()
    desk = context.new_page()
    desk.goto(batch_page.url)
    row_of(desk, TO_REVIEW).get_by_role("link", name="Review").first.click()
    corrected = correct_and_approve(desk)

    row = row_of(batch_page, TO_REVIEW)
    expect(row.locator(".sub-document", has_text="In production database")).to_be_visible(timeout=SLOW)
    assert batch_page.evaluate("window.wasNeverReloaded"), "the batch page was reloaded"
    row.get_by_role("link", name="Record").click()
    expect(batch_page.get_by_text(corrected).first).to_be_visible()
    expect(batch_page.get_by_text(TO_REVIEW).first).to_be_visible()
    expect(batch_page.get_by_text(OVERRIDE_TEXT)).to_be_visible()
    assert_accessible(batch_page, "record")
    assert not complaints
    look_at_a_telephone(browser, running_system.url)
    record_property("figures", assert_no_credential_leaked(seen, batch_page, running_system.data))


def watch_until_review(page: Page) -> None:
    """Everything arrives by socket: the page is marked, and a reload would lose the mark."""
    page.evaluate("window.wasNeverReloaded = true")
    expect(page.locator("#connection")).to_have_text("Live")
    refused = row_of(page, "not-a-document.pdf")
    expect(refused.locator(".doc-state")).to_have_text("Failed")
    expect(refused.locator(".problem")).to_be_visible()
    row = row_of(page, TO_REVIEW)
    expect(row.locator(".strip .step")).to_have_count(14)
    expect(row.locator(".doc-state")).to_have_text(re.compile("In review|Failed|Completed"), timeout=SLOW)
    assert row.locator(".doc-state").inner_text() == "In review", row.inner_text()
    expect(row.locator(".meter")).to_contain_text("1 / 1")
    expect(row.locator(".step").nth(0)).to_contain_text("Upload: Done")
    expect(row.locator(".step").nth(11)).to_contain_text("Human review: Waiting")
    expect(row.locator(".step").nth(12)).to_contain_text("Auto-approve: Skipped")
    assert_accessible(page, "batch page")
    go_dark(page)
    assert_accessible(page, "batch page, dark")


def correct_and_approve(page: Page) -> str:
    """Corrects one field by clicking a word of the page, settles the rest, approves; gives the corrected value."""
    expect(page.locator("#holder")).to_contain_text("Yours until")
    picture = page.locator("[data-image]")
    expect(picture).to_have_attribute("src", re.compile("^blob:"))
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300
    assert page.locator(".layer-boxes .box").count() > 3
    assert open_fields(page).count() > 0
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight"), "the desk has nothing below itself"
    assert_accessible(page, "desk")
    go_dark(page)
    assert_accessible(page, "desk, dark")

    seller = page.locator(".field", has_text="Seller")
    type_and_undo(page, seller)
    chosen = choose_word(page, seller)
    expect(seller.locator("[data-crop]")).to_be_visible()
    page.keyboard.press("Enter")
    expect(seller).not_to_have_attribute("aria-busy", "true")
    expect(seller).to_have_attribute("data-state", "person")
    expect(seller.locator("[data-state-label]")).to_have_text("Confirmed by a person")
    page.reload()
    seller = page.locator(".field", has_text="Seller")
    expect(seller.locator("[data-input]")).to_have_value(chosen)
    seller.get_by_text("History").click()
    expect(seller.locator(".value-changes")).to_contain_text("found by the machine")
    expect(seller.locator(".value-changes ins").last).to_have_text(chosen)
    expect(page.locator("#holder")).to_contain_text("Yours until")
    repair_and_spoil(page)
    approve(page)
    return chosen


def repair_and_spoil(page: Page) -> None:
    """The sum's other fields follow the total at once; an approval against it asks why, and can be left by Esc."""
    total, net, vat = (field_labelled(page, label) for label in ("Total Amount", "Net Amount", "VAT Amount"))
    printed = total.locator("[data-input]").input_value()
    reasons = page.locator("#desk-reasons li", has_text="one of these")
    for field in (total, net, vat):
        expect(field).to_have_attribute("data-state", "failed")
    expect(reasons).to_have_count(1)
    type_into(page, total, REPAIRED)
    for field, state in ((total, "person"), (net, "machine"), (vat, "machine")):
        expect(field).to_have_attribute("data-state", state)
        expect(field.locator("[data-why]")).to_be_hidden()
    expect(reasons).to_have_count(0)
    type_into(page, total, printed)
    for field in (total, net, vat):
        expect(field).to_have_attribute("data-state", "failed")
        expect(field.locator("[data-why]")).to_contain_text(f"≠ {printed}")
    expect(page.locator("#field-progress")).to_contain_text("1 check fails")
    page.keyboard.press("Control+Enter")
    dialog = page.get_by_role("dialog", name="Approve although checks fail?")
    expect(dialog).to_be_visible()
    expect(dialog.locator("li")).to_contain_text(f"≠ {printed}")
    assert_accessible(page, "dialog of failed checks")
    page.keyboard.press("Control+Enter")
    expect(dialog, "nothing is sent without a reason").to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert "/review/" in page.url


def type_and_undo(page: Page, field: Locator) -> None:
    """The keys: Enter saves and goes on, Ctrl+Z takes it back; Ctrl+/ lists them all."""
    entry = field.locator("[data-input]")
    old = entry.input_value()
    entry.fill("Somebody else")
    page.keyboard.press("Enter")
    expect(field).to_have_attribute("data-state", "person")
    expect(entry).not_to_be_focused()
    page.keyboard.press("Control+z")
    expect(entry).to_have_value(old)
    expect(field).not_to_have_attribute("aria-busy", "true")
    page.keyboard.press("Control+/")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    assert_accessible(page, "list of keys")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    assert "/review/" in page.url


def look_at_a_telephone(browser: Browser, url: str) -> None:
    """Narrow and dark: strangers stay outside, nothing sticks out, everything is accessible."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme="dark")
    page = context.new_page()
    page.goto(f"{url}/review/")
    assert "/login/" in page.url
    assert_fits(page, "sign-in")
    sign_in_by_tile(page, url, "Manager")
    for path in ("/batches/", "/review/", "/records/", "/batches/00000000-0000-0000-0000-000000000000/"):
        page.goto(url + path)
        assert_fits(page, path)
        assert_accessible(page, path)
    page.goto(f"{url}/batches/")
    page.locator(".batch-name a").first.click()
    expect(page.locator(".doc").first).to_be_visible()
    assert_fits(page, "batch page")
    row_of(page, TO_REVIEW).locator(".row-link").click()
    expect(page.locator("[data-image]")).to_have_attribute("src", re.compile("^blob:"))
    assert_fits(page, "document page")
    assert_accessible(page, "document page")
    context.close()
