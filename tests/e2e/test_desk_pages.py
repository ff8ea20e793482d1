"""The sub-documents of a stack, answered on the desk itself: cuts with scores, by keys, pages enlarged, only two read again."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from documents.models import StepRun, SubDocument
from idp_project.core.tenancy import organization_scope
from tests.e2e.journey import assert_accessible, assert_fits
from tests.e2e.test_desk import Desk, beside_playwright, browser_context, desk_of
from tests.e2e.test_desk_tables import shoot
from tests.factories import files
from tests.factories.pipeline import drain as drain_queues

__all__ = ["beside_playwright", "browser_context", "desk_of"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(480),
    pytest.mark.django_db(transaction=True, databases=["default", "pdb"]),
]


def sub_documents(desk: Desk) -> list[SubDocument]:
    with organization_scope(desk.cast.organization.id):
        return list(SubDocument.objects.order_by("first_page"))


def merges(desk: Desk) -> dict[Any, Any]:
    """When each sub-document was read last."""
    with organization_scope(desk.cast.organization.id):
        return dict(StepRun.objects.filter(step="merge").values_list("unit_id", "started_at"))


def test_a_stack_is_divided_on_the_desk(desk_of: Callable[..., Desk]) -> None:
    invoices = [files.sample(seed=seed, flaw="wrong_total") for seed in (22, 28, 35)]
    desk = desk_of(files.stack("stack.pdf", *invoices), types=("invoice",))
    before, ran = sub_documents(desk), merges(desk)
    assert len(before) == 3
    page = desk.open("stack.pdf")
    with page.context.expect_page() as opened:
        page.locator(".desk-bar [data-act=arrange]").click(modifiers=["Control"])
    expect(opened.value).to_have_url(re.compile("/arrange/|/sub-documents/"))
    opened.value.close()
    expect(page.locator("#holder")).to_contain_text("Yours until")
    page.keyboard.press("Control+e")
    dialog = page.get_by_role("dialog", name="Sub-documents of this stack")
    expect(dialog).to_be_visible()
    expect(dialog.locator(".gap:focus, [data-act=close]:focus")).to_have_count(1)
    expect(dialog.locator(".gap-score").first).to_contain_text("%")
    assert_accessible(page, "the stack on the desk")
    shoot(page, "desk-pages")
    leaf = dialog.get_by_role("button", name="Enlarge page 2")
    leaf.focus()
    page.keyboard.press("Enter")
    large = page.locator(".leaf-large")
    expect(large).to_be_visible()
    expect(large).to_have_js_property("complete", True)
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#leaf-title")).to_have_text("Page 1")
    page.keyboard.press("Escape")
    expect(dialog.get_by_role("button", name="Enlarge page 1")).to_be_focused()
    last = before[2].first_page
    dialog.locator(f'[data-gap="{last}"]').focus()
    page.keyboard.press("Enter")
    expect(page.locator("#arrange-summary")).to_contain_text("1 sub-document will be read again; 1 stay")
    page.set_viewport_size({"width": 390, "height": 844})
    assert_fits(page, "the stack on a telephone")
    page.set_viewport_size({"width": 1440, "height": 900})
    with page.expect_navigation():
        dialog.get_by_role("button", name="Apply").click()
    drain_queues()
    after, again = sub_documents(desk), merges(desk)
    assert [one.first_page for one in after] == [one.first_page for one in before[:2]]
    assert again[before[0].id] == ran[before[0].id], "the first sub-document is untouched"
    assert again[before[1].id] > ran[before[1].id]
    assert not desk.complaints
