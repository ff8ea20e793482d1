"""Skipping: a person's round shows every waiting task once before it shows one again."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from documents.models import SubDocument
from idp_project.core.tenancy import organization_scope
from review.models import ReviewTask, TaskSkip
from review.selectors.next_best import task_next_for
from review.selectors.tasks import SKIP_HOURS
from review.services import tasks as tasks_services
from tests.factories.scenes import unknown_receipt

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
SCENE = unknown_receipt


@pytest.fixture
def tasks(cast, scene):
    """Four sub-documents of one file, of unknown type; none is as urgent as another, and their order is not their age's."""
    with organization_scope(cast.organization.id):
        for page in (2, 3, 4):
            one_more(page)
        for task, priority in zip(ReviewTask.objects.order_by("created_at"), (50, 60, 10, 90), strict=True):
            ReviewTask.objects.filter(id=task.id).update(priority=priority)
        return list(ReviewTask.objects.order_by("priority"))


def one_more(page):
    """Another sub-document of the only document, waiting for a person."""
    sub_document = SubDocument.objects.order_by("first_page").first()
    sub_document.pk, sub_document.first_page, sub_document.last_page, sub_document._state.adding = (
        uuid4(),
        page,
        page,
        True,
    )
    sub_document.save()
    return tasks_services.review_task_open(sub_document.id, reasons=["Look."])


@pytest.fixture
def skip(cast):
    """skip(client, task_id): as the desk's button does; gives the id of the next task, None for the queue."""

    def act(client, task_id):
        answer = client.get(reverse("review:next"), {"after": task_id})
        assert answer.status_code == 302
        *_, last = answer.url.strip("/").split("/")
        return None if last == "review" else last

    return act


def next_of(cast, user):
    with organization_scope(cast.organization.id):
        task = task_next_for(cast.access(user))
        return str(task.id) if task else None


def test_each_task_comes_once_before_the_first_again(cast, tasks, skip):
    order = [str(task.id) for task in tasks]
    client, shown = cast.browser(cast.owner), [next_of(cast, cast.owner)]
    for _ in range(7):
        shown.append(skip(client, shown[-1]))
    assert shown == order + order
    assert next_of(cast, cast.teammate) == order[0], "the round is each person's own"
    answer = client.get(reverse("review:next"), {"after": shown[-1]}, follow=True)
    assert "You have skipped all 4 documents that wait." in answer.content.decode()


def test_a_round_goes_on_in_another_tab_and_after_a_reload(cast, tasks, skip):
    order = [str(task.id) for task in tasks]
    first_tab, second_tab = cast.browser(cast.owner), cast.browser(cast.owner)
    with organization_scope(cast.organization.id):
        tasks_services.task_claim(cast.access(cast.owner), tasks[1].id)  # open in the second tab
    assert skip(first_tab, order[0]) == order[2], "what is open in the other tab comes later"
    assert skip(second_tab, order[1]) == order[3], "and what the first one took now"
    assert skip(first_tab, order[2]) == order[3]
    assert skip(first_tab, order[3]) == order[0]


def test_tasks_left_without_skipping_stay_in_the_round(cast, tasks, skip):
    order = [str(task.id) for task in tasks]
    client = cast.browser(cast.owner)
    with organization_scope(cast.organization.id):
        for task in tasks[:2]:  # opened and left: they stay claimed for some minutes
            tasks_services.task_claim(cast.access(cast.owner), task.id)
    assert skip(client, order[2]) == order[3]
    assert skip(client, order[3]) == order[0], "before anything that was skipped"
    assert skip(client, order[0]) == order[1]
    assert skip(client, order[1]) == order[2]


def test_decided_and_claimed_tasks_leave_the_round(cast, tasks, skip):
    order = [str(task.id) for task in tasks]
    client = cast.browser(cast.owner)
    assert skip(client, order[0]) == order[1]
    with organization_scope(cast.organization.id):
        tasks_services.task_claim(cast.access(cast.teammate), tasks[2].id)
        tasks_services.review_task_decide(cast.access(cast.owner), tasks[1].id, decision="reject", reason="No.")
    assert next_of(cast, cast.owner) == order[3], "decide-and-next has the order of skip-and-next"
    assert skip(client, order[3]) == order[0]
    assert skip(client, order[0]) == order[3]


def test_the_only_task_leads_back_to_the_queue(cast, tasks, skip):
    client = cast.browser(cast.owner)
    with organization_scope(cast.organization.id):
        for task in tasks[1:]:
            tasks_services.review_task_decide(cast.access(cast.owner), task.id, decision="reject", reason="No.")
    assert skip(client, tasks[0].id) is None
    assert "You have skipped the only document that waits." in client.get(reverse("review:queue")).content.decode()
    assert next_of(cast, cast.owner) == str(tasks[0].id)


def test_a_new_task_comes_before_what_was_skipped(cast, tasks, skip):
    client = cast.browser(cast.owner)
    for task in tasks:
        skip(client, task.id)
    with organization_scope(cast.organization.id):
        fresh = one_more(5)
    assert next_of(cast, cast.owner) == str(fresh.id)


def test_a_skip_is_forgotten_after_a_working_day(cast, tasks, skip):
    skip(cast.browser(cast.owner), tasks[0].id)
    with organization_scope(cast.organization.id):
        tasks_services.task_release(cast.access(cast.owner), tasks[1].id)
    assert next_of(cast, cast.owner) == str(tasks[1].id)
    with organization_scope(cast.organization.id):
        TaskSkip.objects.update(skipped_at=timezone.now() - timedelta(hours=SKIP_HOURS, minutes=1))
    assert next_of(cast, cast.owner) == str(tasks[0].id)


def test_skipping_puts_the_task_back_for_others(cast, tasks, skip):
    with organization_scope(cast.organization.id):
        tasks_services.task_claim(cast.access(cast.owner), tasks[0].id)
    skip(cast.browser(cast.owner), tasks[0].id)
    assert next_of(cast, cast.teammate) == str(tasks[0].id)


def test_who_may_not_review_skips_nothing(cast, tasks, skip):
    for user in (cast.viewer, cast.outsider):
        assert skip(cast.browser(user), tasks[0].id) is None
    with organization_scope(cast.organization.id):
        assert not TaskSkip.objects.exists()
