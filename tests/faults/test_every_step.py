"""A1 in full: {start, middle, before the commit} of every step x {work horse, worker, both}, with the real worker.

A document a case, all at once, with leases of three seconds and once with the real ones of a minute: each is killed once,
taken over, and ends like the others. Steps over all pages are struck in the page steps within them that end them; upload
is in `test_uploads_and_the_web`.
"""

import time

import pytest

from documents.domain.step_names import StepName
from idp_project.core.tenancy import organization_scope
from review.models import ReviewTask
from review.services import review_task_decide
from tests.factories import files
from tests.factories.pipeline import Outcome, submit
from tests.faults.fleet import BOTH, HORSE, WORKER, Fault, Fleet, open_documents, order, struck
from tests.faults.workers import CLAIMED, WORKED, WRITTEN, step_runs

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "pdb"]),
    pytest.mark.slow,
    pytest.mark.timeout(900),
]
STRUCK_IN = {"enhancement": "enhance", "ocr": "read_text", "ai_extraction": "extract_fields"}
STEPS = [name.value for name in StepName if name is not StepName.UPLOAD]
REVIEWED = {"review_queue", "human_review"}
ASKED_AGAIN = {"human_review", "pdb_sync"}  # once a person or the relay has acted
MOMENTS = (CLAIMED, WORKED, WRITTEN)


@pytest.mark.parametrize("who, lease", [(HORSE, 3.0), (WORKER, 3.0), (BOTH, 3.0), (BOTH, 60.0)])
def test_every_document_ends_once_whoever_is_killed_wherever(cast, settings, record_property, who, lease):
    settings.LEASE_SECONDS, settings.LEASE_RENEW_SECONDS, settings.DOCUMENTS_AT_ONCE = lease, lease / 4, 100
    cast.publish("invoice")
    cases = [(step, moment) for step in STEPS for moment in MOMENTS]
    sent = [files.for_review() if step in REVIEWED else files.sample() for step, _ in cases]
    named = [files.incoming(f"{n:02}.pdf", files.content_of(file)) for n, file in enumerate(sent)]
    outcome = Outcome(submit(cast, *named))
    documents = sorted(outcome.documents(), key=lambda document: document.source_file.name)
    faults = [
        Fault(document.id, STRUCK_IN.get(step, step), moment, who)
        for document, (step, moment) in zip(documents, cases, strict=True)
    ]
    order(faults)
    began = time.monotonic()
    with Fleet() as fleet:
        fleet.run_until(lambda: not open_documents(outcome.batch.id), 600)
        _approve_all(cast)
        fleet.run_until(lambda: set(outcome.statuses().values()) == {"completed"}, 120)
    assert {fault.key for fault in faults} == set(struck()), "every fault was struck"
    runs = step_runs(outcome.batch.id)
    by_document = {document.id: document for document in documents}
    waits = _check(runs, {fault.document_id: fault for fault in faults}, by_document)
    record_property(
        "figures",
        f"A1 {who}: {len(cases)} cases, {len(struck())} kills ({fleet.died} workers replaced), {len(documents)} documents "
        f"ended once, 0 finished steps run again; resumed {max(waits):.1f} s after the lease's end at most "
        f"({lease:.0f} s leases); {time.monotonic() - began:.0f} s",
    )


def _approve_all(cast):
    with organization_scope(cast.organization.id):
        for task in ReviewTask.objects.filter(status="open"):
            review_task_decide(cast.access(cast.reviewer), task.id, decision="approve", reason="Seen.")


def _check(runs, faults, documents):
    """Struck steps were run once more, all others once; gives how long after its lease each was taken over."""
    waits = []
    for run in runs:
        document_id = run.run.document_id
        fault = faults[document_id]
        if run.status == "skipped" or run.attempt == 0 or run.units_left is not None or run.step == "upload":
            continue
        asked = int(run.step in ASKED_AGAIN)
        crashes = run.crash_count
        assert crashes <= int(run.step == fault.step), f"{run.step} of {documents[document_id]}: {crashes} crashes"
        assert 1 + crashes <= run.attempt <= 1 + crashes + asked, f"{run.step} was run {run.attempt} times"
        if crashes and run.step not in ASKED_AGAIN:
            waits.append(run.started_at.timestamp() - struck()[fault.key] - 3.0)
    struck_once = {run.run.document_id for run in runs if run.crash_count}
    assert struck_once == set(faults), "each was struck once"
    return waits
