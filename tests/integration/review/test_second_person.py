"""Four eyes: a different second person, comparing or blind; a third where they differ; automatic approvals too."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from documents.domain.overrides import FailedChecks
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec, TableSpec
from documents.models import ApprovedVersion, FieldValue
from documents.services.approving.auto_approval import AutoApprovalRefused, check_automatic
from documents.services.approving.second_person import is_drawn_for, needs_second_person
from idp_project.core.errors import Conflict, Forbidden, InvalidInput
from idp_project.core.tenancy import organization_scope
from review.models import Opinion, ReviewTask
from review.selectors.next_best import task_next_for
from review.services import drafts, rules, tasks
from review.services.rules import WantedRule
from tests.factories.desk import PRINTED_SO, on_desk
from tests.integration.review.test_queue import AMOUNTS, BILL, LETTER, RIGHT
from tests.integration.review.test_together import told

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
COLUMNS = (FieldSpec("item", FieldType.TEXT, "Item"), FieldSpec("price", FieldType.AMOUNT, "Price"))
WITH_ROWS = SchemaSpec("list", "List", "1.0", AMOUNTS, tables=(TableSpec("rows", "Rows", COLUMNS),))


class Office:
    """A bill that waits, and people who decide on it."""

    def __init__(self, cast):
        self.cast = cast
        self.task = on_desk(cast, BILL, RIGHT)
        self.schema_id = self.task.sub_document.schema_version.schema_id

    def rule(self, **wanted):
        return self.do(self.cast.admin, rules.review_rule_set, self.schema_id, WantedRule(**wanted))

    def do(self, user, action, *arguments, **options):
        access = self.cast.access(user)
        with organization_scope(access.organization_id):
            return action(access, *arguments, **options)

    def decide(self, user, decision="approve", **options):
        return self.do(user, tasks.review_task_decide, self.task.id, decision=decision, **options)

    def set(self, user, name, text):
        with organization_scope(self.cast.organization.id):
            value = FieldValue.objects.get(sub_document=self.task.sub_document, name=name)
        self.do(user, tasks.field_value_correct, self.task.id, value.id, text=text)

    @property
    def now(self):
        with organization_scope(self.cast.organization.id):
            return ReviewTask.objects.select_related("sub_document").get(id=self.task.id)

    def approved(self):
        with organization_scope(self.cast.organization.id):
            return ApprovedVersion.objects.filter(sub_document=self.task.sub_document).first()


@pytest.fixture
def office(cast):
    return Office(cast)


def test_without_a_rule_one_person_approves(office, cast):
    assert office.decide(cast.owner) is not None
    assert office.approved().approved_by == cast.owner


def test_a_different_second_person_approves_under_both_names(office, cast):
    office.rule(is_second_always=True)
    assert office.decide(cast.owner) is None
    assert office.approved() is None and office.now.stage == 2 and office.now.claimed_by is None
    for action in (
        tasks.task_claim,
        lambda access, task_id: tasks.review_task_decide(access, task_id, decision="approve"),
    ):
        with pytest.raises(Conflict, match="another person"):
            office.do(cast.owner, action, office.task.id)
    assert office.do(cast.owner, task_next_for) is None
    assert office.do(cast.teammate, task_next_for).id == office.task.id
    page = cast.browser(cast.teammate).get(reverse("review:desk", args=[office.task.id])).content.decode()
    assert f"Second person: {cast.owner} approved these values." in page
    assert office.decide(cast.teammate) is not None
    version = office.approved()
    assert version.approved_by == cast.teammate
    assert version.approved.approved_by == f"{cast.owner} + {cast.teammate}"
    with organization_scope(cast.organization.id):
        assert AuditEntry.objects.filter(action="review_first_of_two").count() == 1


def test_two_long_names_fit_into_the_record(office, cast):
    for user in (cast.owner, cast.teammate):
        user.display_name = user.username[0] * 150
        user.save()
    office.rule(is_second_always=True)
    office.decide(cast.owner)
    office.decide(cast.teammate)
    names = office.approved().approved.approved_by
    assert len(names) <= 200 and "o + t" in names, "as long as the column of the production database"


def test_a_disagreement_goes_to_a_third_person(office, cast):
    office.rule(is_second_always=True)
    office.decide(cast.owner)
    office.set(cast.teammate, "total", "121.00")
    assert office.decide(cast.teammate, override=PRINTED_SO) is None
    assert office.now.stage == 3 and office.approved() is None
    for user in (cast.owner, cast.teammate):
        assert office.do(user, task_next_for) is None
    page = cast.browser(cast.reviewer).get(reverse("review:desk", args=[office.task.id])).content.decode()
    assert "one person has “120.00”, the other “121.00”" in page and "Third person" in page
    office.set(cast.reviewer, "total", "120.00")
    assert office.decide(cast.reviewer) is not None
    assert office.approved().approved.approved_by == str(cast.reviewer)


def test_a_second_person_who_rejects_disagrees(office, cast):
    office.rule(is_second_always=True)
    office.decide(cast.owner)
    assert office.decide(cast.teammate, "reject", reason="Not ours.") is None
    assert office.now.stage == 3
    assert any(reason.code == "second_rejects" for reason in office.now.reasons)
    assert office.decide(cast.reviewer, "reject", reason="Not ours.") is not None


def test_a_space_is_no_disagreement_the_first_is_told_of_one(office, cast):
    letter = on_desk(cast, LETTER, {"subject": "Hello World"})
    office.task, office.schema_id = letter, letter.sub_document.schema_version.schema_id
    office.rule(is_second_always=True)
    office.decide(cast.owner)
    office.set(cast.teammate, "subject", "Hello  World")
    assert office.decide(cast.teammate) is not None and told(cast, cast.owner) == []
    other = on_desk(cast, LETTER, {"subject": "Hello World"})
    office.task = other
    office.decide(cast.owner)
    office.set(cast.teammate, "subject", "Another")
    assert office.decide(cast.teammate) is None
    assert any("decided otherwise than you" in text for text in told(cast, cast.owner))
    assert told(cast, cast.teammate) == []


def test_a_draft_after_ones_decision_is_refused(office, cast):
    office.rule(is_second_always=True)
    office.decide(cast.owner)
    with pytest.raises(Conflict, match="another person"):
        office.do(cast.owner, drafts.draft_keep, office.task.id, {"a": {"text": "late"}})


def test_a_rejection_needs_one_person(office, cast):
    office.rule(is_second_always=True)
    assert office.decide(cast.owner, "reject", reason="Not ours.") is not None


def test_a_failed_check_needs_its_reason_from_the_first_already(office, cast):
    office.rule(is_second_always=True)
    office.set(cast.owner, "total", "125.00")
    with pytest.raises(FailedChecks):
        office.decide(cast.owner)
    assert office.decide(cast.owner, override=PRINTED_SO) is None
    with pytest.raises(FailedChecks):
        office.decide(cast.teammate)
    assert office.decide(cast.teammate, override=PRINTED_SO) is not None


def test_blind_the_second_enters_before_they_see(office, cast):
    office.rule(is_second_always=True, is_second_blind=True)
    office.set(cast.owner, "total", "120.00")
    office.decide(cast.owner)
    client = cast.browser(cast.teammate)
    desk = client.get(reverse("review:desk", args=[office.task.id]))
    assert [field["text"] for field in desk.context["desk"]["fields"]] == ["", "", ""], "nothing of the first is shown"
    hidden = client.get(reverse("api-task", args=[office.task.id]))
    assert "120.00" not in hidden.content.decode() and hidden.json()["amount"] is None
    with pytest.raises(Conflict):
        office.decide(cast.teammate)
    for name, text in (("net", "100.00"), ("vat", "20.00"), ("total", "125.00")):
        office.set(cast.teammate, name, text)
    compared = client.post(reverse("review:compare", args=[office.task.id]), "{}", content_type="application/json")
    assert compared.json()["differing"] == 1
    desk = client.get(reverse("review:desk", args=[office.task.id])).content.decode()
    assert "one person has “120.00”, the other “125.00”" in desk
    office.set(cast.teammate, "total", "120.00")
    assert office.decide(cast.teammate) is not None, "they agree after all"


def test_blind_and_equal_is_approved(office, cast):
    office.rule(is_second_always=True, is_second_blind=True)
    office.decide(cast.owner)
    for name, text in RIGHT.items():
        office.set(cast.teammate, name, text)
    assert office.do(cast.teammate, tasks.task_compare, office.task.id) == []
    assert office.decide(cast.teammate) is not None


def test_each_rule_brings_a_second_person_in(office, cast):
    def needed(*, is_automatic=False, **wanted):
        office.rule(**wanted)
        with organization_scope(cast.organization.id):
            return needs_second_person(office.now.sub_document, is_automatic=is_automatic)

    assert not needed()
    assert needed(is_second_always=True)
    assert needed(second_amount=Decimal("120.00")) and not needed(second_amount=Decimal("120.01"))
    assert needed(second_percent=100) and not needed(second_percent=0)
    assert not needed(second_fields=("total",))
    office.set(cast.owner, "total", "120.01")
    assert needed(second_fields=("total",)) and not needed(second_fields=("net",))
    assert not needed(is_second_always=True, is_automatic=True)
    assert needed(is_second_always=True, is_second_automatic=True, is_automatic=True)
    assert needed(second_fields=("net",), is_second_automatic=True, is_automatic=True), "it has a value"


def test_a_share_is_drawn_by_a_key_and_stays(office):
    from uuid import uuid4

    ids = [uuid4() for _ in range(2000)]
    drawn = [one for one in ids if is_drawn_for(one, 20)]
    assert 300 < len(drawn) < 500 and drawn == [one for one in ids if is_drawn_for(one, 20)]


def test_cells_count_as_values_do(cast):
    task = on_desk(cast, WITH_ROWS, RIGHT, {"rows": [{"item": "Pen", "price": "2.00"}]})
    office = Office.__new__(Office)
    office.cast, office.task, office.schema_id = cast, task, task.sub_document.schema_version.schema_id
    office.rule(is_second_always=True)
    office.decide(cast.owner)
    office.set(cast.teammate, "price", "3.00")
    assert office.decide(cast.teammate) is None and office.now.stage == 3
    with organization_scope(cast.organization.id):
        assert [one.values["rows[1].price"] for one in Opinion.objects.all()] == [["2.00", "2.00"], ["3.00", "3.00"]]
    office.rule(second_fields=("rows.price",))
    with organization_scope(cast.organization.id):
        assert needs_second_person(office.now.sub_document)


def test_an_automatic_approval_goes_to_a_person(office, cast, monkeypatch):
    monkeypatch.setattr("documents.services.approving.auto_approval.auto_approval_obstacles", lambda *_, **__: ())
    with organization_scope(cast.organization.id):
        sub_document = office.now.sub_document
        sub_document.route = "auto"
        check_automatic(sub_document)
    office.rule(second_amount=Decimal("100.00"), is_second_automatic=True)
    with organization_scope(cast.organization.id), pytest.raises(AutoApprovalRefused) as refused:
        check_automatic(sub_document)
    assert refused.value.reasons[0].code == "second_person_by_rule"


def test_managers_of_the_type_set_its_rule(office, cast):
    with pytest.raises(Forbidden):
        office.do(cast.owner, rules.review_rule_set, office.schema_id, WantedRule())
    with pytest.raises(InvalidInput):
        office.rule(second_fields=("no_such",))
    with pytest.raises(InvalidInput):
        office.rule(second_percent=101)
    client = cast.browser(cast.admin)
    address = reverse("review:rule", args=[office.schema_id])
    sent = {
        "working_days": "3",
        "second_percent": "5",
        "second_amount": "1000",
        "second_fields": ["total"],
        "days_due_date": "-4",
    }
    assert client.post(address, sent).status_code == 302
    by_api = client.get(reverse("api-schema-review-rule", args=[office.schema_id])).json()
    assert by_api["deadlines"] == [{"source": "due_date", "days": -4, "is_working": True}]
    assert (by_api["working_days"], by_api["second_amount"], by_api["second_fields"]) == (3, "1000.00", ["total"])
    changed = client.put(
        reverse("api-schema-review-rule", args=[office.schema_id]),
        json.dumps({"is_second_blind": True}),
        content_type="application/json",
    )
    assert changed.json()["is_second_blind"] is True and changed.json()["working_days"] == 3
    with organization_scope(cast.organization.id):
        details = AuditEntry.objects.filter(action="review_rule_changed").order_by("number").last().details
    assert details == {"old": {"is_second_blind": False}, "new": {"is_second_blind": True}}
