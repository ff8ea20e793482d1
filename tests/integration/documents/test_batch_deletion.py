"""Deleting a whole batch: at once for the person who asks, chunk by chunk for the job, and whole whatever is killed."""

import os
import re
import signal
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.services.audit.trail import audit_verify
from accounts.services.people.people import user_deactivate
from documents.models import Batch, BatchDeletion, Document, FileRemoval, KeptDocument, SourceFile
from documents.progress import batch_state_live
from documents.services.removing import batch_deletion, stored_files
from documents.services.removing.removal import batch_hold_set
from idp_project.core.tenancy import organization_scope, system_scope
from pdb_sync.models import PdbRecord
from rag.models import Chunk
from tests.factories import files
from tests.factories.cast import CONSOLE
from tests.factories.pipeline import Outcome, failed_jobs, one_job, redis, submit, tick

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])

DIES = """
import os, signal, sys, django
django.setup()
from uuid import UUID
from documents import storage
from documents.services.removing import batch_deletion, removal
count, where, last = 0, {where}, {last}
original = getattr(where, "{name}")
def dying(*args, **kwargs):
    global count
    count += 1
    if count == last:
        os.kill(os.getpid(), signal.SIGKILL)
    return original(*args, **kwargs)
setattr(where, "{name}", dying)
batch_deletion.batch_deletion_advance(UUID("{organization_id}"), UUID("{batch_id}"))
"""
PLACES = [("removal", "audit_record", 30), ("batch_deletion", "document_remove", 7), ("storage", "file_delete", 26)]


def refused(cast, number):
    """A batch of this many documents of which nothing became anything: they are gone altogether once they are deleted."""
    return Outcome(submit(cast, *(files.incoming(f"{n}.pdf", b"no page %d" % n) for n in range(number)), name="Scans"))


def ask(cast, outcome):
    assert cast.browser(cast.reviewer).delete(reverse("api-batch", args=[outcome.batch.id])).status_code == 202


def stored(outcome):
    with organization_scope(outcome.batch.organization_id):
        return list(SourceFile.objects.filter(batch=outcome.batch).values_list("storage_name", flat=True))


def audited(cast, action):
    with organization_scope(cast.organization.id):
        return list(AuditEntry.objects.filter(action=action).order_by("number"))


def seen(cast, outcome):
    """The deletion as the API shows it."""
    state = cast.browser(cast.viewer).get(reverse("api-batch", args=[outcome.batch.id])).json()
    return state["batch"]["status"], state["batch"]["deletion"]


def counted(cast, outcome):
    """Documents and pages: of the list, and of the batch as the API has it."""
    (row,) = cast.browser(cast.viewer).get(reverse("documents:batch_list")).context["batches"]
    batch = cast.browser(cast.viewer).get(reverse("api-batch", args=[outcome.batch.id])).json()["batch"]
    present = sum(count for status, count in batch["counts"].items() if status != "deleted")
    return (row["document_count"], row["page_count"] or 0), (present, batch["page_count"])


def test_what_may_not_be_deleted_stays_and_is_named(cast, drain):
    cast.publish("invoice")
    mixed = Outcome(submit(cast, files.sample(), files.for_review(), files.not_a_document()))
    drain()
    page = reverse("documents:batch_detail", args=[mixed.batch.id])
    manager = cast.browser(cast.reviewer)
    delete = reverse("documents:batch_delete", args=[mixed.batch.id])
    assert cast.browser(cast.owner).post(delete).status_code == 403
    assert cast.browser(cast.outsider).post(delete).status_code == 404
    answer = manager.post(delete)
    assert (answer.status_code, answer.headers["Location"]) == (302, page)
    assert sorted(mixed.statuses().values()) == ["completed", "failed", "in_review"], "a job does it"
    pages = {document.status: document.page_count or 0 for document in mixed.documents()}
    assert counted(cast, mixed) == ((3, sum(pages.values())),) * 2 and pages["completed"]
    status, deletion = seen(cast, mixed)
    assert (status, deletion["documents"], deletion["deleted"], deletion["finished_at"]) == ("deleting", 3, 0, None)
    html = manager.get(page).content.decode()
    assert "Being deleted" in html and delete not in html, "it is asked for already"
    panel = manager.get(reverse("documents:batch_deletion", args=[mixed.batch.id]))
    assert "every 2s" in panel.content.decode() and "HX-Refresh" not in panel.headers
    listed = manager.get(reverse("documents:batch_list"), {"status": "deleting"}).content.decode()
    assert mixed.batch.name in listed and "every 4s" in listed
    assert manager.post(delete).status_code == 302 and len(audited(cast, "batch_deletion_begun")) == 1
    drain()
    assert failed_jobs() == []
    assert sorted(mixed.statuses().values()) == ["deleted", "in_review"]
    assert counted(cast, mixed) == ((1, pages["in_review"]),) * 2, "what is there now"
    status, deletion = seen(cast, mixed)
    (kept,) = deletion["kept"]
    assert (status, deletion["deleted"], deletion["kept_count"]) == ("in_review", 2, 1) and deletion["finished_at"]
    assert (kept["code"], kept["file_name"]) == ("not_ended", files.for_review().name)
    assert "HX-Refresh" in manager.get(reverse("documents:batch_deletion", args=[mixed.batch.id])).headers
    assert re.search(r"1 document had to stay.*has not ended", manager.get(page).content.decode(), re.DOTALL)
    (entry,) = audited(cast, "batch_deleted")
    assert (entry.actor_id, entry.details) == (cast.reviewer.id, {"name": mixed.batch.name, "documents": 2, "kept": 1})
    with organization_scope(cast.organization.id):
        assert set(Chunk.objects.values_list("document__status", flat=True)) <= {"in_review"}
    manager.post(reverse("documents:batch_cancel", args=[mixed.batch.id]))
    drain()
    ask(cast, mixed)
    drain()
    assert list(mixed.statuses().values()) == ["deleted"], "the one of which something was approved"
    assert counted(cast, mixed) == ((0, 0),) * 2
    assert seen(cast, mixed)[1]["kept"] == []
    with system_scope("test", using="pdb"):
        assert PdbRecord.objects.count() == 1


@pytest.mark.slow
def test_many_documents_go_in_short_transactions(cast, drain, monkeypatch):
    outcome = refused(cast, 500)
    names = stored(outcome)
    assert len(names) == 500 and all(default_storage.exists(name) for name in names)
    with organization_scope(cast.organization.id):
        assert batch_state_live(outcome.batch)["batch"]["counts"] == {"failed": 500}
    ask(cast, outcome)
    assert audited(cast, "document_deleted") == [], "the request deletes nothing"
    with monkeypatch.context() as hurried:
        hurried.setattr(batch_deletion, "SECONDS_AT_ONCE", 0.0)
        one_job()
    assert len(audited(cast, "document_deleted")) == batch_deletion.CHUNK == seen(cast, outcome)[1]["deleted"]
    assert sum(default_storage.exists(name) for name in names) == 500 - batch_deletion.CHUNK
    drain()
    assert failed_jobs() == []
    manager = cast.browser(cast.reviewer)
    assert manager.get(reverse("api-batch", args=[outcome.batch.id])).status_code == 404
    assert manager.get(reverse("documents:batch_deletion", args=[outcome.batch.id])).status_code == 404
    with organization_scope(cast.organization.id):
        left = [model.objects.count() for model in (Batch, Document, SourceFile, BatchDeletion, FileRemoval)]
    assert left == [0] * 5 and not any(default_storage.exists(name) for name in names)
    assert [entry.details["documents"] for entry in audited(cast, "batch_deleted")] == [500]
    assert len({entry.object_id for entry in audited(cast, "document_deleted")}) == 500
    assert audit_verify(cast.organization.id) is None
    assert redis().hlen(f"{settings.REDIS_PREFIX}:batch:{outcome.batch.id}") == 0


@pytest.mark.parametrize(
    ("where", "name", "last"), PLACES, ids=["in the second chunk", "in the first", "before its files"]
)
def test_a_killed_job_is_gone_on_with(cast, drain, where, name, last):
    outcome = refused(cast, 60)
    names = stored(outcome)
    ask(cast, outcome)
    redis().flushdb()  # and its job is lost
    code = DIES.format(
        where=where, name=name, last=last, organization_id=cast.organization.id, batch_id=outcome.batch.id
    )
    killed = subprocess.run([sys.executable, "-c", code], env=dict(os.environ), check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    gone = 60 - len(outcome.documents())
    assert gone % batch_deletion.CHUNK == 0 and len(audited(cast, "document_deleted")) == gone, "whole chunks only"
    tick()
    drain()
    assert failed_jobs() == [] and outcome.documents() == []
    assert len({entry.object_id for entry in audited(cast, "document_deleted")}) == 60
    assert len(audited(cast, "document_deleted")) == 60, "each once"
    assert [entry.details["documents"] for entry in audited(cast, "batch_deleted")] == [60]
    assert not any(default_storage.exists(name) for name in names)


def hold(cast, outcome):
    with organization_scope(cast.organization.id):
        batch_hold_set(cast.access(cast.admin), outcome.batch.id, is_held=True)
    return "legal hold"


def dismiss(cast, outcome):
    user_deactivate(CONSOLE, cast.reviewer.id)
    return "may no longer delete it"


@pytest.mark.parametrize("stop", [hold, dismiss])
def test_a_legal_hold_or_the_loss_of_the_right_stops_it(cast, drain, stop):
    outcome = refused(cast, 3)
    ask(cast, outcome)
    reason = stop(cast, outcome)
    drain()
    assert set(outcome.statuses().values()) == {"failed"} and len(outcome.documents()) == 3
    status, deletion = seen(cast, outcome)
    assert status == "finished" and reason in deletion["stopped_because"] and deletion["deleted"] == 0
    (entry,) = audited(cast, "batch_deleted")
    assert entry.details["documents"] == 0 and reason in entry.details["stopped"]
    page = cast.browser(cast.viewer).get(reverse("documents:batch_detail", args=[outcome.batch.id]))
    assert "Deleting was stopped" in page.content.decode()
    if stop is hold:
        delete = reverse("documents:batch_delete", args=[outcome.batch.id])
        assert cast.browser(cast.reviewer).post(delete).status_code == 409


def test_one_job_at_a_time_works_and_a_later_one_finds_nothing(cast, drain):
    outcome = refused(cast, 2)
    ask(cast, outcome)
    with organization_scope(cast.organization.id):
        BatchDeletion.objects.select_for_update().get()
        script = f"""
import django; django.setup()
from uuid import UUID
from documents.services.removing.batch_deletion import batch_deletion_advance
batch_deletion_advance(UUID("{cast.organization.id}"), UUID("{outcome.batch.id}"))
"""
        subprocess.run([sys.executable, "-c", script], env=dict(os.environ), check=True, timeout=60)
    assert len(outcome.documents()) == 2, "another one works on it"
    drain()
    batch_deletion.batch_deletion_advance(cast.organization.id, outcome.batch.id)
    assert outcome.documents() == [] and len(audited(cast, "batch_deleted")) == 1
    with system_scope("test"):
        assert KeptDocument.objects.count() == 0


def marked(cast, number):
    names = [f"{cast.organization.id}/{n}" for n in range(number)]
    for name in names:
        path = default_storage.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb"):
            pass
    with organization_scope(cast.organization.id):
        stored_files.files_mark(cast.organization.id, names)
    return names


@pytest.mark.slow
def test_files_of_a_large_night_go_within_one_beat(cast):
    names = marked(cast, 100_000)
    assert stored_files.files_remove_everywhere() == 100_000
    assert not any(default_storage.exists(name) for name in names)
    with organization_scope(cast.organization.id):
        assert not FileRemoval.objects.exists()


def test_beat_takes_what_time_allows_and_no_file_stops_others(cast, monkeypatch):
    names = marked(cast, 3)
    monkeypatch.setattr(stored_files, "CHUNK", 2)
    monkeypatch.setattr(stored_files, "SECONDS_AT_ONCE", 0.0)
    assert stored_files.files_remove_everywhere() == 0
    monkeypatch.undo()
    os.remove(default_storage.path(names[0]))
    os.mkdir(default_storage.path(names[0]))
    os.mkdir(os.path.join(default_storage.path(names[0]), "not-empty"))  # cannot be deleted
    assert stored_files.files_remove_everywhere() == 2
    with organization_scope(cast.organization.id):
        assert list(FileRemoval.objects.values_list("storage_name", flat=True)) == [names[0]]
    assert not any(default_storage.exists(name) for name in names[1:])
