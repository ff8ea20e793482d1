"""A7: a committed upload is always picked up, wherever the web process is killed."""

import os
import signal
import time

import pytest
from django.conf import settings
from django.utils import timezone

from documents import storage
from documents.models import Batch, Document
from documents.services.intake import batches
from extraction.runner import reconciliation
from idp_project.core import enqueue as enqueueing
from idp_project.core.tenancy import system_scope
from tests.factories import files
from tests.factories.pipeline import queues, submit
from tests.faults.workers import ended, fork

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])


def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)


def submit_and_die(cast, owner, where):
    """start: its bytes are being stored. before: all is written, nothing committed. after: committed, nothing enqueued."""
    if where == "start":
        storage.original_save = die
    elif where == "before":
        batches.documents_admit = die
    else:
        enqueueing.push = die
    submit(cast, files.sample(), user=owner)


class Beats:
    """The clock's, at its own period; notes when each document was first seen in a queue."""

    def __init__(self):
        reconciliation.reconcile()  # it knows this Redis from now on
        self.at, self.found = timezone.now(), {}

    def beat_if_due(self):
        if (timezone.now() - self.at).total_seconds() < settings.RECONCILE_SECONDS:
            return
        self.at = timezone.now()
        reconciliation.reconcile()
        for job_id in (job_id for queue in queues() for job_id in queue.job_ids):
            self.found.setdefault(job_id.rpartition("document_advance-")[2], timezone.now())


QUICK, REAL = (0, 0), (30, 10)  # seconds until a wake-up counts as lost, and between two beats


@pytest.mark.parametrize("times, periods", [(4, QUICK), pytest.param(100, REAL, marks=pytest.mark.slow)])
@pytest.mark.timeout(600)
def test_committed_upload_is_processed_although_the_web_died(cast, settings, record_property, times, periods):
    settings.WAKE_UP_SECONDS, settings.RECONCILE_SECONDS = periods
    settings.DOCUMENTS_AT_ONCE = 2 * times
    cast.publish("invoice")
    owner = cast.owner
    assert cast.team
    for queue in queues():
        queue.empty()
    beats = Beats()
    for where in ("start", "before", *["after"] * times):
        assert ended(fork(lambda where=where: submit_and_die(cast, owner, where))) == -signal.SIGKILL
        if periods == REAL:
            beats.beat_if_due()
    uploaded = committed()
    assert len(uploaded) == times, "what was not committed is not there"
    while missing := uploaded.keys() - beats.found.keys():
        assert all((timezone.now() - uploaded[id]).total_seconds() <= 60 for id in missing), "not picked up in time"
        beats.beat_if_due()
        time.sleep(0.1)
    longest = max((beats.found[id] - at).total_seconds() for id, at in uploaded.items())
    assert longest <= 60
    record_property(
        "figures",
        f"A7: {times} of {times} uploads whose web process died are picked up, the last after {longest:.0f} s; 2 uncommitted "
        "ones are not there",
    )


def committed():
    """Documents and when they were uploaded."""
    with system_scope("test"):
        rows = list(Document.objects.values_list("id", "batch__created_at"))
        assert Batch.objects.count() == len(rows)
    return {str(id): at for id, at in rows}
