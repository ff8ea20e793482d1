"""Backup and restore on real databases: what is restored is what was there, and goes on from there."""

import gzip
import hashlib
import json
import re
import shutil
import subprocess
from dataclasses import asdict, replace
from pathlib import Path

import psycopg
import pytest
from django.conf import settings as configured
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connections
from psycopg import sql

from accounts.models import KeyFingerprint
from accounts.services.audit.trail import audit_verify
from accounts.services.keys.key_fingerprint import keys_check, keys_needed, keys_record
from accounts.services.providers.ai_models import embedding_model_for
from documents.models import Delivery, Document, Page, SubDocument
from documents.models.approval import DeliveryStatus
from idp_project.core import postgres
from idp_project.core.key_fingerprint import fingerprint
from idp_project.core.release import release
from idp_project.core.tenancy import organization_scope
from idp_project.operations.backup import restoring
from idp_project.operations.backup.manifest import Manifest
from pdb_sync.relay import events_relay_due
from pdb_sync.services.reconciling import pdb_reconcile
from rag.domain.passages import Scope
from rag.retrieval import passages_find
from review.services import approved, tasks
from tests.factories import files
from tests.factories.desk import PRINTED_SO
from tests.factories.pipeline import Outcome, drain, redis, submit, tick
from tests.integration.pdb_sync.conftest import ProductionDatabase, make_due

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "pdb"]),
    pytest.mark.usefixtures("socket_enabled"),
]
STORED = Path(configured.DATA_DIR) / "files"


@pytest.fixture
def lived(cast, drain):
    """A system that has lived: an approved document, one in review, one that came to nothing."""
    shutil.rmtree(STORED, ignore_errors=True)  # of other tests
    cast.publish("invoice")
    outcome = Outcome(submit(cast, files.sample(), files.for_review(), files.not_a_document()))
    drain()
    assert sorted(outcome.statuses().values()) == ["completed", "failed", "in_review"]
    return outcome


@pytest.fixture
def pdb():
    return ProductionDatabase()


def contents(servers):
    """Rows and digest of every table of both databases, and of every stored file, past row-level security."""
    found = {}
    for name in ("idp", "pdb"):
        with psycopg.connect(servers.superuser_url(f"{name}_{configured.TEST_WORKER}")) as connection:
            tables = connection.execute(
                "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            ).fetchall()
            for (table,) in tables:
                statement = "SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {} AS t"
                found[name, table] = connection.execute(sql.SQL(statement).format(sql.Identifier(table))).fetchone()
    return found | {path.relative_to(STORED): path.read_bytes() for path in STORED.rglob("*") if path.is_file()}


def lose(servers, *aliases):
    """The machine is gone: a new one has empty databases and no files."""
    postgres.close_pools()
    for alias in aliases:
        connections[alias].close()
        servers.empty(alias, configured.TEST_WORKER)
    shutil.rmtree(STORED)


def back_up(tmp_path):
    call_command("backup", str(tmp_path / "monday"))
    return tmp_path / "monday"


def test_what_is_restored_is_what_was_there_and_goes_on(cast, servers, lived, pdb, tmp_path, capsys):
    before, folder = contents(servers), back_up(tmp_path)
    manifest = Manifest.read(folder)
    assert f"{manifest.files} files" in capsys.readouterr().out
    assert manifest.files == sum(isinstance(name, Path) for name in before) and not manifest.missing_files
    lose(servers, "default", "pdb")
    assert contents(servers) != before
    call_command("restore", str(folder))
    assert contents(servers) == before
    assert audit_verify(cast.organization.id) is None and audit_verify(None) is None
    keys_check()
    with organization_scope(cast.organization.id):
        model = embedding_model_for(cast.organization)
    number = files.true_values()["invoice_number"]
    found = passages_find(cast.access(cast.owner), model, f"invoice {number}", Scope(), limit=5)
    assert any(number in passage.text for passage in found), "search answers"
    run = pdb_reconcile(cast.organization.id)
    assert run.schemas["invoice"]["approved"] == 1
    assert run.schemas["invoice"]["approved_hash"] == run.schemas["invoice"]["recorded_hash"]
    with organization_scope(cast.organization.id):
        (task,) = (part.review_tasks.get() for part in SubDocument.objects.filter(status="in_review"))
        tasks.review_task_decide(cast.access(cast.owner), task.id, decision="approve", override=PRINTED_SO)
    again = Outcome(submit(cast, files.sample(seed=15)))
    drain()
    assert again.document().status == "completed" and pdb.counts()["PdbRecord"] == 3


@pytest.mark.slow
def test_backup_of_a_rotation_needs_both_keys_after_a_restore(cast, servers, lived, tmp_path):
    """Its contents may be under either key, and the system that restores knows only its newest."""
    earlier = fingerprint("FIELD_ENCRYPTION_SALTS", "an earlier salt")
    keys_record({"FIELD_ENCRYPTION_SALTS": [earlier]})
    folder = back_up(tmp_path)
    KeyFingerprint.objects.filter(fingerprint=earlier).delete()
    lose(servers, "default", "pdb")
    keys_check()
    with pytest.raises(CommandError, match="other secrets than the one that the backup is of: FIELD_ENCRYPTION_SALTS"):
        call_command("restore", str(folder))
    call_command("restore", str(folder), "--other-keys")
    keys_check()
    assert earlier not in keys_needed()["FIELD_ENCRYPTION_SALTS"], "the keys of this system are its own"


@pytest.mark.slow
def test_a_production_database_that_is_ahead_converges(cast, servers, lived, pdb, tmp_path):
    with organization_scope(cast.organization.id):
        part = SubDocument.objects.get(status="delivered")
        waiting = SubDocument.objects.get(status="in_review")
        task = waiting.review_tasks.get()
        tasks.review_task_decide(cast.access(cast.owner), task.id, decision="approve", override=PRINTED_SO)
    folder = back_up(tmp_path)
    drain()
    with organization_scope(cast.organization.id):
        task = approved.approved_correct(cast.access(cast.owner), part.id)
        value = part.field_values.get(name="invoice_number")
        tasks.field_value_correct(cast.access(cast.owner), task.id, value.id, text="AHEAD-2")
        tasks.review_task_decide(cast.access(cast.owner), task.id, decision="approve")
    later = Outcome(submit(cast, files.sample(seed=15)))
    drain()
    assert later.document().status == "completed"
    unknown, before = later.sub_document().id, pdb.counts()
    assert before["PdbRecord"] == 3
    lose(servers, "default")
    with pytest.raises(CommandError, match=r"“pdb” is not empty: .*pdb_record"):
        call_command("restore", str(folder))
    call_command("restore", str(folder), "--keep-pdb")
    with organization_scope(cast.organization.id):
        undelivered = list(Delivery.objects.filter(consumer="pdb_sync").exclude(status=DeliveryStatus.DELIVERED))
    assert len(undelivered) == 1, "it was under way when the backup was made"
    make_due(*undelivered)
    assert events_relay_due()["delivered"] == 1
    assert pdb.counts() == before, "its receipt is there"
    run = pdb_reconcile(cast.organization.id)
    with organization_scope(cast.organization.id, using="pdb"):
        found = {row.sub_document_id: row.kind for row in run.differences.all()}
    assert found == {part.id: "ahead", unknown: "extra"}
    assert pdb.record(part.id).values["invoice_number"] == "AHEAD-2", "never overwritten by an older version"
    with organization_scope(cast.organization.id):
        approved.approved_withdraw(cast.access(cast.owner), part.id)
    events_relay_due()
    assert (pdb.record(part.id).version, pdb.record(part.id).is_withdrawn) == (3, True), "what is new comes after it"


@pytest.mark.slow
def test_deliveries_under_way_reach_the_record_that_exists(cast, servers, pdb, drain, tmp_path):
    shutil.rmtree(STORED, ignore_errors=True)
    cast.publish("invoice")
    outcome = Outcome(submit(cast, files.sample(), files.sample(seed=15)))
    folder = back_up(tmp_path)
    drain()
    before, parts = (
        pdb.counts(),
        {part.id for document in outcome.documents() for part in outcome.sub_documents(document)},
    )
    assert before["PdbRecord"] == 2
    lose(servers, "default")
    redis().flushdb()
    call_command("restore", str(folder), "--keep-pdb")
    assert set(outcome.statuses().values()) == {"received"}, "as it was"
    tick()
    drain()
    assert set(outcome.statuses().values()) == {"completed"}
    assert {part.id for document in outcome.documents() for part in outcome.sub_documents(document)} == parts
    after = pdb.counts()
    assert (after["PdbRecord"], after["PdbRecordVersion"], after["PdbCell"]) == (
        before["PdbRecord"],
        before["PdbRecordVersion"],
        before["PdbCell"],
    )
    pdb_reconcile(cast.organization.id)
    run = pdb_reconcile(cast.organization.id)
    assert run.schemas["invoice"]["approved_hash"] == run.schemas["invoice"]["recorded_hash"]
    with organization_scope(cast.organization.id, using="pdb"):
        assert not run.differences.exists(), "converged"


_OTHER_RELEASE = rf"of another version: .*9999_tomorrow.* Restore with {re.escape(str(release()))}"


def test_nothing_is_restored_from_damage_or_over_anything(cast, servers, lived, tmp_path, settings):
    folder = back_up(tmp_path)
    with pytest.raises(CommandError, match="exists already"):
        call_command("backup", str(folder))
    with pytest.raises(CommandError, match=r"“pdb” is not empty: .*pdb_cell"):
        call_command("restore", str(folder))
    lose(servers, "default", "pdb")
    before = contents(servers)
    settings.SECRET_KEY = "another"
    with pytest.raises(CommandError, match=r"other secrets than the one that the backup is of: .*SECRET_KEY"):
        call_command("restore", str(folder))
    settings.SECRET_KEY_FALLBACKS = [configured.TEST_SECRETS.secret_key]
    part = folder / "default" / "documents_document.copy.gz"
    whole = part.read_bytes()
    for spoil, message in (
        (lambda: part.write_bytes(whole[:-1]), "documents_document.copy.gz is not as it was written"),
        (part.unlink, "is missing in the backup"),
        (lambda: (part.write_bytes(whole), _other_schema(folder)), _OTHER_RELEASE),
    ):
        spoil()
        with pytest.raises(CommandError, match=message):
            call_command("restore", str(folder))
    with pytest.raises(CommandError, match="no finished backup"):
        call_command("restore", str(tmp_path))
    assert contents(servers) == before, "nothing was written"


def _other_schema(folder):
    manifest = Manifest.read(folder)
    others = [name.replace("0001_initial", "9999_tomorrow") for name in manifest.migrations["default"]]
    replace(manifest, migrations=manifest.migrations | {"default": others}).write(folder)


def test_changed_backup_is_refused_although_its_digests_fit(cast, servers, lived, tmp_path):
    folder = back_up(tmp_path)
    lose(servers, "default", "pdb")
    before, manifest = contents(servers), Manifest.read(folder)
    path = folder / "default" / "accounts_user.copy.gz"
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()).replace(b"owner", b"outer")))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    parts = [replace(one, sha256=digest) if one.table == "accounts_user" else one for one in manifest.parts]
    text = json.dumps(asdict(replace(manifest, parts=parts)))
    for changed, message in ((text, "somebody changed"), (text.replace('"rows"', '"lines"'), "damaged")):
        (folder / "manifest.json").write_text(changed)
        with pytest.raises(CommandError, match=message):
            call_command("restore", str(folder))
    assert contents(servers) == before, "nothing was written"


@pytest.fixture
def small_disk(tmp_path):
    """100 KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode:
        pytest.skip(f"no disk can be made here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_disk_too_small_is_named_and_nothing_is_left_half_done(cast, servers, lived, tmp_path, small_disk):
    with pytest.raises(CommandError, match=r"no room left for .*disk/monday"):
        call_command("backup", str(small_disk / "monday"))
    assert list(small_disk.iterdir()) == []
    folder, whole = back_up(tmp_path), contents(servers)
    lose(servers, "default", "pdb")
    before = contents(servers)
    STORED.symlink_to(small_disk)
    with pytest.raises(CommandError, match=r"needs .* are free there"):
        call_command("restore", str(folder))
    STORED.unlink()
    assert contents(servers) == before
    call_command("restore", str(folder))
    assert contents(servers) == whole


@pytest.mark.slow
def test_interrupted_restore_is_repeated_and_names_missing_files(cast, servers, lived, tmp_path, monkeypatch):
    with organization_scope(cast.organization.id):
        gone = Page.objects.exclude(image_name="").first().image_name
    default_storage.delete(gone)
    folder = back_up(tmp_path)
    assert Manifest.read(folder).missing_files == [gone], "deleted while the backup was made"
    before = contents(servers)
    lose(servers, "default", "pdb")
    real, calls = restoring.tables_load, []

    def dies_between_the_databases(alias, *arguments):
        calls.append(alias)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(alias, *arguments)

    monkeypatch.setattr(restoring, "tables_load", dies_between_the_databases)
    with pytest.raises(KeyboardInterrupt):
        call_command("restore", str(folder))
    assert calls == ["pdb", "default"]
    call_command("restore", str(folder), "--keep-pdb")
    assert contents(servers) == before
    with organization_scope(cast.organization.id):
        assert Document.objects.count() == 3
