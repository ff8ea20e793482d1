"""From a value to its certificate, and a record that is withdrawn while others look at it, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from idp_project.core.tenancy import organization_scope
from rag.models import Answer, AnswerStatement, Citation, Conversation, Question
from review.services.approved import approved_withdraw
from tests.e2e.journey import assert_accessible, assert_fits, go_dark
from tests.e2e.test_desk import Desk, beside_playwright, browser_context
from tests.factories.cast import Cast
from tests.factories.pipeline import drain as drain_queues
from tests.factories.scenes import delivered

__all__ = ["beside_playwright", "browser_context"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(480),
    pytest.mark.django_db(transaction=True, databases=["default", "pdb"]),
]


def cited(cast: Cast, outcome: Any) -> Conversation:
    """The owner's conversation with one answer, which cites the first page."""
    own = {"organization": cast.organization}
    document = outcome.document()
    with organization_scope(cast.organization.id):
        page = document.pages.get(number=1)
        conversation = Conversation.objects.create(**own, user=cast.owner, title="Totals", asked_at=timezone.now())
        question = Question.objects.create(**own, conversation=conversation, text="What was the total?")
        answer = Answer.objects.create(**own, question=question, mode="quotation")
        statement = AnswerStatement.objects.create(**own, answer=answer, position=1, text="The total was a secret.")
        Citation.objects.create(
            **own, statement=statement, number=1, document=document, page=page, page_number=1, span_start=0, span_end=5,
            polygons=[[0.1, 0.1, 0.3, 0.1, 0.3, 0.12, 0.1, 0.12]], quote="The total",
        )  # fmt: skip
    return conversation


def test_a_record_is_lost_while_one_watches(
    cast: Cast, drain: Callable[[], int], live_server: Any, browser_context: BrowserContext
) -> None:
    outcome = delivered(cast)
    conversation, sub_document = cited(cast, outcome), outcome.sub_document()
    desk = Desk(live_server.url, cast, browser_context)
    certificate = see_certificate(desk, sub_document.document_id)
    record, records, ask = (browser_context.new_page() for _ in range(3))
    record.goto(f"{desk.url}/records/sub-documents/{sub_document.id}/")
    records.goto(f"{desk.url}/records/")
    ask.goto(f"{desk.url}/ask/{conversation.id}/")
    expect(records.locator("#records-rows")).to_contain_text(outcome.document().source_file.name)
    expect(ask.locator(".ask-statement")).to_have_text("The total was a secret. 1")
    watched = [record, records, ask, certificate]
    for page in watched:
        page.evaluate("() => { window.wasLoadedOnce = true; }")
    with organization_scope(cast.organization.id):
        approved_withdraw(cast.access(cast.owner), sub_document.id, reason="sent twice")
    drain_queues()
    for page in watched:
        page.bring_to_front()
        if page is records:
            expect(page.locator("body")).not_to_contain_text(outcome.document().source_file.name)
        elif page is ask:
            expect(page.locator("[data-withdrawn]")).to_contain_text("This source was withdrawn")
            expect(page.locator("body")).not_to_contain_text("The total was a secret.")
            assert_accessible(page, "an answer whose source was withdrawn")
        else:
            expect(page.locator("h1")).to_contain_text("Withdrawn")
        assert page.evaluate("() => window.wasLoadedOnce"), "nothing was loaded again"
    assert not desk.complaints


def see_certificate(desk: Desk, document_id: Any) -> Page:
    """Two clicks from the batch: the document, then the value's certificate; by keyboard too."""
    page = desk.page
    page.goto(f"{desk.url}/documents/{document_id}/")
    page.locator('.crumbs a[href*="/batches/"]').last.click()
    page.locator(f'a[href*="/documents/{document_id}/"]').first.click()
    link = page.locator(".values li", has_text="Invoice No.").get_by_role("link", name="Certificate")
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Invoice")
    picture = page.locator(".certificate-picture img")
    expect(picture).to_be_visible()
    assert picture.evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 100
    assert_accessible(page, "a certificate")
    page.set_viewport_size({"width": 390, "height": 844})
    assert_fits(page, "a certificate")
    go_dark(page)
    assert_accessible(page, "a certificate in the dark")
    page.emulate_media(media="print")
    expect(page.locator(".app-bar")).to_be_hidden()
    expect(picture).to_be_visible()
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1440, "height": 900})
    return page
