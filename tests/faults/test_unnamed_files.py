"""Processes killed between storing a file and the commit that names it: the sweep removes what they left, and nothing else."""

import os
import signal

import pytest
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from documents import storage
from documents.models import Page, SourceFile, Upload
from documents.services.intake import batches
from documents.services.intake.uploads import upload_append, upload_create, upload_discard
from documents.services.removing.stored_file_sweeps import file_sweep
from idp_project.core.tenancy import organization_scope
from tests.factories import files
from tests.factories.pipeline import Outcome, lapse, reconcile_and_drain, submit
from tests.faults.workers import WRITTEN, ended, fork, start

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])


def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)


class HalfWritten(File):
    """Its reader is killed after the first bytes have been written."""

    def chunks(self, chunk_size=None):
        yield self.file.read(10)
        die()


def submitting(cast, module, name, stand_in):
    def work():
        setattr(module, name, stand_in)
        submit(cast, files.sample(), user=cast.owner)

    return work


def discarding(cast, upload):
    def work():
        storage.parts_delete = die
        with organization_scope(cast.organization.id):
            upload_discard(cast.access(cast.owner), upload.id)

    return work


def sent_in_part(cast):
    content = files.content_of(files.sample())
    with organization_scope(cast.organization.id):
        access = cast.access(cast.owner)
        upload = upload_create(access, file_name="part.pdf", size_bytes=len(content))
        return upload_append(access, upload.id, offset=0, length=100, chunks=[content[:100]])


def stored(cast):
    """Everything in the organisation's folder."""
    root = default_storage.path("")
    folders = os.walk(default_storage.path(str(cast.organization.id)))
    return {os.path.relpath(os.path.join(folder, name), root) for folder, _, names in folders for name in names}


def named(cast):
    with organization_scope(cast.organization.id):
        pictures = {name for pair in Page.objects.values_list("image_name", "original_image_name") for name in pair}
        parts = {name for upload in Upload.objects.all() for name in upload.parts}
        return pictures | parts | set(SourceFile.objects.values_list("storage_name", flat=True))


def a_day_passes(cast):
    for name in stored(cast):
        path = default_storage.path(name)
        os.utime(path, times=(0, os.path.getmtime(path) - 24 * 3600 - 1))


def test_only_files_of_killed_processes_are_removed_after_a_day(cast, record_property):
    cast.publish("invoice")
    assert cast.owner and cast.team
    kept, given_up = sent_in_part(cast), sent_in_part(cast)
    outcome = Outcome(submit(cast, files.sample()))
    killed = [
        start("render", WRITTEN),  # a page's picture is stored
        fork(submitting(cast, batches, "documents_admit", die)),  # the original is stored, nothing committed
        fork(submitting(cast, storage, "File", HalfWritten)),  # half of it is
        fork(discarding(cast, given_up)),  # its row is gone, its parts are not
    ]
    assert [ended(pid) for pid in killed] == [-signal.SIGKILL] * 4
    lapse()
    reconcile_and_drain()
    assert outcome.document().status == "completed"
    left = stored(cast) - named(cast)
    assert sorted(name.split("/")[1] for name in left) == ["originals", "originals", "pages", "uploads"]
    assert file_sweep(cast.organization).files == 0 and stored(cast) - named(cast) == left, "all of them are young"
    a_day_passes(cast)
    young = default_storage.save(f"{cast.organization.id}/originals/{'a' * 32}", ContentFile(b"young"))
    sweep = file_sweep(cast.organization)
    assert (sweep.files, stored(cast)) == (4, named(cast) | {young})
    assert len(named(cast)) >= 3 and kept.parts[0] in stored(cast)
    record_property("figures", "Killed between store and commit: 4 files left, all 4 removed after a day, no other")
