"""A claim is a lease: nobody shares one, it ends when nobody is there, and a manager can take it over."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from documents.models import SubDocument
from idp_project.core.errors import Conflict, Forbidden, InvalidInput
from idp_project.core.tenancy import organization_scope
from review.models import Absence, Notification, ReviewerProfile, ReviewTask, TaskComment, TaskStatus
from review.selectors.next_best import task_next_for
from review.services import leases, skips, tasks
from tests.factories.scenes import in_review

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
SCENE = in_review
CLAIMERS = 20


@pytest.fixture
def as_user(cast):
    """as_user(user, action, …) in one transaction of the user's organisation."""

    def act(user, action, *arguments, **options):
        access = cast.access(user)
        with organization_scope(access.organization_id):
            return action(access, *arguments, **options)

    return act


@pytest.fixture
def waiting(cast, outcome):
    """waiting(number): that many tasks of one kind, none more urgent than another; the oldest first."""

    def make(number):
        with organization_scope(cast.organization.id):
            first = SubDocument.objects.get(review_tasks__isnull=False)
            for page in range(2, number + 1):
                more = SubDocument.objects.get(id=first.id)
                more.pk, more.first_page, more.last_page, more._state.adding = uuid4(), page, page, True
                more.save()
                tasks.review_task_open(more.id)
            ReviewTask.objects.update(priority=50, due_at=timezone.now() + timedelta(days=2), amount=None)
            return list(ReviewTask.objects.order_by("created_at"))

    return make


def now(task):
    with organization_scope(task.organization_id):
        return ReviewTask.objects.get(id=task.id)


def change(task, **values):
    with organization_scope(task.organization_id):
        ReviewTask.objects.filter(id=task.id).update(**values)


def test_twenty_who_claim_at_once_get_twenty_tasks(cast, as_user, waiting):
    waiting(CLAIMERS)
    people = [cast.access(user) for user in (cast.owner, cast.teammate, cast.reviewer, cast.admin)]
    start = Barrier(CLAIMERS)

    def take(number):
        try:
            start.wait(timeout=60)
            with organization_scope(cast.organization.id):
                taken = []
                access = people[number % len(people)]
                task = leases.task_take_next(access)
                taken.append(task.id if task else None)
                return access.user_id, taken[0]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(CLAIMERS) as pool:
        got = list(pool.map(take, range(CLAIMERS)))
    by_task: dict = {}
    for user_id, task_id in got:
        if task_id:
            by_task.setdefault(task_id, set()).add(user_id)
    assert all(len(holders) == 1 for holders in by_task.values()), "no task is on two desks"
    assert all(task_id for _, task_id in got), "each got one: what another takes is passed over"


def test_next_best_goes_by_deadline_knowledge_and_value(cast, as_user, waiting):
    old, cheap, dear, pressing, known = waiting(5)
    change(dear, amount=Decimal("9000.00"))
    change(cheap, amount=Decimal("10.00"))
    best = lambda: as_user(cast.owner, task_next_for).id  # noqa: E731
    assert best() == dear.id, "of the same urgency the one that is worth most"
    change(old, priority=10)
    assert best() == old.id, "urgency before value"
    change(pressing, due_at=timezone.now() + timedelta(hours=1))
    assert best() == pressing.id, "what is due soon before all"
    with organization_scope(cast.organization.id):
        schema_id = known.sub_document.schema_version.schema_id
        SubDocument.objects.exclude(id=known.sub_document_id).update(schema_version=None)
        ReviewerProfile.objects.create(organization=cast.organization, user=cast.owner, known_types=[str(schema_id)])
    assert best() == known.id, "what they know before what others know"
    change(cheap, assigned_to=cast.owner)
    assert best() == cheap.id, "what is theirs first of all"
    as_user(cast.owner, skips.task_skip, cheap.id)
    assert best() == known.id, "what was skipped comes last"


def test_a_given_task_is_offered_to_its_person_and_deputy_only(cast, as_user, waiting):
    (task,) = waiting(1)
    change(task, assigned_to=cast.owner)
    assert as_user(cast.teammate, task_next_for) is None
    today = timezone.localdate()
    with organization_scope(cast.organization.id):
        away = Absence.objects.create(
            organization=cast.organization, user=cast.owner, first_day=today, last_day=today, deputy=cast.reviewer
        )
    assert as_user(cast.teammate, task_next_for) is None
    assert as_user(cast.reviewer, task_next_for).id == task.id
    with organization_scope(cast.organization.id):
        Absence.objects.filter(id=away.id).update(deputy=None)
    assert as_user(cast.teammate, task_next_for).id == task.id


def test_a_lease_that_nobody_renews_ends_and_leaves_no_trace(cast, as_user, waiting):
    (task,) = waiting(1)
    as_user(cast.owner, tasks.task_claim, task.id)
    assert now(task).claimed_until < timezone.now() + timedelta(minutes=5), "minutes, not ten"
    assert leases.leases_end() == 0
    change(task, claimed_until=timezone.now() - timedelta(seconds=1))
    assert leases.leases_end() == 1
    assert (now(task).status, now(task).claimed_by_id, now(task).claimed_until) == (TaskStatus.OPEN, None, None)
    as_user(cast.owner, tasks.task_claim, task.id)
    as_user(cast.owner, tasks.review_task_decide, task.id, decision="reject", reason="No.")
    assert (now(task).claimed_by_id, now(task).claimed_until) == (None, None)
    with organization_scope(cast.organization.id):
        assert not AuditEntry.objects.filter(action__contains="claim").exists()


def test_a_page_that_is_left_does_not_release_a_later_lease(cast, waiting):
    (task,) = waiting(1)
    client = cast.browser(cast.owner)

    def post(name, data=None):
        address = reverse(f"review:{name}", args=[task.id])
        return client.post(address, json.dumps(data or {}), content_type="application/json")

    first = post("claim").json()["held_until"]
    second = post("claim").json()["held_until"]
    assert post("release", {"held_until": first}).status_code == 200
    assert now(task).status == TaskStatus.CLAIMED, "the second page holds it"
    assert post("release", {"held_until": second}).status_code == 200
    assert now(task).status == TaskStatus.OPEN


def test_a_manager_takes_over_with_a_note_that_is_read(cast, as_user, waiting):
    (task,) = waiting(1)
    as_user(cast.owner, tasks.task_claim, task.id)
    with pytest.raises(Forbidden):
        as_user(cast.teammate, leases.task_take_over, task.id, note="I want it.")
    with pytest.raises(InvalidInput):
        as_user(cast.reviewer, leases.task_take_over, task.id, note="  ")
    client = cast.browser(cast.reviewer)
    assert 'id="take-over"' in client.get(reverse("review:desk", args=[task.id])).content.decode()
    answer = client.post(
        reverse("review:take_over", args=[task.id]),
        json.dumps({"note": "Due at noon."}),
        content_type="application/json",
    )
    assert answer.json()["next"] == reverse("review:desk", args=[task.id])
    assert now(task).claimed_by_id == cast.reviewer.id
    with pytest.raises(Conflict, match="is working on this document"):
        as_user(cast.owner, tasks.task_claim, task.id)
    with organization_scope(cast.organization.id):
        assert TaskComment.objects.get().text == "Due at noon."
        told = Notification.objects.get()
        assert told.user_id == cast.owner.id and "Due at noon." in told.reason.text
        assert AuditEntry.objects.filter(action="review_taken_over").count() == 1
    assert 'id="take-over"' not in cast.browser(cast.owner).get(reverse("review:desk", args=[task.id])).content.decode()


def test_the_api_takes_the_next_and_takes_over(cast, waiting):
    first, second = waiting(2)
    operator, manager = cast.browser(cast.owner), cast.browser(cast.reviewer)
    taken = operator.post(reverse("api-tasks-next"), {}, content_type="application/json").json()
    assert taken["id"] == str(first.id) and taken["claimed_by"] == str(cast.owner)
    assert manager.post(reverse("api-tasks-next"), {}, content_type="application/json").json()["id"] == str(second.id)
    over = manager.post(
        reverse("api-task-take-over", args=[first.id]), {"note": "Mine now."}, content_type="application/json"
    )
    assert over.json()["claimed_by"] == str(cast.reviewer)
    assert operator.post(reverse("api-tasks-next"), {}, content_type="application/json").status_code == 204
