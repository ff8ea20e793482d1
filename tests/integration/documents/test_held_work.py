"""What a pause holds back: shown of PostgreSQL by queue, because no job stands in a paused queue."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from documents.models import StepRun
from documents.services.intake.batches import batch_submit
from idp_project.core.tenancy import organization_scope
from review.models import ReviewTask
from review.services.tasks import review_task_decide, task_claim
from tests.factories import files
from tests.factories.pipeline import Outcome, drain, reconcile_and_drain, submit

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
NOTHING = (0, 0)


@pytest.fixture
def root(cast):
    cast.publish("invoice")
    drain()
    return cast.browser(cast.super_admin)


def pause(browser, queue="", is_paused="yes"):
    assert (
        browser.post(reverse("documents:processing_pause"), {"queue": queue, "is_paused": is_paused}).status_code == 302
    )


def queues_as(browser):
    return {queue["name"]: queue for queue in browser.get(reverse("api-processing")).json()["queues"]}


def held_as(browser):
    return {name: (queue["held"]["documents"], queue["held"]["steps"]) for name, queue in queues_as(browser).items()}


def foreign_submit(cast):
    with organization_scope(cast.foreign.id):
        access = cast.access(cast.foreign_admin)
        return batch_submit(access, team_id=cast.foreign_team.id, files=[files.sample()])


def test_a_paused_queue_shows_what_waits_in_it_and_since_when(cast, root):
    pause(root, "cpu")
    outcome = Outcome(submit(cast, files.stack("two.pdf", files.sample(), files.sample(seed=9))))
    drain()
    pages = outcome.pages(outcome.document())
    state = queues_as(root)
    assert {name: queue["waiting"] for name, queue in state.items()} == {"io": 0, "cpu": 0, "llm-local": 0}
    assert held_as(root) == {"io": NOTHING, "cpu": (1, len(pages)), "llm-local": NOTHING}
    with organization_scope(cast.organization.id):
        split = StepRun.objects.get(unit_id=outcome.document().id, step="page_split")
        StepRun.objects.filter(unit_id=pages[0][0], step="render").update(
            not_before=timezone.now() + timedelta(hours=1)
        )
    assert held_as(root)["cpu"] == (1, len(pages) - 1), "a step that is not due is held by nobody"
    oldest_at = queues_as(root)["cpu"]["held"]["oldest_at"]
    assert oldest_at >= split.finished_at.isoformat().replace("+00:00", "Z")[:19], "not since the document came"
    assert "1 document<" in root.get(reverse("documents:processing")).content.decode()


def test_nothing_is_held_where_nothing_is_paused(cast, root):
    outcome = Outcome(submit(cast, files.sample()))
    assert held_as(root)["io"] == NOTHING and queues_as(root)["io"]["waiting"] == 1, "a job that waits is no held one"
    pause(root, "io")
    assert held_as(root)["io"] == (1, 1)
    pause(root, "io", "no")
    assert held_as(root)["io"] == NOTHING
    reconcile_and_drain()
    assert outcome.document().status == "completed"


def test_managers_see_held_work_of_their_teams_super_admins_all(cast, root):
    pause(root, "io")
    submit(cast, files.sample())
    foreign_submit(cast)
    drain()
    people = (cast.reviewer, cast.outsider, cast.admin, cast.foreign_admin)
    assert [held_as(cast.browser(person))["io"][0] for person in people] == [1, 0, 1, 1]
    assert held_as(root)["io"] == (2, 2)


def test_a_paused_organisation_holds_its_own_steps_only(cast, root):
    submit(cast, files.sample())
    foreign_submit(cast)
    pause(cast.browser(cast.admin))
    assert held_as(root)["io"] == (1, 1)
    assert held_as(cast.browser(cast.foreign_admin))["io"] == NOTHING


def test_a_document_in_review_is_held_once_a_person_has_decided(cast, root):
    outcome = Outcome(submit(cast, files.for_review()))
    drain()
    pause(root, "io")
    assert held_as(root)["io"] == NOTHING, "it waits for a person"
    with organization_scope(cast.organization.id):
        task = ReviewTask.objects.get(sub_document=outcome.sub_document())
        access = cast.access(cast.reviewer)
        task_claim(access, task.id)
        review_task_decide(access, task.id, decision="reject", reason="Not ours.")
    drain()
    assert held_as(root)["io"] == (1, 1)
    assert queues_as(root)["io"]["held"]["oldest_at"] is None


def test_sub_documents_that_wait_for_pages_are_not_held(cast, root):
    """Their document's own steps come first: whatever holds those holds them too."""
    outcome = Outcome(submit(cast, files.for_review()))
    drain()
    with organization_scope(cast.organization.id):
        StepRun.objects.filter(unit_id=outcome.sub_document().id, step="merge").update(
            status="pending", finished_at=None
        )
    pause(root, "io")
    assert held_as(root)["io"] == (1, 1)
    with organization_scope(cast.organization.id):
        own = StepRun.objects.filter(unit_id=outcome.document().id)
        own.filter(step="ai_extraction").update(status="running", units_left=1)
    assert held_as(root)["io"] == NOTHING


def test_indexing_is_held_by_its_queue(cast, root):
    pause(root, "llm-local")
    outcome = Outcome(submit(cast, files.sample()))
    reconcile_and_drain()
    assert outcome.document().status == "completed"
    assert held_as(root) == {"io": NOTHING, "cpu": NOTHING, "llm-local": (1, 1)}
    assert held_as(cast.browser(cast.outsider))["llm-local"] == NOTHING, "of another team"
    with organization_scope(cast.organization.id):
        read_at = StepRun.objects.get(unit_id=outcome.document().id, step="ai_extraction").finished_at
    assert queues_as(root)["llm-local"]["held"]["oldest_at"][:19] == read_at.isoformat()[:19]
    pause(root, "llm-local", "no")
    reconcile_and_drain()
    pause(root, "llm-local")
    assert held_as(root)["llm-local"] == NOTHING, "it is indexed by now"
