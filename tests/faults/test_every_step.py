"""A1 in full: {start, middle, after the effect but before its commit} of every step x {work horse, worker, both}.

With the real worker, a document a case, all at once, with leases of three seconds and once with the real ones of a minute:
each is killed once, taken over, and ends like the others. A page's 7 steps are cases of their own and stand for the three
steps over all pages, which end with them; the delivery that the last step waits for is one as well; upload, the first of
the 14, happens in the web process: `test_uploads_and_the_web`.
"""

import time

import pytest

from documents.domain.pipeline import PIPELINE, PageStepName, StepName, names_of
from documents.models import Delivery
from idp_project.core.tenancy import organization_scope, system_scope
from pdb_sync.models import DeliveryReceipt, PdbRecord, PdbRecordVersion
from review.models import ReviewTask
from review.services.tasks import review_task_decide
from tests.factories import files
from tests.factories.desk import PRINTED_SO
from tests.factories.pipeline import Outcome, submit
from tests.faults.fleet import BOTH, DELIVERY, HORSE, WORKER, Fault, Fleet, open_documents, order, struck
from tests.faults.workers import CLAIMED, WORKED, WRITTEN, step_runs

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "pdb"]),
    pytest.mark.slow,
    pytest.mark.timeout(900),
]
OWN_STEPS = [
    name.value for name in StepName if name is not StepName.UPLOAD and name not in names_of(PIPELINE.joined_steps)
]
STEPS = [*OWN_STEPS, *(name.value for name in PageStepName), DELIVERY]
REVIEWED = {"review_queue", "human_review"}
ASKED_AGAIN = {"human_review", "pdb_sync"}  # when a person or the relay has acted
MOMENTS = (CLAIMED, WORKED, WRITTEN)
RESUMED_SECONDS = 60.0


@pytest.fixture
def periods(settings, lease):
    """All of them in the product's proportions; documents that wait for a lease of a minute hold up no others."""
    settings.LEASE_SECONDS, settings.LEASE_RENEW_SECONDS = lease, lease / 4
    settings.WAKE_UP_SECONDS, settings.RECONCILE_SECONDS = lease / 2, lease / 6
    settings.DOCUMENTS_AT_ONCE = 8 if lease < 60 else 100


@pytest.mark.parametrize("who, lease", [(HORSE, 3.0), (WORKER, 3.0), (BOTH, 3.0), (BOTH, 60.0)])
def test_every_document_ends_once_after_any_kill(cast, settings, periods, record_property, who, lease):
    cast.publish("invoice")
    cases = [(step, moment) for step in STEPS for moment in MOMENTS]
    sent = [files.for_review() if step in REVIEWED else files.sample() for step, _ in cases]
    named = [files.incoming(f"{n:02}.pdf", files.content_of(file)) for n, file in enumerate(sent)]
    outcome = Outcome(submit(cast, *named))
    documents = sorted(outcome.documents(), key=lambda document: document.source_file.name)
    faults = [Fault(document.id, step, moment, who) for document, (step, moment) in zip(documents, cases, strict=True)]
    order(faults)
    began = time.monotonic()
    with Fleet() as fleet:
        fleet.run_until(lambda: not open_documents(outcome.batch.id), 600)
        _approve_all(cast)
        fleet.run_until(lambda: set(outcome.statuses().values()) == {"completed"}, 120)
    took = time.monotonic() - began
    assert {fault.key for fault in faults} == set(struck()), "every fault was struck"
    ends = struck()
    leases_end = {fault.document_id: ends[fault.key] + lease - settings.LEASE_RENEW_SECONDS for fault in faults}
    waits = _check_steps(step_runs(outcome.batch.id), {fault.document_id: fault.step for fault in faults}, leases_end)
    waits += _check_deliveries({fault.document_id for fault in faults if fault.step == DELIVERY}, leases_end)
    assert max(waits) <= RESUMED_SECONDS
    assert _arrived() == (len(cases),) * 3
    record_property(
        "figures",
        f"A1 {who}: {len(STEPS)} steps x {len(MOMENTS)} moments, {len(struck())} kills ({fleet.died} workers replaced), "
        f"{len(documents)} documents ended once, 0 finished steps run again; resumed at most {max(waits):.0f} s after the "
        f"lease's end ({lease:.0f} s leases); {took:.0f} s",
    )


def _approve_all(cast):
    with organization_scope(cast.organization.id):
        for task in ReviewTask.objects.filter(status="open"):
            review_task_decide(cast.access(cast.reviewer), task.id, decision="approve", override=PRINTED_SO)


def _check_steps(runs, step_struck, leases_end):
    """Struck steps were run once more, all others once; gives how long after its lease each was taken over."""
    waits = []
    for run in runs:
        document_id = run.run.document_id
        if run.status == "skipped" or run.attempt == 0 or run.units_left is not None or run.step == "upload":
            continue
        crashes = run.crash_count
        assert crashes == int(run.step == step_struck[document_id]), f"{run.step}: {crashes} crashes"
        assert 1 + crashes <= run.attempt <= 1 + crashes + int(run.step in ASKED_AGAIN), f"{run.step}: {run.attempt}"
        if crashes and run.step not in ASKED_AGAIN:
            waits.append(run.started_at.timestamp() - leases_end[document_id])
    return waits


def _check_deliveries(struck_documents, leases_end):
    """The same for deliveries."""
    with system_scope("test"):
        rows = list(Delivery.objects.values_list("event__document_id", "status", "attempts", "delivered_at"))
    assert {status for _, status, _, _ in rows} == {"delivered"}
    assert {id for id, _, attempts, _ in rows if attempts == 2} == struck_documents
    assert {attempts for _, _, attempts, _ in rows} == {1, 2}
    return [at.timestamp() - leases_end[id] for id, _, attempts, at in rows if attempts == 2]


def _arrived():
    with system_scope("test", using="pdb"):
        return tuple(model.objects.count() for model in (PdbRecord, PdbRecordVersion, DeliveryReceipt))
