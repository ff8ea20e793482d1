"""A5, A6 and A9 with the real worker: a poison document among good ones, Redis away, deploys in the middle of a batch."""

import signal
import time
from collections import Counter

import django_rq.settings
import pytest
from django.conf import settings as configured
from django.db.models import Q
from django.utils import timezone

from documents import progress
from documents.models import Run, StepRun
from idp_project.core import enqueue
from idp_project.core.tenancy import system_scope
from tests.factories import files
from tests.factories.pipeline import Outcome, redis, submit
from tests.faults.fleet import HORSE, Fault, Fleet, open_documents, order
from tests.faults.proxy import Proxy
from tests.faults.workers import CLAIMED, step_runs

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "pdb"]),
    pytest.mark.slow,
    pytest.mark.timeout(900),
]
DOCUMENTS, DEPLOYS, BEFORE_REDIS_WENT = 100, 10, 40
WAITS = {"human_review", "pdb_sync"}


@pytest.fixture
def short_lease(settings):
    settings.LEASE_SECONDS, settings.LEASE_RENEW_SECONDS = 3.0, 0.75


def test_one_poison_document_blocks_nobody(cast, short_lease, settings, record_property):
    """A5: it kills every horse that comes to its page, until it is quarantined. The good ones once more without it."""
    cast.publish("invoice")
    with Fleet() as fleet:
        alone = Outcome(submit(cast, *files.numbered(DOCUMENTS - 1)))
        fleet.run_until(lambda: not open_documents(alone.batch.id), 600)
        outcome = Outcome(submit(cast, *files.numbered(DOCUMENTS)))
        poison = outcome.document("000.pdf")

        def is_done():
            order([Fault(poison.id, "layout", CLAIMED, HORSE)])  # again and again
            return not open_documents(outcome.batch.id)

        fleet.run_until(is_done, 600)
    seconds, seconds_alone = seconds_of(outcome, "000.pdf"), seconds_of(alone)
    statuses = outcome.statuses()
    assert statuses.pop("000.pdf") == "failed", "its only page is quarantined: there is nothing to continue"
    assert set(statuses.values()) == {"completed"} and len(statuses) == DOCUMENTS - 1
    (bad,) = [run for run in step_runs(outcome.batch.id) if run.status == "quarantined"]
    assert (bad.step, bad.crash_count, bad.error_code) == ("layout", settings.MAX_CRASHES, "worker_lost")
    record_property(
        "figures",
        f"A5 pipeline: 1 poison and {DOCUMENTS - 1} good documents, all of these completed in {seconds:.0f} s, without it in "
        f"{seconds_alone:.0f} s; the bad one quarantined after {bad.crash_count} crashes",
    )


def seconds_of(outcome, *besides):
    """From the upload to the last document's end."""
    ends = [document.finished_at for document in outcome.documents() if document.source_file.name not in besides]
    return (max(ends) - outcome.batch.created_at).total_seconds()


def test_deploys_in_the_middle_of_a_batch_fail_nothing(cast, settings, record_property):
    """A9: SIGTERM to all workers, ten times, while a hundred documents are under way. With leases of a minute."""
    cast.publish("invoice")
    outcome = Outcome(submit(cast, *files.numbered(DOCUMENTS)))
    deploys, codes = 0, []
    with Fleet() as fleet:

        def is_done():
            nonlocal deploys
            left = open_documents(outcome.batch.id)
            if deploys < DEPLOYS and left <= DOCUMENTS * (1 - deploys / (DEPLOYS + 1)):
                codes.extend(fleet.stop())
                deploys += 1
            return not left

        fleet.run_until(is_done, 600)
    at_its_start = -signal.SIGTERM  # stopped before it could listen, so before it could take anything
    assert deploys == DEPLOYS and 0 in codes and set(codes) <= {0, at_its_start}, (deploys, codes)
    assert set(outcome.statuses().values()) == {"completed"}
    runs = step_runs(outcome.batch.id)
    again = Counter(run.run.document_id for run in runs for _ in range(run.attempt - 1 - int(run.step in WAITS)))
    assert sum(run.crash_count for run in runs) == 0
    assert max(again.values(), default=0) <= 1, "at most one step run again a document"
    record_property(
        "figures",
        f"A9: {deploys} deploys (SIGTERM to all) during {DOCUMENTS} documents: 0 failed, {again.total()} steps run again, at "
        "most one a document, 0 crashes",
    )


@pytest.fixture
def proxied_redis(settings, monkeypatch):
    """Redis behind a proxy, for anyone who asks from now on."""
    plain = configured.REDIS_URL
    path = configured.TEST_PLACES.redis_socket
    proxy = Proxy(path)
    number, password = plain.rpartition("db=")[2][:2].rstrip("&"), "test"
    url = f"redis://:{password}@127.0.0.1:{proxy.port}/{number or 0}"
    for queue in django_rq.settings.QUEUES.values():
        monkeypatch.setitem(queue, "URL", url)
    settings.REDIS_URL = url
    layer = configured.CHANNEL_LAYERS["default"]
    settings.CHANNEL_LAYERS = {"default": {**layer, "CONFIG": {**layer["CONFIG"], "hosts": [url]}}}
    _forget_redis()
    yield proxy
    _forget_redis()
    proxy.close()


def _forget_redis():
    """Connections that a process makes once."""
    enqueue.redis_connection.cache_clear()
    progress.live_redis.cache_clear()


def test_redis_away_and_back_empty_loses_nothing(cast, short_lease, proxied_redis, record_property):
    """A6: stopped in the middle of a batch, then back without anything in it."""
    cast.publish("invoice")
    away = 120.0
    outcome = Outcome(submit(cast, *files.numbered(BEFORE_REDIS_WENT)))
    with Fleet() as fleet:
        fleet.run_until(lambda: open_documents(outcome.batch.id) < BEFORE_REDIS_WENT, 120)
        proxied_redis.cut()
        stopped = time.monotonic()
        while time.monotonic() - stopped < away:
            shown = cast.browser(cast.viewer).get(f"/batches/{outcome.batch.id}/state/").json()["documents"]
            assert {row["file_name"]: row["status"] for row in shown} == outcome.statuses(), "right from PostgreSQL"
            fleet.look()
            time.sleep(0.5)
        begun, back = _begun(outcome.batch.id), timezone.now()
        proxied_redis.restore()
        redis().flushdb()
        running = fleet.run_until(lambda: begun <= _moved(outcome.batch.id, back), 60)
        fleet.run_until(lambda: not open_documents(outcome.batch.id), 300)
    assert set(outcome.statuses().values()) == {"completed"}
    twice = [run for run in step_runs(outcome.batch.id) if run.attempt > 1 + run.crash_count + int(run.step in WAITS)]
    assert not twice
    record_property(
        "figures",
        f"A6: Redis away for {away:.0f} s and back empty during {BEFORE_REDIS_WENT} documents, {len(begun)} of them begun: 0 "
        f"lost, 0 done twice, all of them running again {running:.0f} s after its return",
    )


def _begun(batch_id):
    """Documents that were begun and have not ended."""
    with system_scope("test"):
        runs = Run.objects.filter(document__batch_id=batch_id, admitted_at__isnull=False, finished_at__isnull=True)
        return set(runs.values_list("document_id", flat=True))


def _moved(batch_id, since):
    """Documents of which a step has begun or ended since then."""
    with system_scope("test"):
        moved = Q(started_at__gte=since) | Q(finished_at__gte=since)
        steps = StepRun.objects.filter(moved, run__document__batch_id=batch_id)
        return set(steps.values_list("run__document_id", flat=True))
