"""What the machine itself may do to us: a disk without room, a database that goes away, a model that takes its time."""

import os
import subprocess
import time
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections

from documents.models import Page
from documents.services.intake.batches import batch_submit
from idp_project.core.tenancy import organization_scope, system_scope
from tests.factories import files
from tests.factories.pipeline import Outcome, drain, lapse, submit, tick
from tests.fake_providers.ollama import FakeOllama
from tests.fake_providers.reading import read_prompt
from tests.fake_providers.replies import Reply
from tests.faults.fleet import Fleet, open_documents
from tests.faults.proxy import HANG, REFUSE, Proxy
from tests.faults.workers import step_runs
from tests.integration.extraction.test_language_model import MODEL, use_ollama

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "pdb"]), pytest.mark.timeout(600)]
DISK_BYTES = 4 * 2**20
DOCUMENTS, OF_ANOTHER, SLOW_SECONDS = 30, 2, 4.0


@pytest.fixture
def small_disk(cast):
    """The organisation's files on a file system of 4 MiB of their own."""
    folder = Path(configured.STORAGES["default"]["OPTIONS"]["location"]) / str(cast.organization.id)
    folder.mkdir(parents=True)
    options = f"size={DISK_BYTES},mode=0777"
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode:
        pytest.skip("a file system that can be filled takes the right to mount one (root)")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder):
    """Leaves one page of 4 KiB."""
    room = os.statvfs(folder)
    ballast = folder / "ballast"
    ballast.write_bytes(bytes(room.f_bavail * room.f_bsize - 4096))
    return ballast


def stored(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file() and path.name != "ballast")


def test_a_full_disk_refuses_uploads_by_name_and_lets_work_wait(cast, small_disk, record_property):
    cast.publish("invoice")
    drain()
    begun = Outcome(submit(cast, files.sample(simulate="scan")))
    before = stored(small_disk)
    ballast = fill(small_disk)
    late = SimpleUploadedFile("late.pdf", bytes(DISK_BYTES // 8))
    answer = cast.browser(cast.reviewer).post("/api/v1/batches/", {"team_id": str(cast.team.id), "files": [late]})
    assert (answer.status_code, answer.json()["code"]) == (507, "storage_full")
    assert stored(small_disk) == before, "not half a file is left"
    for _ in range(8):
        lapse()
        tick()
        drain()
    (waiting,) = [run for run in step_runs(begun.batch.id) if run.step == "render"]
    assert (begun.document().status, waiting.status) == ("processing", "waiting")
    assert "no room" in str(waiting.reason) and waiting.crash_count == 0
    ballast.unlink()
    lapse()
    tick()
    drain()
    assert begun.document().status in ("completed", "in_review")
    record_property(
        "figures", "Full disk: 1 upload refused by name, 1 document waited through 8 tries, 0 lost, 0 failed"
    )


@pytest.mark.slow
@pytest.mark.parametrize("kind", [REFUSE, HANG])
def test_the_database_goes_away_from_the_workers(cast, settings, record_property, kind):
    settings.LEASE_SECONDS, settings.LEASE_RENEW_SECONDS = 3.0, 0.75
    cast.publish("invoice")
    content = files.content_of(files.sample())
    outcome = Outcome(submit(cast, *(files.incoming(f"{number:03}.pdf", content) for number in range(DOCUMENTS))))
    proxy = Proxy(configured.TEST_PLACES.postgres_sockets / ".s.PGSQL.5432")

    def by_proxy():
        connections["default"].settings_dict.update(HOST="127.0.0.1", PORT=str(proxy.port))

    with Fleet(prepare=by_proxy) as fleet:
        fleet.run_until(lambda: open_documents(outcome.batch.id) < DOCUMENTS, 120)
        proxy.cut(kind)
        away = time.monotonic()
        time.sleep(0.5)  # what was committed before the cut
        left = open_documents(outcome.batch.id)
        while time.monotonic() - away < 8:
            fleet.look()
            time.sleep(0.2)
        assert open_documents(outcome.batch.id) == left, "nothing went past the proxy"
        proxy.restore()
        took = fleet.run_until(lambda: not open_documents(outcome.batch.id), 180)
    proxy.close()
    assert set(outcome.statuses().values()) == {"completed"}
    again = sum(max(0, run.attempt - 1) for run in step_runs(outcome.batch.id) if run.step != "pdb_sync")
    record_property(
        "figures",
        f"Database of the workers away for 8 s ({kind}) during {DOCUMENTS} documents: 0 lost, {again} steps run again, all "
        f"done {took:.0f} s after its return",
    )


@pytest.mark.slow
def test_a_slow_model_holds_nobody_else_and_keeps_its_lease(cast, settings, socket_enabled, record_property):
    """Each answer takes longer than a lease; another tenant, without a model, is served in between."""
    settings.LEASE_SECONDS, settings.LEASE_RENEW_SECONDS = 3.0, 0.75
    cast.publish("invoice")

    def slowly(received):
        reply = read_prompt(received)
        return Reply(**{**vars(reply), "delay": SLOW_SECONDS})

    content = files.content_of(files.sample())
    with FakeOllama(slowly, models=(MODEL,)) as fake:
        use_ollama(cast, fake.url)
        slow = Outcome(submit(cast, *(files.incoming(f"{number}.pdf", content) for number in range(6))))
        with organization_scope(cast.foreign.id):
            incoming = [files.incoming(f"{number}.pdf", content) for number in range(OF_ANOTHER)]
            batch = batch_submit(cast.access(cast.foreign_admin), team_id=cast.foreign_team.id, files=incoming)
        with Fleet() as fleet:
            other = fleet.run_until(lambda: not open_documents(batch.id), 120)
            still_open = open_documents(slow.batch.id)
            whole = other + fleet.run_until(lambda: not open_documents(slow.batch.id), 120)
        asked = sum(request.path == "/api/chat" for request in fake.requests)
    assert still_open, "the other tenant is served before the slow model is through"
    assert set(slow.statuses().values()) <= {"completed", "in_review"}
    with system_scope("test"):
        pages = Page.objects.filter(document__batch=slow.batch).count()
    assert asked == pages, "asked once per page: no lease was lost meanwhile"
    record_property(
        "figures",
        f"Slow model ({SLOW_SECONDS:.0f} s an answer, leases of 3 s): {pages} pages asked {asked} times, another tenant's "
        f"{OF_ANOTHER} documents done after {other:.0f} s of {whole:.0f}",
    )
