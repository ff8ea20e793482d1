"""The same document a second time waits for a person, who says whether it is a copy, a correction or a new one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.urls import reverse

from documents.domain.overrides import RECEIVED_CHECK, OverrideReason
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec
from documents.domain.statuses import Route, SubDocumentStatus
from documents.models import ApprovedVersion, SubDocument, SubDocumentIdentity
from documents.services.approving.approval import approved_delete, sub_document_approve
from documents.services.approving.checks import sub_document_check
from idp_project.core.errors import IdpError, InvalidInput
from idp_project.core.tenancy import organization_scope
from review.models import ReviewTask
from review.services.blind import hide
from review.services.tasks import review_task_decide
from tests.factories.desk import PRINTED_SO, on_desk

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])

BILL = SchemaSpec(
    "bill",
    "Bill",
    "1.0",
    (
        FieldSpec("number", FieldType.IDENTIFIER, "Invoice no", is_required=True),
        FieldSpec("seller_name", FieldType.NAME, "Seller"),
        FieldSpec("iban", FieldType.IBAN, "IBAN"),
        FieldSpec("total", FieldType.AMOUNT, "Total", is_required=True),
    ),
)
FIRST = {"number": "KM-40218", "seller_name": "Kestrel Marine Ltd", "total": "432.60"}
NEW = OverrideReason.of("new_document")
CORRECTION = OverrideReason.of("correction")


@pytest.fixture
def desk(cast):
    """Puts a bill with these values on the desk, as a file of its own."""

    def put(values):
        task = on_desk(cast, BILL, values)
        with organization_scope(cast.organization.id):
            sub_document_check(task.sub_document)
        return task

    return put


def decide(cast, task, **answer):
    access = cast.access(cast.owner)
    with organization_scope(cast.organization.id):
        review_task_decide(access, task.id, **answer)
        task.sub_document.refresh_from_db()
    return task.sub_document


def codes(task):
    return [check.reason.code for check in task.sub_document.failed_checks if check.check == RECEIVED_CHECK]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        (FIRST, "received_before_same_number"),
        (FIRST | {"number": "km 40218"}, "received_before_same_number"),
        (FIRST | {"number": "KM/0-4O218"}, None),
        (FIRST | {"number": "KM/04O218"}, "received_before_same_number"),
        (FIRST | {"seller_name": "KESTREL MARINE LIMITED"}, "received_before_same_number"),
        (FIRST | {"total": "500.00"}, "received_before_other_amount"),
        (FIRST | {"number": "KM-40219"}, None),
        (FIRST | {"seller_name": "Penryn Boatyard"}, None),
    ],
    ids=[
        "as before",
        "number otherwise",
        "other groups",
        "zeros, letters",
        "name otherwise",
        "other amount",
        "other number",
        "other sender",
    ],
)
def test_number_and_sender_tell_records_apart(desk, values, code):
    desk(FIRST)
    assert codes(desk(values)) == ([code] if code else [])


def test_the_same_pages_are_the_same_whatever_was_read(cast, desk):
    first, second = desk(FIRST), desk({"number": "other", "total": "1.00"})
    with organization_scope(cast.organization.id):
        for task in (first, second):
            task.sub_document.document.pages.update(
                facts={"read_text": {"content": {"marks": 400, "digest": "ab" * 32}}}
            )
        sub_document_check(first.sub_document)
        sub_document_check(second.sub_document)
    assert codes(second) == ["received_before_same_text"]
    assert codes(first) == []


def test_a_rejected_one_does_not_count(cast, desk):
    first = desk(FIRST)
    decide(cast, first, decision="reject", reason="unreadable")
    assert codes(desk(FIRST)) == []


def test_another_organisation_sees_no_identity(cast, desk):
    desk(FIRST)
    with organization_scope(cast.foreign.id):
        assert not SubDocumentIdentity.objects.exists()


def test_a_person_has_to_say_what_it_is(cast, desk):
    desk(FIRST)
    second = desk(FIRST)
    for override in (None, PRINTED_SO):
        with pytest.raises(IdpError):
            decide(cast, second, decision="approve", override=override)
    assert decide(cast, second, decision="approve", override=NEW).status == SubDocumentStatus.APPROVED


def test_new_document_is_no_answer_to_other_checks(cast, desk):
    task = desk({"number": "KM-1", "total": None})
    with pytest.raises(InvalidInput):
        decide(cast, task, decision="approve", override=NEW)


def test_a_correction_withdraws_the_earlier_record(cast, desk):
    first = desk(FIRST)
    decide(cast, first, decision="approve")
    second = desk(FIRST | {"total": "500.00"})
    assert decide(cast, second, decision="approve", override=CORRECTION).status == SubDocumentStatus.APPROVED
    with organization_scope(cast.organization.id):
        first.sub_document.refresh_from_db()
    assert first.sub_document.status == SubDocumentStatus.WITHDRAWN


def test_of_two_at_once_one_waits(cast, desk):
    """Both were routed automatically before either was approved."""
    tasks = [desk(FIRST), desk(FIRST | {"number": "KM-2"})]
    owner_id, organization_id = cast.owner.id, cast.organization.id
    with organization_scope(cast.organization.id):
        tasks[1].sub_document.field_values.filter(name="number").update(value=FIRST["number"])
        ids = [task.sub_document_id for task in tasks]
        SubDocument.objects.filter(id__in=ids).update(route=Route.AUTO, status=SubDocumentStatus.PROCESSING)

    def approve(sub_document_id):
        try:
            with organization_scope(organization_id):
                sub_document_approve(sub_document_id, approved_by_id=owner_id, approver_name="auto")
            return "approved"
        except IdpError as error:
            return error.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(approve, ids))
    assert answers == ["approved", "failed_checks"]
    with organization_scope(cast.organization.id):
        assert ApprovedVersion.objects.count() == 1


def test_a_deleted_record_is_forgotten(cast, desk):
    first = desk(FIRST)
    decide(cast, first, decision="approve")
    access = cast.access(cast.owner)
    with organization_scope(cast.organization.id):
        SubDocument.objects.filter(id=first.sub_document_id).update(status=SubDocumentStatus.DELIVERED)
        approved_delete(first.sub_document_id, access=access, reason="asked for")
        assert not SubDocumentIdentity.objects.exists()


def test_both_are_shown_side_by_side(cast, desk):
    desk(FIRST)
    second = desk(FIRST | {"total": "500.00"})
    client = cast.browser(cast.owner)
    desk_page = client.get(reverse("review:desk", args=[second.id]))
    address = reverse("review:earlier", args=[second.id])
    assert address in desk_page.content.decode()
    answer = client.get(address)
    texts = {row["label"]: (row["texts"], row["differs"]) for row in answer.context["rows"]}
    assert texts["Total"] == (["432.60", "500.00"], True)
    assert texts["Invoice no"] == (["KM-40218", "KM-40218"], False)


def test_blind_sample_shows_no_earlier_document(cast, desk):
    desk(FIRST)
    second = desk(FIRST)
    browser = cast.browser(cast.owner)
    desk_page, side_by_side = (reverse(name, args=[second.id]) for name in ("review:desk", "review:earlier"))
    assert side_by_side in browser.get(desk_page).content.decode()
    with organization_scope(cast.organization.id):
        ReviewTask.objects.filter(id=second.id).update(is_blind=True)
        hide(second.sub_document)
    assert side_by_side not in browser.get(desk_page).content.decode()
    beside = browser.get(side_by_side)
    assert beside.context["is_same"] is False and FIRST["number"] not in beside.content.decode()
