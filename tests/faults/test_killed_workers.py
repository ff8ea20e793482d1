"""A worker is killed in the middle of a step: another finishes it, what was finished is not run again."""

import signal
import time

import pytest

from documents.domain.pipeline import PageStepName, StepName
from documents.services.running.retry import document_retry
from extraction.runner import reconciliation
from idp_project.core.tenancy import organization_scope
from tests.factories import files
from tests.factories.pipeline import Outcome, drain, lapse, reconcile_and_drain, submit
from tests.faults.workers import CLAIMED, COMMITTED, MOMENTS, WORKED, WRITTEN, ended, start, step_runs

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])

NEVER_CLAIMED = {"upload", "enhancement", "ocr", "ai_extraction"}  # received in the web process; joined by counting
WAITING = {"human_review", "pdb_sync"}  # asked, and asked again when a person or the relay has acted
HUMAN = {"review_queue", "human_review"}
STEPS = [name.value for name in (*StepName, *PageStepName) if name not in NEVER_CLAIMED]
QUICK = {
    ("metadata", CLAIMED),
    ("page_split", WRITTEN),
    ("read_text", WORKED),
    ("extract_fields", COMMITTED),
    ("subdocument_detection", WRITTEN),
    ("confidence_check", COMMITTED),
    ("human_review", WRITTEN),
    ("auto_approve", WRITTEN),
}
CASES = [
    pytest.param(step, moment, id=f"{step}-{moment}", marks=[] if (step, moment) in QUICK else [pytest.mark.slow])
    for step in STEPS
    for moment in MOMENTS
]


def test_the_quick_cases_are_cases():
    assert {(step, moment) for step in STEPS for moment in MOMENTS} >= QUICK
    assert len(STEPS) + len(NEVER_CLAIMED) == 14 + 7


@pytest.mark.parametrize(("step", "moment"), CASES)
def test_another_worker_finishes_what_a_killed_one_left(cast, step, moment):
    cast.publish("invoice")
    file = files.for_review() if step in HUMAN else files.sample()
    outcome = Outcome(submit(cast, file))
    assert ended(start(step, moment)) == -signal.SIGKILL
    before = {(run.unit_id, run.step): run for run in step_runs(outcome.batch.id)}
    struck = [run for run in before.values() if run.step == step]
    if moment == COMMITTED:
        assert "running" not in {run.status for run in struck}
    else:
        assert [run.status for run in struck if run.attempt] == ["running"]
    lapse()
    for _ in range(2):
        reconcile_and_drain()
    assert set(outcome.statuses().values()) == {"in_review" if step in HUMAN else "completed"}
    after = {(run.unit_id, run.step): run for run in step_runs(outcome.batch.id)}
    for key, run in after.items():
        was = before.get(key)
        is_struck = was is not None and was.status == "running" and run.step not in NEVER_CLAIMED
        assert not is_struck or run.step == step or moment == COMMITTED, "with a commit the next step is claimed"
        assert run.crash_count == int(is_struck), run
        if run.step not in NEVER_CLAIMED and run.status == "succeeded":
            asked_again = int(run.step in WAITING)
            assert 1 <= run.attempt - int(is_struck) <= 1 + asked_again, f"{run} was run {run.attempt} times"
        if was is not None and was.status == "succeeded" and run.step not in NEVER_CLAIMED:
            assert run.finished_at == was.finished_at, f"{run} had been finished"


def test_the_lease_runs_out_by_itself(cast, settings):
    """With the clock's reconciler and nothing else, and no help from the test but a short lease."""
    settings.LEASE_SECONDS, settings.LEASE_RENEW_SECONDS = 1.0, 0.3
    cast.publish("invoice")
    outcome = Outcome(submit(cast, files.sample()))
    assert ended(start("layout", WORKED)) == -signal.SIGKILL
    reconcile_and_drain()
    assert outcome.statuses() == {"invoice-0014-digital.pdf": "processing"}, "the dead worker's lease still holds"
    deadline = time.monotonic() + 20
    while outcome.document().status != "completed" and time.monotonic() < deadline:
        time.sleep(0.2)
        reconcile_and_drain()
    assert outcome.document().status == "completed"


@pytest.mark.parametrize("step", ["page_split", "confidence_check"])
def test_what_kills_its_worker_again_and_again_is_quarantined(cast, settings, step):
    cast.publish("invoice")
    poison = Outcome(submit(cast, files.sample()))
    for _ in range(settings.MAX_CRASHES):
        assert ended(start(step, WORKED)) == -signal.SIGKILL
        lapse()
        reconciliation.reconcile()
    other = Outcome(submit(cast, files.sample(seed=9)))
    drain()
    document = poison.document()
    assert (document.status, document.error_code) == ("quarantined", "worker_lost")
    assert "needs a person" in document.error_message and document.run.finished_at
    assert not poison.open_steps()
    assert set(other.statuses().values()) == {"completed"}
    with organization_scope(cast.organization.id):
        document_retry(cast.access(cast.owner), document.id)
    drain()
    assert poison.document().status == "completed"


def test_a_page_that_kills_its_worker_leaves_its_siblings(cast, settings):
    cast.publish("invoice")
    outcome = Outcome(submit(cast, files.for_review()))
    for _ in range(settings.MAX_CRASHES):
        assert ended(start("classify_page", WORKED, page=1)) == -signal.SIGKILL
        lapse()
        reconciliation.reconcile()
    drain()
    document = outcome.document()
    pages = [outcome.steps(page_id) for page_id, _ in outcome.pages(document)]
    assert [steps["classify_page"].status for steps in pages] == ["quarantined", "succeeded"]
    assert {run.status for run in pages[1].values()} == {"succeeded"}
    assert document.status == "in_review"
    reasons = [reason for sub_document in outcome.sub_documents(document) for reason in sub_document.reasons]
    assert any("could not be processed" in reason.text for reason in reasons)
