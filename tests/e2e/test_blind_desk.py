"""The blind sample at the desk in a real browser, by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from documents.models import Evidence, FieldValue
from idp_project.core.tenancy import organization_scope
from review.models import ReviewTask
from review.services.blind import hide
from tests.e2e.journey import assert_accessible
from tests.e2e.test_desk import Desk, beside_playwright, browser_context, desk_of
from tests.factories import files

__all__ = ["beside_playwright", "browser_context", "desk_of"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(480),
    pytest.mark.django_db(transaction=True, databases=["default", "pdb"]),
]
WRONG = "12.34"


def draw(desk: Desk) -> dict[str, str]:
    """Puts the one task into the blind sample; gives what the machine read, by label of the field."""
    with organization_scope(desk.cast.organization.id):
        task = ReviewTask.objects.get()
        ReviewTask.objects.update(is_blind=True)
        hide(task.sub_document)
        spec = task.sub_document.schema_version.spec
        values = FieldValue.objects.filter(sub_document=task.sub_document, table_row=None)
        return {spec.field_named(value.name).label: value.value or value.raw_text for value in values}


def test_blind_sample_by_keyboard_alone(
    desk_of: Callable[..., Desk],
) -> None:
    desk = desk_of(files.sample(), types=("invoice",))
    read = draw(desk)
    page = desk.open()
    expect(page.locator("#blind-note")).to_contain_text("what the machine read is hidden")
    inputs = page.locator("#fields [data-input]")
    assert [box.input_value() for box in inputs.all()] == [""] * len(read)
    assert not any(text in page.content() for text in read.values() if len(text) > 5)
    assert_accessible(page, "a blind sample on the desk")
    inputs.first.focus()
    for label, text in read.items():
        entered = WRONG if label == "Total Amount" else text
        if entered:
            page.keyboard.type(entered)
        page.keyboard.press("Enter")
        expect(desk.field(label).first).not_to_have_attribute("aria-busy", "true")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#blind-note")).to_contain_text("where your entry and the machine differ")
    desk.begun()
    total = desk.field("Total Amount")
    expect(total.locator("[data-why]")).to_contain_text(f"you entered “{WRONG}”, the machine read")
    expect(total.locator("[data-input]")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type(read["Total Amount"])
    page.keyboard.press("Enter")
    expect(total).to_have_attribute("data-state", "person")
    for _ in range(2):  # what else needs a look is shown once before
        page.keyboard.press("Control+Enter")
    page.wait_for_url("**/review/")
    with organization_scope(desk.cast.organization.id):
        row = Evidence.objects.get(source="blind")
    assert (row.source, row.is_right, row.has_slip) == ("blind", True, True)
    assert desk.complaints == []
