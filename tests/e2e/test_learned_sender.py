"""The scene of learning in a real browser: one document of a sender is corrected by hand, the next of it is right."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from accounts.services.sign_in.sessions import sign_in
from accounts.tokens import ACCESS, access_token, cookie_name
from documents.models import Schema
from idp_project.core.tenancy import organization_scope
from tests.e2e.journey import approve, assert_accessible, field_labelled, go_dark, type_into
from tests.e2e.test_desk import Desk, beside_playwright, browser_context
from tests.factories.cast import Cast
from tests.factories.house import read_house, true_fields

__all__ = ["beside_playwright", "browser_context"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(480),
    pytest.mark.django_db(transaction=True, databases=["default", "pdb"]),
]
LABELS = {"Invoice No.": "invoice_number", "Invoice Date": "invoice_date", "Total Amount": "total_amount"}
LEARNED = "Learned from 1 document of this sender."


@pytest.fixture
def desk(cast: Cast, live_server: Any, browser_context: BrowserContext) -> Iterator[Desk]:
    cast.publish("invoice")
    yield Desk(live_server.url, cast, browser_context)


def wrong(page: Page, number: int) -> list[str]:
    true = true_fields(number)
    shown = {label: field_labelled(page, label).locator("[data-input]").input_value() for label in LABELS}
    return [label for label, name in LABELS.items() if shown[label] != true[name]]


def test_corrected_sender_is_right_the_next_time(desk: Desk, drain: Callable[[], int]) -> None:
    read_house(desk.cast, 1)
    page = desk.open()
    assert wrong(page, 1) == list(LABELS)
    true = true_fields(1)
    for label, name in LABELS.items():
        type_into(page, field_labelled(page, label), true[name])
    approve(page)
    drain()
    read_house(desk.cast, 2)
    page = desk.open()
    assert wrong(page, 2) == []
    for label in LABELS:
        expect(field_labelled(page, label).locator("[data-notes]")).to_contain_text(LEARNED)
    assert_accessible(page, "a learned document")
    see_quality(desk)
    assert desk.complaints == []


def see_quality(desk: Desk) -> None:
    """The page of the type says what was right: in words and pictures, in the light and in the dark, on a telephone too."""
    token, place = str(access_token(sign_in(desk.cast.admin))), desk.url.replace("http:", "https:")
    desk.page.context.add_cookies([{"name": cookie_name(ACCESS), "value": token, "url": place, "secure": True}])
    with organization_scope(desk.cast.organization.id):
        schema_id = Schema.objects.get(key="invoice").id
    page = desk.page
    page.goto(f"{desk.url}/schemas/{schema_id}/auto-approval/")
    quality = page.locator("#quality")
    expect(quality).to_contain_text("1 document was approved by a person, 0 without a change.")
    expect(quality.locator(".reliability-chart")).to_have_attribute("aria-label", re.compile("are right"))
    for size, name in ((1440, "desktop"), (390, "telephone")):
        page.set_viewport_size({"width": size, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        assert_accessible(page, f"quality, {name}")
        if folder := os.environ.get("IDP_PICTURES"):
            quality.screenshot(path=f"{folder}/quality-{name}.png")
    go_dark(page)
    assert_accessible(page, "quality, dark")
    if folder:
        quality.screenshot(path=f"{folder}/quality-dark.png")
