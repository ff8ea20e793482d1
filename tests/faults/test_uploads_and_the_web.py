"""A7: a committed upload is always picked up, wherever the web process is killed."""

import os
import signal

import pytest

from documents.models import Batch, Document
from extraction import runner
from idp_project.core import enqueue as enqueueing
from idp_project.core.tenancy import system_scope
from tests.factories import files
from tests.factories.pipeline import queues, submit
from tests.faults.workers import ended, fork

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])


def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)


def submit_and_die(cast, owner, where):
    """`before`: everything is written, nothing committed. `after`: committed, nothing enqueued."""
    from documents.services import batches

    if where == "before":
        batches.documents_admit = die
    else:
        enqueueing._push = die
    submit(cast, files.sample(), user=owner)


@pytest.mark.parametrize("times", [4, pytest.param(100, marks=pytest.mark.slow)])
def test_a_committed_upload_is_picked_up_although_the_web_process_died(cast, settings, record_property, times):
    settings.DOCUMENTS_AT_ONCE = 2 * times
    cast.publish("invoice")
    owner = cast.owner
    assert cast.team
    for queue in queues():
        queue.empty()
    for where in ("before", "after"):
        for _ in range(times if where == "after" else 2):
            assert ended(fork(lambda where=where: submit_and_die(cast, owner, where))) == -signal.SIGKILL
    with system_scope("test"):
        assert (Batch.objects.count(), Document.objects.count()) == (times, times), (
            "what was not committed is not there"
        )
    assert sum(queue.count for queue in queues()) == 0
    found = runner.reconcile()
    waiting = {job_id.rpartition("document_advance-")[2] for queue in queues() for job_id in queue.job_ids}
    with system_scope("test"):
        missing = set(map(str, Document.objects.values_list("id", flat=True))) - waiting
    assert not missing and found == times
    record_property(
        "figures", f"A7: {times} of {times} uploads picked up by one beat of the clock, 2 uncommitted ones gone"
    )
