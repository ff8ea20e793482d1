"""The sub-documents of a stack, answered on the desk itself: cuts with scores, by keys, pages enlarged, only two read again."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from documents.models import Page, StepRun, SubDocument
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


def pages_now(desk: Desk) -> list[Page]:
    with organization_scope(desk.cast.organization.id):
        return list(Page.objects.order_by("number"))


def test_pages_are_turned_removed_and_moved_by_mouse_and_keys(desk_of: Callable[..., Desk]) -> None:
    invoices = [files.sample(seed=seed, flaw="wrong_total") for seed in (22, 28, 35)]
    desk = desk_of(files.stack("stack.pdf", *invoices), types=("invoice",))
    before, ran, pages = sub_documents(desk), merges(desk), pages_now(desk)
    page = desk.open("stack.pdf")
    page.keyboard.press("Control+e")
    board = page.get_by_role("dialog", name="Sub-documents of this stack")
    first = board.get_by_role("button", name="Enlarge page 1")
    first.focus()
    page.keyboard.press("r")
    expect(board.locator('[data-page="1"]')).to_have_class(re.compile("is-turned-1"))
    page.keyboard.press("Shift+R")
    page.keyboard.press("Delete")
    expect(board.get_by_role("button", name="Enlarge page 1, which is removed")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Alt+ArrowRight")
    expect(board.locator("[data-leaf]:focus")).to_have_attribute("data-leaf", "2")
    expect(board.locator("#arrange-summary")).to_contain_text("2 sub-documents will be read again; 1 stay")
    assert_accessible(page, "pages that are removed and moved")
    shoot(page, "desk-pages-changed")
    page.set_viewport_size({"width": 390, "height": 844})
    assert_fits(page, "pages on a telephone")
    page.set_viewport_size({"width": 1440, "height": 900})
    board.get_by_role("button", name="Undo all").click()
    board.get_by_role("button", name="Turn page 1").click()
    board.get_by_role("button", name="Remove page 2").click()
    expect(board.get_by_role("button", name="Bring page 2 back")).to_be_focused()
    board.locator('[data-page="4"]').drag_to(board.locator('[data-page="3"]'), target_position={"x": 8, "y": 40})
    expect(board.locator(".bundle").nth(1).locator("[data-leaf]").first).to_have_attribute("data-leaf", "4")
    with page.expect_navigation():
        board.get_by_role("button", name="Apply").click()
    drain_queues()
    after, again, now = sub_documents(desk), merges(desk), pages_now(desk)
    assert [(one.first_page, one.last_page) for one in after] == [(one.first_page, one.last_page) for one in before]
    assert again[before[2].id] == ran[before[2].id], "the third sub-document is untouched"
    assert all(again[one.id] > ran[one.id] for one in before[:2])
    assert [one.id for one in now] == [pages[number].id for number in (0, 1, 3, 2, 4)]
    assert (now[0].quarter_turns, now[0].width) == (1, pages[0].height)
    assert [one.set_aside_at is not None for one in now] == [False, True, *[False] * 3]
    page = desk.open("stack.pdf")
    page.keyboard.press("Control+e")
    back = page.get_by_role("button", name="Bring page 2 back")
    expect(back).to_be_visible()
    back.click()
    with page.expect_navigation():
        page.get_by_role("button", name="Apply").click()
    drain_queues()
    assert not any(one.set_aside_at for one in pages_now(desk))
    assert not desk.complaints
