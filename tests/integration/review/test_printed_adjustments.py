"""At the desk and over the API: printed adjustments are counted again after each correction; what lacks a part is told."""

import pytest
from django.urls import reverse

from documents.domain.adjustments import Adjustment, AdjustmentKind
from documents.domain.overrides import FailedChecks
from documents.models import SubDocument
from documents.services.approving.approval import AUTO_APPROVAL, sub_document_approve
from documents.services.approving.checks import sub_document_check
from idp_project.core.tenancy import organization_scope
from review.services import tasks
from tests.integration.review.test_checks_again import GOOD, LINES, Case

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
PLACE = (0.5, 0.5, 0.6, 0.5, 0.6, 0.52, 0.5, 0.52)
SHIPPING = Adjustment(AdjustmentKind.SHIPPING, "Shipping", "9.90", 1, PLACE)
NOTE = "Total adds up with the shipping, printed on page 1 as “Shipping”: +9.90."


def prepared(cast, values, lines, *adjustments):
    case = Case(cast, values, lines)
    with organization_scope(cast.organization.id):
        rows = SubDocument.objects.filter(id=case.task.sub_document_id)
        rows.update(adjustments=[each.to_dict() for each in adjustments])
        sub_document_check(rows.get())
    return case


def field_of(answer, name):
    return next(field for field in answer["fields"] if field["name"] == name and not field["is_cell"])


def test_adjustment_that_a_sum_needs_is_shown_with_the_total(cast, drain):
    case = prepared(cast, GOOD | {"total": "129.90"}, LINES, SHIPPING)
    assert case.failed() == {}
    shown = case.desk().data
    assert field_of(shown, "total")["notes"] == [NOTE] and field_of(shown, "net")["notes"] == []
    task = case.browser.get(reverse("api-task", args=[case.task.id])).json()
    (check,) = [one for one in task["checks"] if one["check"] == "sum_equals"]
    assert check["outcome"] == "passed" and check["notes_data"][0]["code"] == "adjustment_counted"


def test_corrected_total_is_compared_with_adjustments_again(cast, drain):
    case = prepared(cast, GOOD | {"total": "120.00"}, LINES, SHIPPING)
    url = reverse("review:field_correct", args=[case.task.id, case.value("total").id])
    answer = case.browser.post(url, {"text": "129.90"}, content_type="application/json").json()
    assert answer["field"]["notes"] == [NOTE] and answer["failed_checks"] == []
    answer = case.browser.post(url, {"text": "131.00"}, content_type="application/json").json()
    assert answer["field"]["notes"] == [] and [check["check"] for check in answer["failed_checks"]] == ["sum_equals"]


def test_check_that_lacks_a_column_is_told_and_not_automatic(cast, drain):
    lines = [{name: text for name, text in line.items() if name != "amount"} for line in LINES]
    case = prepared(cast, GOOD, lines)
    message = "Net could not be compared with the sum of “Amount”: no row has a value there."
    assert case.failed() == {}  # a person may approve without a reason: nothing that was read is wrong
    task = case.browser.get(reverse("api-task", args=[case.task.id])).json()
    assert message in task["reasons"]
    assert {"column_sum_equals": "missing"}.items() <= {one["check"]: one["outcome"] for one in task["checks"]}.items()
    assert message in case.browser.get(reverse("review:desk", args=[case.task.id])).content.decode()
    with organization_scope(cast.organization.id):
        tasks.review_task_decide(cast.access(cast.owner), case.task.id, decision="approve")


def test_approval_door_refuses_what_lacks_a_column(cast, drain, monkeypatch):
    lines = [{name: text for name, text in line.items() if name != "amount"} for line in LINES]
    case = prepared(cast, GOOD, lines)
    monkeypatch.setattr("documents.services.approving.approval.check_automatic", lambda sub_document: None)
    with organization_scope(cast.organization.id), pytest.raises(FailedChecks) as refused:
        sub_document_approve(case.task.sub_document_id, approved_by_id=None, approver_name=AUTO_APPROVAL)
    assert {check["check"] for check in refused.value.failed_checks} == {"column_sum_equals", "product_equals"}
