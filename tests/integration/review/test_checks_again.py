"""Every correction computes all checks again: on the desk, over the API, of fields and of cells."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.urls import reverse

from documents.domain.reasons import POORLY_READABLE, SUM_DIFFERS
from documents.domain.schema_spec import CheckKind, CheckSpec, FieldSpec, FieldType, SchemaSpec, TableSpec
from documents.models import FieldValue, SubDocument
from idp_project.core.errors import InvalidInput
from idp_project.core.tenancy import organization_scope
from review.models import Correction, ReviewTask
from review.services import tasks
from tests.factories.desk import on_desk
from tests.integration.review.test_desk_views import Desk

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])

ORDER = SchemaSpec(
    key="order",
    name="Order",
    version="1.0",
    fields=(
        FieldSpec("number", FieldType.IDENTIFIER, "Number", is_required=True),
        FieldSpec("net", FieldType.AMOUNT, "Net"),
        FieldSpec("tax", FieldType.AMOUNT, "VAT"),
        FieldSpec("total", FieldType.AMOUNT, "Total"),
        FieldSpec("form", FieldType.CHOICE, "Legal form", choices=("Cooperative", "Limited company")),
    ),
    tables=(
        TableSpec(
            "lines",
            "Lines",
            (
                FieldSpec("quantity", FieldType.NUMBER, "Quantity"),
                FieldSpec("price", FieldType.AMOUNT, "Price"),
                FieldSpec("amount", FieldType.AMOUNT, "Amount"),
                FieldSpec("unit", FieldType.CHOICE, "Unit", choices=("piece", "kg")),
            ),
        ),
    ),
    checks=(
        CheckSpec(CheckKind.SUM_EQUALS, ("net", "tax", "total")),
        CheckSpec(CheckKind.PRODUCT_EQUALS, ("quantity", "price", "amount"), "lines"),
        CheckSpec(CheckKind.COLUMN_SUM_EQUALS, ("amount", "net"), "lines"),
    ),
)
GOOD = {"number": "A-1", "net": "100.00", "tax": "20.00", "total": "120.00", "form": "Cooperative"}
SUM = {"total": "Total", "addends": ["Net", "VAT"], "sum": "100.00 + 20.00"}
LINES = [
    {"quantity": "2", "price": "30.00", "amount": "60.00", "unit": "kg"},
    {"quantity": "4", "price": "10.00", "amount": "40.00", "unit": "piece"},
]


class Case:
    """One sub-document on the owner's desk, reached by services, pages and the API."""

    def __init__(self, cast, values, lines):
        self.cast, self.task = cast, on_desk(cast, ORDER, values, {"lines": lines})
        self.browser = cast.browser(cast.owner)

    def value(self, name, row=None):
        with organization_scope(self.cast.organization.id):
            values = FieldValue.objects.select_related("sub_document", "table_row")
            where = {"table_row__number": row} if row else {"table_row": None}
            return values.get(sub_document_id=self.task.sub_document_id, name=name, **where)

    def correct(self, name, text, row=None):
        value_id = self.value(name, row).id
        with organization_scope(self.cast.organization.id):
            return tasks.field_value_correct(self.cast.access(self.cast.owner), self.task.id, value_id, text=text)

    def put(self, name, text, row=None):
        url = reverse("api-task-value", args=[self.task.id, self.value(name, row).id])
        return self.browser.put(url, {"text": text}, content_type="application/json")

    def desk(self):
        return Desk(self.browser, self.browser.get(reverse("review:desk", args=[self.task.id])))

    def states(self):
        return {field["name"]: field["state"] for field in self.desk().data["fields"] if not field["is_cell"]}

    def failed(self):
        with organization_scope(self.cast.organization.id):
            sub_document = SubDocument.objects.get(id=self.task.sub_document_id)
            return {check.fields: check.message for check in sub_document.failed_checks}


@pytest.fixture
def case(cast):
    def make(lines=LINES, **values):
        return Case(cast, GOOD | values, lines)

    return make


def test_repaired_total_clears_its_neighbours_at_once(case):
    wrong = case(total="125.00")
    assert [wrong.states()[name] for name in ("net", "tax", "total")] == ["failed"] * 3
    answer = wrong.desk().correct("total", "120").json()
    assert (answer["field"]["state"], answer["failed_checks"], answer["reasons"]) == ("person", [], [])
    assert {field["name"]: (field["state"], field["reasons"]) for field in answer["changed"]} == {
        "net": ("machine", []),
        "tax": ("machine", []),
    }
    assert [wrong.states()[name] for name in ("net", "tax", "total")] == ["machine", "machine", "person"]


def test_spoiled_total_says_the_present_numbers(case):
    good = case()
    answer = good.desk().correct("total", "99.99").json()
    message = "Total does not equal net plus VAT: 100.00 + 20.00 ≠ 99.99"
    assert answer["failed_checks"] == [
        {
            "check": "sum_equals",
            "fields": ["net", "tax", "total"],
            "labels": ["Net", "VAT", "Total"],
            "message": message,
            "reason_data": SUM_DIFFERS(**SUM, amount="99.99").shown(),
        }
    ]
    assert answer["reasons"] == ["Total 99.99 ≠ 100.00 + 20.00: one of these 3 is wrong."]
    assert (answer["field"]["state"], answer["field"]["reasons"]) == ("failed", [message])
    assert {field["name"]: field["reasons"] for field in answer["changed"]} == {"net": [message], "tax": [message]}
    answer = good.desk().correct("total", "99.98").json()
    assert answer["reasons"] == ["Total 99.98 ≠ 100.00 + 20.00: one of these 3 is wrong."]
    assert good.states()["tax"] == "failed", "also when the page is opened again"


def test_api_correction_answers_with_all_checks(case):
    wrong = case(total="125.00")
    task = reverse("api-task", args=[wrong.task.id])
    before = wrong.browser.get(task).json()
    assert [check["outcome"] for check in before["checks"] if check["check"] == "sum_equals"] == ["failed"]
    assert before["reasons"] == ["Total does not equal net plus VAT: 100.00 + 20.00 ≠ 125.00"]
    assert {field["name"] for field in before["fields"] if field["has_failed_check"]} == {"net", "tax", "total"}
    answer = wrong.put("total", "120.00").json()
    assert (answer["value"], answer["has_failed_check"]) == ("120.00", False)
    assert {check["outcome"] for check in answer["checks"]} == {"passed"}
    assert {value["name"]: value["has_failed_check"] for value in answer["changed"]} == {"net": False, "tax": False}
    now = wrong.browser.get(task).json()
    assert now["reasons"] == [] and now["checks"] == answer["checks"]
    document = wrong.browser.get(reverse("api-document", args=[now["document_id"]])).json()
    assert document["sub_documents"][0]["checks"] == answer["checks"]


def test_cell_is_checked_like_a_field(case):
    good = case()
    answer = good.desk()
    url = answer.urls["correct"].replace(answer.data["placeholder"], answer.cell("amount")["id"])
    spoiled = answer.post(url, {"text": "61"}).json()
    assert spoiled["field"]["state"] == "failed"
    assert {tuple(check["labels"]) for check in spoiled["failed_checks"]} == {
        ("Lines, row 1: Quantity", "Lines, row 1: Price", "Lines, row 1: Amount"),
        ("Lines: Amount", "Net"),
    }
    changed = sorted((field["name"], field["state"]) for field in spoiled["changed"])
    assert changed == [(name, "failed") for name in ("amount", "net", "price", "quantity")]
    repaired = good.put("amount", "60", row=1).json()
    assert {check["outcome"] for check in repaired["checks"]} == {"passed"}
    assert len(repaired["changed"]) == 4


def test_confirmed_value_still_shows_its_failed_check(case):
    wrong = case(total="125.00")
    fresh = wrong.desk().correct("total", "125.00").json()
    assert fresh["field"]["state"] == "failed" and fresh["field"]["was_touched"]
    assert fresh["changed"] == [] and len(fresh["failed_checks"]) == 1
    with organization_scope(wrong.cast.organization.id):
        assert not Correction.objects.exists(), "confirming is no correction"


def test_clearing_and_filling_run_the_required_check(case):
    good = case()
    good.correct("number", "")
    assert good.failed() == {("number",): "Number is required but was not found."}
    assert good.states()["number"] == "failed"
    good.correct("number", "A-2")
    assert good.failed() == {} and good.states()["number"] == "person"


def test_text_that_is_no_amount_can_be_cleared(case):
    good = case()
    with organization_scope(good.cast.organization.id):
        FieldValue.objects.filter(id=good.value("tax").id).update(value=None, raw_text="see below")
    good.correct("net", "100.00")
    assert "could not be read as an amount" in good.failed()[("tax",)]
    good.correct("tax", "")
    assert ("tax",) not in good.failed() and good.value("tax").raw_text == ""
    with organization_scope(good.cast.organization.id):
        assert Correction.objects.get(field_value__name="tax").old["raw_text"] == "see below"


def test_undo_runs_the_checks_too(case):
    wrong = case(total="125.00")
    wrong.correct("total", "120.00")
    assert wrong.failed() == {}
    wrong.correct("total", "125.00")
    assert list(wrong.failed()) == [("net", "tax", "total")]


def test_other_reasons_stay_when_a_check_passes(case):
    wrong = case(total="125.00")
    doubt = POORLY_READABLE(label="Net", score=0.5)
    with organization_scope(wrong.cast.organization.id):
        FieldValue.objects.filter(id=wrong.value("net").id).update(reasons=[doubt])
        SubDocument.objects.filter(id=wrong.task.sub_document_id).update(reasons=[doubt])
        ReviewTask.objects.filter(id=wrong.task.id).update(reasons=[doubt])
    answer = wrong.desk().correct("total", "120.00").json()
    net = next(field for field in answer["changed"] if field["name"] == "net")
    assert (net["state"], net["reasons"], answer["reasons"]) == ("needs", [doubt.text], [doubt.text])
    (row,) = wrong.browser.get(reverse("review:queue")).context["tasks"]
    assert set(row["reasons"]) == {doubt}


def test_two_corrections_at_once_keep_both_checks(case):
    good = case()

    def correct(name_and_text):
        try:
            return good.correct(*name_and_text)
        finally:
            connections.close_all()

    for number in range(4):
        pairs = [("tax", f"{21 + number}.00"), ("total", f"{121 + number}.00")]
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(correct, pairs))
        assert good.failed() == {}, "the second correction saw the first one"


@pytest.mark.parametrize(("text", "value"), [("Cooperative", "Cooperative"), ("limited COMPANY", "Limited company")])
def test_choice_of_the_list_is_taken(case, text, value):
    order = case()
    assert order.put("form", text).json()["value"] == value
    assert order.desk().correct("form", text).json()["field"]["text"] == value
    order.correct("form", value)
    assert order.value("form").value == value


def test_choice_of_a_column_is_taken(case):
    order = case()
    assert order.put("unit", "PIECE", row=1).json()["value"] == "piece"


@pytest.mark.parametrize(("name", "row", "listed"), [("form", None, "Cooperative, Limited"), ("unit", 1, "piece, kg")])
def test_what_is_not_on_the_list_is_refused(case, name, row, listed):
    order = case()
    with pytest.raises(InvalidInput, match=listed):
        order.correct(name, "Something else", row)
    assert order.put(name, "Something else", row).json()["code"] == "not_of_type"
