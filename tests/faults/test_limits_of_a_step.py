"""What a step may cost: its wall clock and memory count as crashes; a lease taken away stops it within seconds."""

import threading
import time

import pytest
from django.db import connections

from documents.domain.statuses import StepStatus
from documents.models import StepRun
from documents.services.running.cancellation import batch_cancel
from extraction.runner.failures import StepOutcome
from idp_project.core.tenancy import organization_scope
from review.models import ReviewTask
from review.services.tasks import review_task_decide
from tests.factories import files
from tests.factories.desk import PRINTED_SO
from tests.factories.pipeline import Outcome, drain, lapse, submit
from tests.factories.pipeline_table import altered
from tests.faults.workers import OneStep

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])


@pytest.fixture
def outcome(cast):
    return Outcome(submit(cast, files.sample()))


def run(outcome, work, *, timeout=60.0, ends=None):
    step_run = outcome.steps(outcome.document().id)["page_split"]
    step = OneStep(step_run, work, lambda _: StepOutcome())
    with altered("page_split", timeout=timeout):
        status = step.run_alone()
    if ends is not None:
        ends.extend(step.ends)
    return status


def split_of(outcome):
    return outcome.steps(outcome.document().id)["page_split"]


def too_slow():
    time.sleep(30)


def too_large():
    raise MemoryError


@pytest.mark.parametrize(("work", "code"), [(too_slow, "step_timeout"), (too_large, "out_of_memory")])
def test_step_over_its_limits_twice_is_quarantined(outcome, work, code):
    began = time.monotonic()
    assert run(outcome, work, timeout=0.2) is StepStatus.PENDING
    first = split_of(outcome)
    assert (first.crash_count, first.attempt, first.error_code) == (1, 1, code) and first.not_before
    lapse()
    ends = []
    assert run(outcome, work, timeout=0.2, ends=ends) is StepStatus.QUARANTINED
    assert time.monotonic() - began < 10
    second = split_of(outcome)
    assert (second.crash_count, second.attempt, second.error_code) == (2, 2, code)
    assert "needs a person" in str(second.reason) and len(ends) == 1
    assert run(outcome, lambda: pytest.fail("it was run a third time")) is None


def test_a_step_in_time_is_left_alone_by_the_clock(outcome, settings):
    settings.LEASE_LOOK_SECONDS, settings.LEASE_RENEW_SECONDS, settings.LEASE_SECONDS = 0.05, 0.1, 0.5
    until = []
    assert run(outcome, lambda: until.append(_slept_in(outcome, 0.8))) is StepStatus.SUCCEEDED
    assert until[0] > split_of(outcome).started_at


def _slept_in(outcome, seconds):
    """Longer than a lease; gives until when the lease holds then."""
    time.sleep(seconds)
    with organization_scope(outcome.batch.organization_id):
        return StepRun.objects.get(id=split_of(outcome).id).lease_until


def test_cancelling_interrupts_a_step_and_nothing_is_written(cast, outcome, settings):
    settings.LEASE_LOOK_SECONDS = 0.1
    cancelled_at = []

    def cancel():
        try:
            with organization_scope(cast.organization.id):
                batch_cancel(cast.access(cast.reviewer), outcome.batch.id)
            cancelled_at.append(time.monotonic())
        finally:
            connections.close_all()

    other = threading.Thread(target=cancel)

    def work():
        other.start()
        too_slow()

    assert run(outcome, work) is None
    stopped_at = time.monotonic()  # who cancelled may still be telling others
    other.join()
    assert stopped_at - cancelled_at[0] < 2, "stopped within moments"
    assert set(outcome.statuses().values()) == {"cancelled"}, "shown at once, before any job"
    assert (split_of(outcome).status, split_of(outcome).output) == ("skipped", None)
    drain()
    assert outcome.document().run.finished_at and not outcome.open_steps()


def test_cancelling_closes_review_tasks_and_keeps_approvals(cast):
    cast.publish("invoice")
    batch = submit(cast, files.for_review(), files.sample())
    outcome = Outcome(batch)
    drain()
    states = outcome.statuses()
    assert sorted(states.values()) == ["completed", "in_review"]
    with organization_scope(cast.organization.id):
        batch_cancel(cast.access(cast.reviewer), batch.id)
        task = ReviewTask.objects.get()
        with pytest.raises(Exception, match="was cancelled"):
            review_task_decide(cast.access(cast.reviewer), task.id, decision="approve", override=PRINTED_SO)
    drain()
    with organization_scope(cast.organization.id):
        assert ReviewTask.objects.get().status == "closed"
    assert sorted(outcome.statuses().values()) == ["cancelled", "completed"]
    assert not outcome.open_steps()
