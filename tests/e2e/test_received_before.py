"""A document that came twice, in a real browser: both side by side, and the decision by key."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from documents.domain.statuses import SubDocumentStatus
from documents.models import SubDocument
from idp_project.core.tenancy import organization_scope
from tests.e2e.journey import assert_accessible
from tests.e2e.test_desk import Desk, beside_playwright, browser_context, desk_of
from tests.factories import files

__all__ = ["beside_playwright", "browser_context", "desk_of"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(480),
    pytest.mark.django_db(transaction=True, databases=["default", "pdb"]),
]


def test_copy_is_seen_beside_the_earlier_one_and_rejected(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of(files.sample(), files.sample(), types=("invoice",))
    with organization_scope(desk.cast.organization.id):
        later = SubDocument.objects.order_by("document__created_at").last()
        assert later is not None
    page = desk.page
    page.goto(f"{desk.url}/review/sub-documents/{later.id}/")
    desk.begun()
    page.get_by_role("link", name="Look at both side by side").click()
    expect(page.locator(".earlier-pages img")).to_have_count(2)
    expect(page.locator(".earlier-pages img[src^='blob:']")).to_have_count(2)
    expect(page.locator(".is-different")).to_have_count(0)
    assert_accessible(page, "a document beside the earlier one")
    page.keyboard.press("1")
    page.wait_for_url("**/review/**")
    expect(page.locator(".earlier-pages")).to_have_count(0)
    with organization_scope(desk.cast.organization.id):
        later.refresh_from_db()
    assert later.status == SubDocumentStatus.REJECTED
    assert desk.complaints == []
