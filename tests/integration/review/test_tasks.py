"""Claiming, correcting and deciding: one holder at a time, old values kept, decided once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from accounts.models import AuditEntry
from documents.domain.overrides import FailedChecks
from idp_project.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from idp_project.core.tenancy import organization_scope
from review.models import Correction, Decision, ReviewTask, TaskStatus
from review.selectors.next_best import open_task_count, task_next_for
from review.selectors.tasks import task_list
from review.services import tasks
from tests.factories import files
from tests.factories.desk import PRINTED_SO
from tests.factories.pipeline import Outcome, submit
from tests.factories.scenes import in_review

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
SCENE = in_review


@pytest.fixture
def task(outcome):
    with organization_scope(outcome.batch.organization_id):
        return ReviewTask.objects.get()


@pytest.fixture
def as_user(cast):
    """as_user(user, action, …) in one transaction of the user's organisation."""

    def act(user, action, *arguments, **options):
        access = cast.access(user)
        with organization_scope(access.organization_id):
            return action(access, *arguments, **options)

    return act


def now(task):
    with organization_scope(task.organization_id):
        return ReviewTask.objects.select_related("claimed_by").get(id=task.id)


def test_one_holder_at_a_time_until_the_claim_runs_out(cast, as_user, task):
    as_user(cast.owner, tasks.task_claim, task.id)
    assert now(task).claimed_by == cast.owner and now(task).status == TaskStatus.CLAIMED
    for action, arguments in (
        (tasks.task_claim, {}),
        (tasks.review_task_decide, {"decision": "reject", "reason": "Mine."}),
    ):
        with pytest.raises(Conflict, match="is working on this document"):
            as_user(cast.teammate, action, task.id, **arguments)
    before = now(task).claimed_until
    as_user(cast.owner, tasks.task_claim, task.id)
    assert now(task).claimed_until > before, "claiming again is the heartbeat"
    with organization_scope(task.organization_id):
        ReviewTask.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    as_user(cast.teammate, tasks.task_claim, task.id)
    assert now(task).claimed_by == cast.teammate


def test_two_people_claim_at_the_same_moment(cast, as_user, task):
    people = [cast.owner, cast.teammate, cast.reviewer, cast.admin] * 2

    def claim(user):
        try:
            return as_user(user, tasks.task_claim, task.id).claimed_by_id
        except Conflict:
            return None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(people)) as pool:
        winners = {winner for winner in pool.map(claim, people) if winner}
    assert winners == {now(task).claimed_by_id}


def test_a_released_task_is_open_and_keeps_what_was_corrected(cast, as_user, outcome, task):
    with organization_scope(task.organization_id):
        value = outcome.sub_document().field_values.get(name="order_number")
    as_user(cast.owner, tasks.field_value_correct, task.id, value.id, text="PO-1")
    as_user(cast.owner, tasks.task_release, task.id)
    assert (now(task).status, now(task).claimed_by) == (TaskStatus.OPEN, None)
    with organization_scope(task.organization_id):
        value.refresh_from_db()
        assert (value.value, value.corrected_by) == ("PO-1", cast.owner)
        assert Correction.objects.get().corrected_by == cast.owner
        actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert "field_value_corrected" in actions


def test_confirming_a_value_is_no_correction(cast, as_user, outcome, task):
    with organization_scope(task.organization_id):
        value = outcome.sub_document().field_values.get(name="invoice_number")
    as_user(cast.owner, tasks.field_value_correct, task.id, value.id, text=value.raw_text)
    with organization_scope(task.organization_id):
        was, place = value.value, value.provenance
        value.refresh_from_db()
        assert value.is_confirmed and (value.value, value.provenance, value.corrected_by) == (was, place, None)
        assert not Correction.objects.exists()


def test_what_cannot_be_read_as_the_fields_type_is_refused(cast, as_user, outcome, task):
    with organization_scope(task.organization_id):
        value = outcome.sub_document().field_values.get(name="total_amount")
    with pytest.raises(InvalidInput, match="cannot be read as"):
        as_user(cast.owner, tasks.field_value_correct, task.id, value.id, text="a lot")
    as_user(cast.owner, tasks.field_value_correct, task.id, value.id, text="1,234.50")
    with organization_scope(task.organization_id):
        value.refresh_from_db()
    assert value.value == "1234.50"


def test_a_value_of_another_document_is_not_found(cast, as_user, outcome, task, drain):
    other = Outcome(submit(cast, files.sample(seed=9)))
    drain()
    with organization_scope(task.organization_id):
        value = other.sub_document().field_values.first()
    with pytest.raises(NotFound):
        as_user(cast.owner, tasks.field_value_correct, task.id, value.id, text="x")


def test_a_decision_is_made_once_and_needs_a_known_word(cast, as_user, task):
    with pytest.raises(InvalidInput, match="approve or reject"):
        as_user(cast.owner, tasks.review_task_decide, task.id, decision="maybe")
    as_user(cast.owner, tasks.review_task_decide, task.id, decision="reject", reason="No order.")
    with pytest.raises(Conflict, match="decided already"):
        as_user(cast.owner, tasks.review_task_decide, task.id, decision="approve", reason="Yes.")
    with organization_scope(task.organization_id):
        assert Decision.objects.count() == 1


def test_required_field_that_is_empty_needs_an_override(cast, as_user, outcome, task):
    with organization_scope(task.organization_id):
        spec = outcome.sub_document().schema_version.spec
        required = next(field for field in spec.fields if field.is_required)
        value = outcome.sub_document().field_values.get(name=required.name)
    as_user(cast.owner, tasks.field_value_correct, task.id, value.id, text="")
    with pytest.raises(FailedChecks) as refused:
        as_user(cast.owner, tasks.review_task_decide, task.id, decision="approve", reason="Not printed on it.")
    assert [required.label] in [check["labels"] for check in refused.value.failed_checks]
    as_user(cast.owner, tasks.review_task_decide, task.id, decision="approve", override=PRINTED_SO)
    assert outcome.sub_document().status == "approved"


def test_the_queue_is_the_teams(cast, as_user, task):
    assert [found.id for found in as_user(cast.viewer, lambda access: list(task_list(access)))] == [task.id]
    assert as_user(cast.outsider, lambda access: list(task_list(access))) == []
    assert as_user(cast.owner, open_task_count) == 1 and as_user(cast.viewer, open_task_count) == 0
    assert as_user(cast.owner, task_next_for).id == task.id
    assert as_user(cast.owner, task_next_for, after=task.id) is None
    as_user(cast.owner, tasks.task_claim, task.id)
    assert as_user(cast.teammate, task_next_for) is None and as_user(cast.owner, task_next_for).id == task.id
    with pytest.raises(Forbidden):
        as_user(cast.viewer, tasks.task_claim, task.id)
    with pytest.raises(NotFound):
        as_user(cast.outsider, tasks.task_claim, task.id)
