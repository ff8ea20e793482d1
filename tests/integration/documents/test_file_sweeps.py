"""Files that no row names: found chunk by chunk, once a night, resumed; what is named, young or not ours stays."""

import os
import signal
import time
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from documents import storage
from documents.models import FileRemoval, FileSweep, Page, SourceFile
from documents.services.removing import stored_file_sweeps
from documents.services.removing.stored_file_sweeps import file_sweep, file_sweep_dry, file_sweeps_due
from documents.services.removing.stored_files import files_mark, files_remove, names_in_use
from documents.services.running import nightly
from idp_project.core.tenancy import organization_scope
from tests.factories import files
from tests.factories.pipeline import Outcome, drain, submit
from tests.faults.workers import ended, fork

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
TWO_DAYS = 2 * 24 * 3600


def make_old(*names):
    for name in names:
        os.utime(default_storage.path(name), times=(0, time.time() - TWO_DAYS))


def stray(organization, folder="originals", suffix="", *, is_old=True):
    """A file that nobody names, of 5 bytes."""
    name = default_storage.save(f"{organization.id}/{folder}/{uuid4().hex}{suffix}", ContentFile(b"stray"))
    if is_old:
        make_old(name)
    return name


def there(names):
    return [default_storage.exists(name) for name in names]


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(stored_file_sweeps, "NAMES_AT_ONCE", 3)
    monkeypatch.setattr(stored_file_sweeps, "CHUNK", 2)


@pytest.fixture
def named(cast):
    """Everything that the rows of a delivered document name."""
    cast.publish("invoice")
    outcome = Outcome(submit(cast, files.sample()))
    drain()
    with organization_scope(cast.organization.id):
        pictures = {name for pair in Page.objects.values_list("image_name", "original_image_name") for name in pair}
    names = [outcome.document().source_file.storage_name, *pictures]
    make_old(*names)
    return names


def test_what_is_named_young_or_not_ours_stays(cast, named, small_chunks):
    strays = [stray(cast.organization), stray(cast.organization, "pages", ".jpg"), stray(cast.organization)]
    parts = f"{cast.organization.id}/uploads/{uuid4().hex}"
    strays += [default_storage.save(f"{parts}/{offset}", ContentFile(b"part")) for offset in (0, 4)]
    make_old(*strays)
    young, foreign = stray(cast.organization, is_old=False), stray(cast.foreign)
    own_file = default_storage.save(
        f"{cast.organization.id}/originals/read-me.txt", ContentFile(b"of an administrator")
    )
    make_old(own_file)
    sweep = file_sweep(cast.organization)
    assert there(strays) == [False] * 5 and not default_storage.exists(parts)
    assert all(there([*named, young, foreign, own_file]))
    assert (sweep.looked_at, sweep.files, sweep.bytes) == (len(named) + 5, 4, 3 * 5 + 2 * 4)
    assert sweep.finished_at


def test_row_committed_during_the_sweep_keeps_its_file(cast, named, monkeypatch):
    name, real = stray(cast.organization), storage.facts_of

    def facts_and_commit(looked_at):
        facts = real(looked_at)
        if looked_at == name:
            with organization_scope(cast.organization.id):
                SourceFile.objects.filter(storage_name=named[0]).update(storage_name=name)
        return facts

    monkeypatch.setattr(storage, "facts_of", facts_and_commit)
    file_sweep(cast.organization)
    assert default_storage.exists(name)


def test_a_killed_sweep_is_gone_on_with(cast, named, small_chunks, monkeypatch):
    strays = sorted(stray(cast.organization) for _ in range(7))

    def sweep_and_die():
        real = stored_file_sweeps.deleted

        def delete_or_die(name):
            if name == strays[4]:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(name)

        stored_file_sweeps.deleted = delete_or_die
        file_sweep(cast.organization)

    assert ended(fork(sweep_and_die)) == -signal.SIGKILL
    assert there(strays) == [False] * 4 + [True] * 3
    with organization_scope(cast.organization.id):
        begun = FileSweep.objects.get()
    assert begun.finished_at is None and begun.position and begun.looked_at < 7
    seen, real = [], storage.facts_of
    monkeypatch.setattr(storage, "facts_of", lambda name: seen.append(name) or real(name))
    sweep = file_sweep(cast.organization)
    assert sweep.id == begun.id and sweep.finished_at and not any(there(strays)) and all(there(named))
    assert all(name > begun.position for name in seen), "what was looked at before is not looked at again"


def test_the_clock_sweeps_once_a_night_what_its_time_allows(cast, named, small_chunks, monkeypatch):
    lost = stray(cast.organization)
    with monkeypatch.context() as patch:
        patch.setattr(nightly, "SECONDS_AT_ONCE", 0.0)
        assert file_sweeps_due() == 0 and default_storage.exists(lost)
    assert file_sweeps_due() == 1 and not default_storage.exists(lost)
    again = stray(cast.organization)
    assert file_sweeps_due() == 0 and default_storage.exists(again), "not before the next night"
    with organization_scope(cast.organization.id):
        FileSweep.objects.update(created_at=timezone.now() - timedelta(days=1))
    assert file_sweeps_due() == 1 and not default_storage.exists(again)


def test_the_command_says_what_would_go_and_does_it(cast, named, small_chunks, capsys):
    strays = [stray(cast.organization) for _ in range(5)]
    call_command("sweep_files", "--dry-run")
    assert f"5 of {len(named) + 5} files (25 B), which no row names, would go" in capsys.readouterr().out
    assert all(there(strays)) and file_sweep_dry(cast.organization).files == 5
    call_command("sweep_files", organization=cast.organization.slug)
    assert "which no row names, are gone" in capsys.readouterr().out and not any(there(strays))
    assert all(there(named))


def test_missing_file_marked_for_deletion_is_no_failure(cast, small_chunks):
    name = stray(cast.organization)
    with organization_scope(cast.organization.id):
        files_mark(cast.organization.id, [name])
    assert file_sweep(cast.organization).files == 1
    assert files_remove(cast.organization.id) == 1
    with organization_scope(cast.organization.id):
        assert not FileRemoval.objects.exists()


def test_who_names_a_file_is_looked_up_by_indexes(cast, named, servers):
    with organization_scope(cast.organization.id):
        page = Page.objects.get()
        own = {
            "organization": cast.organization,
            "document_id": page.document_id,
            "width_points": 1,
            "height_points": 1,
        }
        Page.objects.bulk_create(
            Page(**own, number=number, image_name=uuid4().hex, original_image_name=uuid4().hex)
            for number in range(2, 3000)
        )
    with psycopg.connect(servers.superuser_url(connection.settings_dict["NAME"]), autocommit=True) as superuser:
        superuser.execute("ANALYZE documents_page")
    with organization_scope(cast.organization.id), CaptureQueriesContext(connection) as asked:
        assert names_in_use([*named, *map(str, range(500))]) == set(named)
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {asked.captured_queries[0]['sql']}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "page_by_image_name" in plan and "page_by_original_image_name" in plan, plan
