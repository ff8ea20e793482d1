"""The queue: filters, saved views, figures of one's own, and what is done to many documents at once."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from documents.domain.reason_groups import ReasonGroup
from documents.domain.schema_spec import CheckKind, CheckSpec, FieldSpec, FieldType, SchemaSpec
from documents.models import ApprovedVersion, FieldValue
from idp_project.core.errors import Forbidden, InvalidInput
from idp_project.core.tenancy import organization_scope
from review.models import Notification, ReviewTask, SavedView
from review.selectors.next_best import open_task_count
from review.selectors.queue import QueueFilter, queue_figures, queue_list
from review.services import assigning, bulk, tasks
from tests.factories.desk import on_desk

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
SUMS = CheckSpec(CheckKind.SUM_EQUALS, ("net", "vat", "total"))
AMOUNTS = tuple(FieldSpec(name, FieldType.AMOUNT, name.upper()) for name in ("net", "vat", "total"))
BILL = SchemaSpec("bill", "Bill", "1.0", AMOUNTS, checks=(SUMS,))
LETTER = SchemaSpec("letter", "Letter", "1.0", (FieldSpec("subject", FieldType.TEXT, "Subject"),))
RIGHT = {"net": "100.00", "vat": "20.00", "total": "120.00"}


@pytest.fixture
def as_user(cast):
    """as_user(user, action, …) in one transaction of the user's organisation."""

    def act(user, action, *arguments, **options):
        access = cast.access(user)
        with organization_scope(access.organization_id):
            return action(access, *arguments, **options)

    return act


@pytest.fixture
def found(cast, as_user):
    """found(user, …filters): ids of what the queue shows."""

    def look(user, **filters):
        return {
            task.id for task in as_user(user, lambda access: list(queue_list(access, QueueFilter(**filters), first=50)))
        }

    return look


def change(cast, task, **values):
    with organization_scope(cast.organization.id):
        ReviewTask.objects.filter(id=task.id).update(**values)


def test_each_filter_narrows_the_queue(cast, as_user, found):
    right, wrong, letter = (
        on_desk(cast, BILL, RIGHT),
        on_desk(cast, BILL, {**RIGHT, "total": "125.00"}),
        on_desk(cast, LETTER, {"subject": "Hello"}),
    )
    everything = {right.id, wrong.id, letter.id}
    assert found(cast.owner) == everything
    schema_id = str(letter.sub_document.schema_version.schema_id)
    assert found(cast.owner, type=schema_id) == {letter.id}
    assert found(cast.owner, reason=ReasonGroup.CHECK) == {wrong.id}
    assert found(cast.owner, team_id=cast.team.id) == everything
    assert found(cast.owner, team_id=cast.other_team.id) == set()
    assert found(cast.owner, is_late=True) == set()
    change(cast, right, due_at=timezone.now() - timedelta(hours=1))
    assert found(cast.owner, is_late=True) == {right.id}
    as_user(cast.owner, tasks.task_claim, letter.id)
    change(cast, wrong, assigned_to=cast.owner)
    assert found(cast.owner, whose="mine") == {letter.id, wrong.id}
    assert found(cast.teammate, whose="mine") == set()
    assert found(cast.teammate, whose="held") == {letter.id}
    assert found(cast.teammate, whose="free") == {right.id}
    assert found(cast.outsider) == set()


def test_unsure_values_are_found_by_their_reason(cast, found):
    task = on_desk(cast, LETTER, {"subject": "Hello"})
    with organization_scope(cast.organization.id):
        value = FieldValue.objects.get(sub_document=task.sub_document)
        value.reasons = [
            {"code": "below_threshold", "params": {"label": "Subject", "confidence": 0.4, "threshold": 0.8}}
        ]
        value.save()
    assert found(cast.owner, reason=ReasonGroup.UNSURE) == {task.id}
    assert found(cast.owner, reason=ReasonGroup.CHECK) == set()


def test_a_blind_sample_is_found_by_its_rule_alone(cast, found):
    task = on_desk(cast, LETTER, {"subject": "Hello"})
    with organization_scope(cast.organization.id):
        unsure = [{"code": "below_threshold", "params": {"label": "Subject", "confidence": 0.4, "threshold": 0.8}}]
        FieldValue.objects.filter(sub_document=task.sub_document).update(reasons=unsure)
        ReviewTask.objects.filter(id=task.id).update(reasons=unsure)
        task.sub_document.is_blind = True
        task.sub_document.save()
    assert found(cast.owner, reason=ReasonGroup.UNSURE) == set() == found(cast.owner, reason=ReasonGroup.OTHER)
    assert found(cast.owner, reason=ReasonGroup.RULE) == {task.id}


def test_what_a_person_could_not_take_is_not_left(cast, as_user):
    given, asked = on_desk(cast, LETTER, {"subject": "Hello"}), on_desk(cast, LETTER, {"subject": "Hello"})
    change(cast, given, assigned_to=cast.teammate)
    change(cast, asked, waits_for=cast.reviewer)
    for user, left in ((cast.owner, 0), (cast.teammate, 1)):
        assert (as_user(user, open_task_count), as_user(user, queue_figures).left) == (left, left)


def test_values_of_a_wrong_sum_are_not_named_again(cast):
    task = on_desk(cast, BILL, {**RIGHT, "total": "125.00"})
    with organization_scope(cast.organization.id):
        unsure = [{"code": "below_threshold", "params": {"label": "TOTAL", "confidence": 0.4, "threshold": 0.8}}]
        FieldValue.objects.filter(sub_document=task.sub_document, name="total").update(reasons=unsure)
    row = cast.browser(cast.owner).get(reverse("review:queue")).context["tasks"][0]
    assert [reason.code for reason in row["reasons"]] == ["sum_one_of"]


def test_wrong_input_is_named_as_what_it_is(cast):
    task = on_desk(cast, LETTER, {"subject": "Hello"})
    client = cast.browser(cast.reviewer)

    def said(name, **sent):
        return client.post(reverse(f"review:{name}"), sent, headers={"Accept": "application/json"}).content.decode()

    assert "not an id" in said("assign", task="x") and "not an id" in said("bulk_retype", task=task.id, schema="x")
    assert "Choose a type first" in said("bulk_retype", task=task.id)
    many = [uuid4() for _ in range(201)]
    assert "At most 200" in said("assign", task=many) and "At most 100" in said("approve_preview", task=many[:101])


def test_figures_are_ones_own(cast, as_user):
    done, late, waiting = (on_desk(cast, LETTER, {"subject": "Hello"}) for _ in range(3))
    as_user(cast.owner, tasks.review_task_decide, done.id, decision="reject", reason="No.")
    change(cast, late, due_at=timezone.now() - timedelta(hours=1), created_at=timezone.now() - timedelta(days=3))
    mine, others = as_user(cast.owner, queue_figures), as_user(cast.teammate, queue_figures)
    assert (mine.done_today, mine.left, mine.late) == (1, 2, 1)
    assert (others.done_today, others.left) == (0, 2), "nobody else's decisions are counted"
    assert dict(mine.ages)["today"] == 1 and dict(mine.ages)["2–3 days"] == 1
    page = cast.browser(cast.owner).get(reverse("review:queue"))
    assert page.context["figures"] == mine
    del waiting


def test_a_view_is_kept_opened_and_forgotten(cast):
    on_desk(cast, LETTER, {"subject": "Hello"})
    client = cast.browser(cast.owner)
    kept = client.post(f"{reverse('review:view_save')}?late=on&whose=free", {"name": "Late ones"})
    assert kept.status_code == 302 and "late=1" in kept.url and "whose=free" in kept.url
    page = client.get(kept.url)
    assert [view["is_open"] for view in page.context["views"]] == [True] and page.context["tasks"] == []
    assert client.post(f"{reverse('review:view_save')}?whose=mine", {"name": "Late ones"}).status_code == 302
    with organization_scope(cast.organization.id):
        assert SavedView.objects.get().filters == {"whose": "mine"}, "the same name replaces"
        view_id = SavedView.objects.get().id
    assert cast.browser(cast.teammate).get(reverse("review:queue")).context["views"] == []
    cast.browser(cast.teammate).post(reverse("review:view_delete", args=[view_id]))
    with organization_scope(cast.organization.id):
        assert SavedView.objects.count() == 1, "it is the owner's alone"
    client.post(reverse("review:view_delete", args=[view_id]))
    with organization_scope(cast.organization.id):
        assert not SavedView.objects.exists()


def test_a_filter_that_is_not_understood_is_refused(cast):
    client = cast.browser(cast.owner)
    assert client.get(reverse("review:queue"), {"whose": "everyone"}).status_code == 400
    assert client.get(reverse("api-tasks"), {"reason": "nonsense"}).status_code == 400


def test_managers_give_many_at_once(cast, as_user):
    given = [on_desk(cast, LETTER, {"subject": "Hello"}) for _ in range(3)]
    ids = [task.id for task in given]
    as_user(cast.owner, tasks.task_claim, ids[0])
    with pytest.raises(Forbidden):
        as_user(cast.owner, assigning.tasks_assign, ids, user_id=cast.teammate.id)
    with pytest.raises(InvalidInput, match="may not review"):
        as_user(cast.reviewer, assigning.tasks_assign, ids, user_id=cast.viewer.id)
    page = cast.browser(cast.reviewer).post(
        reverse("review:assign"), {"task": ids, "person": str(cast.teammate.id), "note": "Before noon."}, follow=True
    )
    assert "3 documents are given." in page.content.decode()
    with organization_scope(cast.organization.id):
        rows = ReviewTask.objects.filter(id__in=ids)
        assert {task.assigned_to_id for task in rows} == {cast.teammate.id}
        assert {task.claimed_by_id for task in rows} == {None}, "who held one loses it"
        assert Notification.objects.filter(user=cast.teammate).count() == 1, "told once"
        assert AuditEntry.objects.filter(action="review_assigned").count() == 3
    assert as_user(cast.reviewer, assigning.tasks_assign, ids, user_id=None) == 3
    with organization_scope(cast.organization.id):
        assert not ReviewTask.objects.filter(assigned_to__isnull=False).exists()


def test_equal_cases_are_approved_as_they_were_shown(cast, as_user):
    first, second, wrong = (
        on_desk(cast, BILL, RIGHT),
        on_desk(cast, BILL, RIGHT),
        on_desk(cast, BILL, {**RIGHT, "total": "1.00"}),
    )
    letter = on_desk(cast, LETTER, {"subject": "Hello"})
    ids = [first.id, second.id, wrong.id, letter.id]
    client = cast.browser(cast.owner)
    page = client.post(reverse("review:approve_preview"), {"task": ids})
    rows = {row.task.id: row for row in page.context["rows"]}
    assert [rows[task].against.code if rows[task].against else "" for task in ids] == [
        "", "", "checks_not_in_bulk", "not_equal",
    ]  # fmt: skip
    assert ("TOTAL", "120.00") in rows[first.id].values and "120.00" in page.content.decode()
    with organization_scope(cast.organization.id):
        FieldValue.objects.filter(sub_document=second.sub_document, name="vat").update(value="20.00", raw_text="20")
    sent = {"task": ids} | {f"digest-{task}": rows[task].digest for task in ids}
    said = client.post(reverse("review:bulk_approve"), sent, follow=True).content.decode()
    assert "1 approved." in said and "Its values have changed since they were shown" in said
    with organization_scope(cast.organization.id):
        approved = ApprovedVersion.objects.get()
        assert approved.sub_document_id == first.sub_document_id and approved.approved_by == cast.owner
        assert first.decision.examination == "not_examined"


def test_many_get_a_type_at_once(cast, as_user):
    letters = [on_desk(cast, LETTER, {"subject": "Hello"}) for _ in range(2)]
    bill = on_desk(cast, BILL, RIGHT).sub_document.schema_version.schema_id
    held = on_desk(cast, LETTER, {"subject": "Hello"})
    as_user(cast.teammate, tasks.task_claim, held.id)
    outcome = as_user(cast.owner, bulk.tasks_retype, [*(task.id for task in letters), held.id], schema_id=bill)
    assert outcome.done == 2 and [task.id for task, _ in outcome.refused] == [held.id]
    with organization_scope(cast.organization.id):
        for task in letters:
            task.sub_document.refresh_from_db()
            assert task.sub_document.schema_version.schema_id == bill


def test_the_api_does_the_same(cast):
    first, second = on_desk(cast, BILL, RIGHT), on_desk(cast, BILL, RIGHT)
    client, manager = cast.browser(cast.owner), cast.browser(cast.reviewer)

    def post(who, name, data, *arguments):
        return who.post(reverse(name, args=arguments), data, content_type="application/json")

    ids = [str(first.id), str(second.id)]
    assert len(client.get(reverse("api-tasks"), {"whose": "free"}).json()) == 2
    assert client.get(reverse("api-tasks-figures")).json()["left"] == 2
    assert post(manager, "api-tasks-assign", {"task_ids": ids[:1], "user_id": str(cast.owner.id)}).status_code == 204
    assert [task["id"] for task in client.get(reverse("api-tasks"), {"whose": "mine"}).json()] == ids[:1]
    rows = post(client, "api-tasks-preview", {"task_ids": ids}).json()
    assert rows[0]["values"]["TOTAL"] == "120.00" and rows[0]["against"] is None
    seen = [{"task_id": row["task_id"], "digest": row["digest"]} for row in rows]
    assert post(client, "api-tasks-approve", {"seen": seen}).json() == {"done": 2, "waiting": 0, "refused": {}}
    view = post(client, "api-review-views", {"name": "Free", "filters": {"whose": "free"}}).json()
    assert [one["name"] for one in client.get(reverse("api-review-views")).json()] == ["Free"]
    assert client.delete(reverse("api-review-view", args=[view["id"]])).status_code == 204
    assert client.delete(reverse("api-review-view", args=[uuid4()])).status_code == 204
