"""An e-invoice whose page and XML disagree, in a real browser: stopped at the desk with both values; one that agrees passes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from documents.models import Document
from idp_project.core.tenancy import organization_scope
from idp_project.operations.samples.e_invoices import Deviation, EInvoiceRecipe, make_e_invoice
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


def test_disagreement_is_stopped_with_both_values_marked(desk_of: Callable[..., Desk]) -> None:
    agrees = make_e_invoice(EInvoiceRecipe(1, "en_GB"))
    differs = make_e_invoice(EInvoiceRecipe(7, "en_GB", Deviation.IBAN))
    desk = desk_of(
        files.incoming("agrees.pdf", agrees.content), files.incoming("differs.pdf", differs.content), types=("invoice",)
    )
    with organization_scope(desk.cast.organization.id):
        statuses = dict(Document.objects.values_list("source_file__name", "status"))
    assert statuses == {"agrees.pdf": "completed", "differs.pdf": "in_review"}
    page = desk.open()
    panel = page.locator("#e-invoice")
    expect(panel).to_contain_text("XML and page disagree in one place")
    expect(panel).to_contain_text(differs.labels["sub_documents"][0]["fields"]["iban"])
    panel.locator("[data-polygon]").click()
    expect(page.locator(".mark")).to_have_count(1)
    expect(desk.field("IBAN").locator("[data-input]")).to_have_value(
        differs.labels["sub_documents"][0]["fields"]["iban"]
    )
    assert_accessible(page, "the desk with an electronic invoice")
    assert desk.complaints == []
