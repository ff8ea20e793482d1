"""One tenant sends a thousand documents, another one: how long the other waits, how the API answers, what memory does.

The small tenant's document is timed alone on an idle machine and again and again while the large tenant's are at work.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from django.utils import timezone

from benchmarks import workload
from benchmarks.catalog import options_of
from benchmarks.latency import Browser
from benchmarks.processes import pss_bytes, tree_of
from documents.models import Batch
from documents.services.intake.batches import MOST_FILES
from idp_project.operations.demo.organization import shipped_schemas
from idp_project.operations.samples import generate

TARGET_SLOWDOWN = 2.0
TARGET_API = 0.5  # seconds, 95th percentile
_ALONE, _LOOK_SECONDS = 5, 2.0


@dataclass
class _Watch:
    """What is noted while the large tenant's documents are at work."""

    answers: list[float] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)


def main() -> None:
    options = options_of("tenants")
    large, small = workload.organization(), _small_tenant()
    with tempfile.TemporaryDirectory() as scratch:
        paths = _files(options.documents, Path(scratch))
        alone = [workload.process(paths[:1], home=small)[1].whole for _ in range(_ALONE + 1)][1:]
        watch = _Watch()
        began, batches = timezone.now(), _batches(paths, large)
        threads = [
            threading.Thread(target=asyncio.run, args=(_ask(watch, str(batches[0].id)),)),
            threading.Thread(target=_weigh, args=(watch,)),
        ]
        for thread in threads:
            thread.start()
        beside = []
        while any(workload.is_open(large.id, batch) for batch in batches):
            beside.append(workload.process(paths[:1], home=small, is_idle=False)[1].whole)
            time.sleep(_LOOK_SECONDS)
        whole = time.time() - began.timestamp()
        watch.is_over.set()
        for thread in threads:
            thread.join()
    _print(options.documents, whole, alone, beside, watch, _statuses(large, batches))


def _batches(paths: Sequence[Path], home: workload.Organization) -> list[Batch]:
    """One after the other, each as large as a batch may be."""
    starts = range(0, len(paths), MOST_FILES)
    return [workload.submit(paths[start : start + MOST_FILES], home=home)[0] for start in starts]


def _statuses(home: workload.Organization, batches: Sequence[Batch]) -> Counter[str]:
    return sum((workload.statuses(home.id, batch) for batch in batches), Counter[str]())


def _small_tenant() -> workload.Organization:
    organization = workload.new_organization("Small Office")
    for spec in shipped_schemas():
        workload.publish(spec, home=organization)
    return organization


def _files(count: int, folder: Path) -> list[Path]:
    """Born-digital receipts, each another one."""
    paths = []
    for number in range(count):
        document = generate("receipt", 5000 + number, "digital")
        paths.append(folder / f"{number:04}-{document.file_name}")
        paths[-1].write_bytes(document.content)
    return paths


async def _ask(watch: _Watch, batch_id: str) -> None:
    """As a browser and a client of the API do: the list of batches, the batch at work, its documents."""
    async with httpx.AsyncClient(base_url=workload.URL, timeout=30.0) as client:
        await Browser(client).sign_in()
        addresses = ("/api/v1/batches/", f"/api/v1/batches/{batch_id}/", "/api/v1/documents/", "/api/v1/review-tasks/")
        number = 0
        while not watch.is_over.is_set():
            began = time.perf_counter()
            (await client.get(addresses[number % len(addresses)])).raise_for_status()
            watch.answers.append(time.perf_counter() - began)
            number += 1
            await asyncio.sleep(0.2)


def _weigh(watch: _Watch) -> None:
    """The workers with their horses."""
    roots = [pid for name, pid in workload.programs().items() if name.startswith("worker")]
    while not watch.is_over.wait(_LOOK_SECONDS):
        watch.memory.append(sum(pss_bytes(pid) for pid in tree_of(roots)))


def _print(
    count: int, whole: float, alone: Sequence[float], beside: Sequence[float], watch: _Watch, ended: Counter[str]
) -> None:
    slowdown = statistics.median(beside) / statistics.median(alone)
    p95 = statistics.quantiles(watch.answers, n=20)[-1]
    quarter = max(1, len(watch.memory) // 4)
    first, last = (statistics.median(part) / 1e6 for part in (watch.memory[:quarter], watch.memory[-quarter:]))
    found = ", ".join(f"{number} {status}" for status, number in sorted(ended.items()))
    print(
        f"tenants: {count} documents of one tenant in {whole:.0f} s ({found}); "
        f"another's single document takes {statistics.median(alone):.2f} s alone and {statistics.median(beside):.2f} s beside "
        f"them (median of {len(beside)}, {max(beside):.2f} s at most): {slowdown:.2f} times, limit {TARGET_SLOWDOWN:g}"
    )
    print(
        f"  API: {1000 * p95:.0f} ms at the 95th percentile of {len(watch.answers)} answers = {p95 / TARGET_API:.2f} of the "
        f"limit; workers' memory {first:.0f} MB in the first quarter, {last:.0f} MB in the last"
    )


if __name__ == "__main__":
    main()
