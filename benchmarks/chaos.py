"""Kills workers and their children and empties Redis again and again while documents are under way and a page watches them.

Prints what was lost, done twice and shown wrongly in the end; all have to be 0, else it ends with 1. `make chaos` starts a
machine on a data folder of its own for it, with leases of five seconds.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from uuid import UUID

import httpx
from django.conf import settings
from redis import Redis

from benchmarks import workload
from benchmarks.catalog import options_of
from benchmarks.latency import Browser
from benchmarks.processes import name_of, tree_of
from documents.models import Delivery, Document, StepRun
from idp_project.core.tenancy import system_scope
from idp_project.operations.samples import generate
from pdb_sync.models import PdbRecordVersion

_ENDED = ("completed", "in_review", "failed", "quarantined", "cancelled")
_ASKED_AGAIN = ("human_review", "pdb_sync")  # when a person or the relay has acted
_LIMIT_SECONDS = 900.0


def main() -> None:
    options = options_of("chaos")
    with tempfile.TemporaryDirectory() as scratch:
        sys.exit(asyncio.run(_chaos(_samples(options.documents, Path(scratch)), options.seconds)))


def _samples(number: int, folder: Path) -> list[Path]:
    """Invoices and receipts, every eighth one a scan."""
    paths = []
    for seed in range(number):
        kind = "receipt" if seed % 2 else "invoice"
        made = generate(kind, seed, "scan" if seed % 8 == 7 else "digital", locale="", flaw="")
        path = folder / f"{seed:03}-{made.file_name}"
        path.write_bytes(made.content)
        paths.append(path)
    return paths


async def _chaos(paths: list[Path], seconds: float) -> int:
    """The documents come in one after the other for as long as there is damage, so that every blow meets some at work."""
    done: Counter[str] = Counter()
    batches: list[str] = []
    async with httpx.AsyncClient(base_url=workload.URL, timeout=60.0) as client:
        browser = Browser(client)
        team_id = await browser.sign_in()
        began = time.monotonic()
        while (elapsed := time.monotonic() - began) < seconds or await asyncio.to_thread(_open, batches):
            if elapsed > seconds + _LIMIT_SECONDS:
                break
            for path in paths[len(batches) : 1 + int(len(paths) * elapsed / seconds)]:
                batches.append((await browser.upload(team_id, path))[1])
            if elapsed < seconds and (blow := await asyncio.to_thread(_damage)):
                done[blow] += 1
            for batch_id in random.sample(batches, min(3, len(batches))):
                done["page answers"] += 1
                assert await _shown(browser, batch_id), "the page lost a document"
            await asyncio.sleep(random.uniform(0.5, 2.5))
        shown = {batch_id: await _shown(browser, batch_id) for batch_id in batches}
    return await asyncio.to_thread(_report, shown, done)


async def _shown(browser: Browser, batch_id: str) -> str:
    """The status of the batch's document as its page has it; empty without one."""
    return next((str(row["status"]) for row in (await browser.state(batch_id))["documents"]), "")


def _damage() -> str:
    """One blow to somebody who lives; gives what it was, empty where there was nobody."""
    workers = [pid for name, pid in workload.programs().items() if name.startswith("worker") and name_of(pid)]
    children = [pid for pid in tree_of(workers) if pid not in workers]
    victims = {"children killed": children, "workers killed": workers, "times Redis emptied": [0]}
    blow = random.choice([*["children killed"] * 3, "workers killed", "times Redis emptied"])
    if not victims[blow]:
        return ""
    if blow == "times Redis emptied":
        Redis.from_url(settings.REDIS_URL).flushdb()
        return blow
    try:
        os.kill(random.choice(victims[blow]), signal.SIGKILL)
    except ProcessLookupError:
        return ""
    return blow


def _open(batches: list[str]) -> bool:
    with system_scope("chaos: what is under way"):
        return Document.objects.filter(batch_id__in=batches).exclude(status__in=_ENDED).exists()


def _report(shown: dict[str, str], done: Counter[str]) -> int:
    with system_scope("chaos: what became of it"):
        documents = Document.objects.filter(batch_id__in=list(shown))
        by_batch = {str(batch_id): status for batch_id, status in documents.values_list("batch_id", "status")}
        runs = StepRun.objects.filter(run__document__in=documents)
        rows = list(runs.values_list("step", "attempt", "crash_count", "units_left"))
        deliveries = Delivery.objects.filter(event__document__in=documents, consumer="pdb_sync")
        delivered: list[UUID] = list(
            deliveries.filter(status="delivered").values_list("event__sub_document_id", flat=True)
        )
    with system_scope("chaos: what arrived", using="pdb"):
        versions = PdbRecordVersion.objects.filter(record__sub_document_id__in=delivered)
        arrived = Counter(versions.values_list("record__sub_document_id", flat=True))
    statuses = Counter(by_batch.values())
    lost = len(shown) - sum(statuses[status] for status in _ENDED) + len(set(delivered) - set(arrived))
    wrong = sum(by_batch.get(batch_id) != status for batch_id, status in shown.items())
    repeated = [step for step, attempt, crashes, units in rows if _is_repeated(step, attempt, crashes, units)]
    twice = len(repeated) + sum(number - 1 for number in arrived.values())
    blows = ", ".join(f"{number} {what}" for what, number in sorted(done.items()))
    became = ", ".join(f"{number} {status}" for status, number in sorted(statuses.items()))
    crashes = sum(crashes for _, _, crashes, _ in rows)
    print(
        f"chaos: {blows} during {len(shown)} documents (leases of {settings.LEASE_SECONDS:g} s): {became}; "
        f"{crashes} steps taken over, {len(arrived)} records delivered; shown wrongly: {wrong}, lost: {lost}, "
        f"done twice: {twice}"
    )
    return int(bool(lost or twice or wrong))


def _is_repeated(step: str, attempt: int, crashes: int, units_left: int | None) -> bool:
    """Beyond what a death or a person accounts for. A step over all pages counts its pages."""
    return units_left is None and attempt > 1 + crashes + int(step in _ASKED_AGAIN)


if __name__ == "__main__":
    main()
