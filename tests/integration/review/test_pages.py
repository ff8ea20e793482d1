"""Pages of a stack moved, turned, set aside and brought back: only what is touched is read again, and nothing is lost."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from documents.domain.arrangement import WantedPage, WantedSubDocument
from documents.models import ApprovedVersion, FieldValue, Page
from documents.selectors.arrangement import arrangement_view
from idp_project.core.errors import Conflict, Forbidden, InvalidInput
from idp_project.core.page_text import PageText
from idp_project.core.tenancy import organization_scope
from review.models import ReviewTask
from review.services import boundaries, tasks
from tests.factories.desk import PRINTED_SO
from tests.integration.review.test_boundaries import Desk

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
SCENE = Desk


@pytest.fixture
def desk(outcome) -> Desk:
    assert outcome.ranges() == [(1, 2), (3, 4), (5, 5)]
    return outcome


def pages_of(desk):
    with organization_scope(desk.cast.organization.id):
        return list(Page.objects.filter(document=desk.document).order_by("number"))


def wanted_pages(desk, order=(), turn=None, aside=()):
    """All pages, in that order of their numbers, with `turn` by number and those set aside."""
    pages = {page.number: page for page in pages_of(desk)}
    return [
        WantedPage(pages[number].id, number, (turn or {}).get(number, 0), number in aside)
        for number in (order or sorted(pages))
    ]


def arrange(desk, ranges=(), user=None, **options):
    wanted = [WantedSubDocument(first, last) for first, last in (ranges or desk.ranges())]
    pages = wanted_pages(desk, **options)
    found = desk.does(boundaries.document_arrange, desk.document.id, wanted, user=user, pages=pages)
    desk.drain()
    return found


def begun(desk, before):
    """(page number or sub-document's place, step) of all that was run since."""
    names = {page.id: f"page {page.number}" for page in pages_of(desk)}
    names |= {one.id: f"document {place}" for place, one in enumerate(desk.sub_documents, start=1)}
    return {
        (names.get(unit, "stack"), step)
        for (unit, step), token in desk.claims().items()
        if token > before.get((unit, step), 0)
    }


def test_a_moved_page_keeps_its_reading_and_what_people_set(desk):
    first = desk.sub_documents[0]
    desk.correct(first, "invoice_number", "SET-BY-HAND")
    with organization_scope(desk.cast.organization.id):
        value = FieldValue.objects.get(sub_document=first, name="invoice_number")
        value.provenance = {"page": 1, "polygon": None, "span": None, "engine": "person", "engine_version": "1"}
        value.save()
    before, pages = desk.claims(), pages_of(desk)
    arrange(desk, order=(2, 1, 3, 4, 5))
    after = pages_of(desk)
    assert [page.id for page in after[:2]] == [pages[1].id, pages[0].id]
    assert [page.place_in_file for page in after] == [2, 1, 3, 4, 5]
    assert [page.image_name for page in after[:2]] == [pages[1].image_name, pages[0].image_name]
    units = begun(desk, before)
    assert {unit for unit, _ in units} == {"page 1", "page 2", "document 1"}
    assert {step for unit, step in units if unit.startswith("page")} == {"extract_fields"}
    with organization_scope(desk.cast.organization.id):
        value.refresh_from_db()
        assert value.provenance["page"] == 2 and value.raw_text == "SET-BY-HAND"
        entry = AuditEntry.objects.get(action="pages_arranged")
        assert entry.details == {"order": [2, 1, 3, 4, 5]}
    assert desk.values(desk.sub_documents[0])["invoice_number"] == "SET-BY-HAND"


def test_a_page_moves_to_another_sub_document_of_the_stack(desk):
    third, before = desk.sub_documents[2], desk.claims()
    arrange(desk, ranges=[(1, 3), (4, 4), (5, 5)], order=(1, 2, 4, 3, 5))
    assert desk.ranges() == [(1, 3), (4, 4), (5, 5)]
    assert not {"document 3", "page 5"} & {unit for unit, _ in begun(desk, before)}
    assert desk.sub_documents[2].id == third.id


def test_sub_documents_that_change_places_keep_their_values(desk):
    first, second, _ = desk.sub_documents
    desk.correct(first, "invoice_number", "OF-THE-FIRST")
    arrange(desk, order=(3, 4, 1, 2, 5))
    assert [one.id for one in desk.sub_documents[:2]] == [second.id, first.id]
    assert desk.values(desk.sub_documents[1])["invoice_number"] == "OF-THE-FIRST"


def test_a_turned_page_alone_is_read_from_the_file_again(desk):
    before, page = desk.claims(), pages_of(desk)[0]
    words = PageText.from_dict(page.text).words
    arrange(desk, turn={1: 1})
    turned = pages_of(desk)[0]
    assert (turned.width, turned.height, turned.quarter_turns) == (page.height, page.width, 1)
    again = PageText.from_dict(turned.text).words
    assert {word.text for word in again} == {word.text for word in words}
    units = begun(desk, before)
    assert {unit for unit, _ in units} == {"page 1", "document 1"}, "the steps over all pages end without a claim"
    assert ("page 1", "render") in units and desk.sub_documents[0].status == "in_review"
    arrange(desk, turn={1: 3})
    back = pages_of(desk)[0]
    assert (back.width, back.height, back.quarter_turns) == (page.width, page.height, 0)
    assert PageText.from_dict(back.text).words == words


def test_a_moved_page_is_read_from_its_place_in_the_file(desk):
    words = {page.id: {word.text for word in PageText.from_dict(page.text).words} for page in pages_of(desk)}
    arrange(desk, order=(2, 1, 3, 4, 5))
    arrange(desk, turn={1: 1, 2: 2})
    assert {page.id: {word.text for word in PageText.from_dict(page.text).words} for page in pages_of(desk)} == words


def test_what_is_set_aside_is_kept_and_comes_back(desk):
    first, before = desk.sub_documents[0], desk.claims()
    values = desk.values(first)
    arrange(desk, aside={1})
    assert desk.ranges() == [(1, 2), (3, 4), (5, 5)]
    assert {unit for unit, _ in begun(desk, before)} == {"document 1"}, "no page is read again"
    assert desk.values(desk.sub_documents[0]) != values
    page = pages_of(desk)[0]
    assert page.text and page.image_name and page.set_aside_by == desk.cast.owner
    with organization_scope(desk.cast.organization.id):
        view = arrangement_view(desk.document)["pages"]
    assert [one["is_set_aside"] for one in view] == [True, *[False] * 4]
    arrange(desk)
    assert desk.values(desk.sub_documents[0]) == values
    with organization_scope(desk.cast.organization.id):
        details = [entry.details for entry in AuditEntry.objects.filter(action="pages_arranged").order_by("number")]
    assert details == [{"set_aside": [1]}, {"brought_back": [1]}]


def test_a_sub_document_without_pages_waits_for_nobody(desk):
    task = desk.task_of(desk.sub_documents[1])
    arrange(desk, aside={3, 4})
    gone = desk.sub_documents[1]
    assert gone.status == "blank" and [reason.code for reason in gone.reasons] == ["pages_set_aside"]
    with organization_scope(desk.cast.organization.id):
        assert ReviewTask.objects.get(id=task.id).status == "closed"
    with organization_scope(desk.cast.organization.id):
        version_id = desk.sub_documents[0].schema_version.schema_id
    pages = wanted_pages(desk)
    wanted = [WantedSubDocument(1, 2), WantedSubDocument(3, 4, False, version_id), WantedSubDocument(5, 5)]
    desk.does(boundaries.document_arrange, desk.document.id, wanted, pages=pages)
    desk.drain()
    assert desk.sub_documents[1].status == "in_review" and desk.task_of(desk.sub_documents[1]).id != task.id


def test_pages_that_are_not_all_or_not_as_seen_are_refused(desk):
    good = wanted_pages(desk)
    wanted = [WantedSubDocument(first, last) for first, last in desk.ranges()]
    for pages in (good[:4], [good[0], good[0], *good[2:]]):
        with pytest.raises(InvalidInput):
            desk.does(boundaries.document_arrange, desk.document.id, wanted, pages=pages)
    arrange(desk, order=(2, 1, 3, 4, 5))
    with pytest.raises(Conflict, match="changed the pages"):
        desk.does(boundaries.document_arrange, desk.document.id, wanted, pages=good)
    with pytest.raises(Forbidden):
        arrange(desk, turn={1: 1}, user=desk.cast.viewer)


def test_pages_of_what_is_approved_stay(desk):
    first = desk.sub_documents[0]
    desk.does(tasks.review_task_decide, desk.task_of(first).id, decision="approve", override=PRINTED_SO)
    desk.drain()
    for change in ({"turn": {1: 1}}, {"aside": {2}}, {"order": (3, 1, 2, 4, 5)}):
        with pytest.raises(Conflict, match="approved already"):
            arrange(desk, **change)
    with organization_scope(desk.cast.organization.id):
        assert ApprovedVersion.objects.filter(sub_document=first).count() == 1


def test_the_page_and_the_api_take_the_same(desk):
    client = desk.cast.browser(desk.cast.owner)
    ranges = [{"first_page": first, "last_page": last} for first, last in desk.ranges()]

    def body(turned):
        pages = [{"id": str(page.id), "number": page.number, "turn": 0} for page in pages_of(desk)]
        pages[turned - 1]["turn"] = 2
        return {"sub_documents": ranges, "seen": [1, 3, 5], "pages": pages}

    sent = {"content_type": "application/json", "headers": {"Accept": "application/json"}}
    assert client.post(reverse("review:arrange", args=[desk.document.id]), body(1), **sent).status_code == 200
    desk.drain()
    answer = client.put(reverse("api-arrange", args=[desk.document.id]), body(3), **sent)
    assert answer.status_code == 200 and len(answer.json()) == 1
    desk.drain()
    assert [page.quarter_turns for page in pages_of(desk)] == [2, 0, 2, 0, 0]
    broken = {"sub_documents": ranges, "pages": [{"id": "x", "number": 1}]}
    assert client.post(reverse("review:arrange", args=[desk.document.id]), broken, **sent).status_code == 400
