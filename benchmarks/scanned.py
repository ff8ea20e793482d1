"""Scanned pages a minute: the whole product with two workers, as a share of the bare OCR engine in two processes, and as
a share of the same pipeline with two workers, but without leases, sandbox and checkpoints.

All read the same pages in the same order: the engine gets them as the product's sandbox renders them, ready decoded.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks import workload
from benchmarks.catalog import options_of
from benchmarks.datasets import RECEIPT
from benchmarks.machine import WORKERS
from benchmarks.page_sets import files_of
from benchmarks.plain_machine import PlainMachine, plain_machine
from idp_project.operations.supervisor.programs import ONE_THREAD

TARGET, TARGET_OF_PLAIN = 0.9, 0.95
SETS = {"letters": 15, "receipts": 30}  # documents


def main() -> None:
    options = options_of("scanned")
    spans = []
    with plain_machine() as plain:
        for kind, count in SETS.items():
            with tempfile.TemporaryDirectory() as scratch:
                spans.append(_measure(kind, options.documents or count, plain, Path(scratch)))
    product, bare, without = (sum(seconds) for seconds in zip(*spans, strict=True))
    print(
        f"scanned pages altogether: ratio {bare / product:.2f} to the bare engine, target {TARGET:g}; {without / product:.2f} "
        f"to the same pipeline without leases, sandbox and checkpoints, target {TARGET_OF_PLAIN:g}"
    )


def _measure(kind: str, count: int, plain: PlainMachine, scratch: Path) -> tuple[float, float, float]:
    """Seconds of the product, the bare engine and the plain pipeline for one set."""
    name, paths = files_of(kind, count, scratch)
    # So that no worker is left with a large one at the end.
    paths.sort(key=lambda path: path.stat().st_size, reverse=True)
    schema = RECEIPT if name == "sroie" else None
    schema_id = workload.publish(schema) if schema else None
    workload.process(paths[:2], schema_id)
    plain.process(paths[:2], schema)
    pages = _rendered(paths, scratch)
    before = [_timed(*pages), plain.process(paths, schema)]
    _, timing = workload.process(paths, schema_id)
    after = [plain.process(paths, schema), _timed(*pages)]  # around the product, should the machine's pace drift
    bare, bare_cpu = ((one + other) / 2 for one, other in zip(before[0], after[1], strict=True))
    without, without_cpu = ((one + other) / 2 for one, other in zip(before[1], after[0], strict=True))
    ratio = bare / timing.whole
    print(
        f"scanned {kind}: {timing.documents} documents, {timing.pages} pages ({name}, {timing.unread} not read): "
        f"{60 * timing.pages / timing.whole:.1f} pages a minute from upload to routed fields, bare engine "
        f"{60 * timing.pages / bare:.1f}: ratio {ratio:.2f}, target {TARGET:g} "
        f"({bare / timing.pages_only:.2f} from the first page's start to the last one's end)"
    )
    parts = ", ".join(f"{part} {1000 * seconds / timing.pages:.0f}" for part, seconds in timing.cpu.items())
    spent = sum(timing.cpu.values())
    print(
        f"  processor time: bare engine {1000 * bare_cpu / timing.pages:.0f} ms a page, product "
        f"{1000 * spent / timing.pages:.0f}, ratio {bare_cpu / spent:.2f} ({parts})"
    )
    print(
        f"  the same pipeline without leases, sandbox and checkpoints: {60 * timing.pages / without:.1f} pages a minute, "
        f"ratio {without / timing.whole:.2f}, target {TARGET_OF_PLAIN:g} (processor time "
        f"{1000 * without_cpu / timing.pages:.0f} ms a page, ratio {without_cpu / spent:.2f})"
    )
    return timing.whole, bare, without


def _rendered(paths: Sequence[Path], scratch: Path) -> tuple[Path, int]:
    """The pages as the product renders them, in one file, and how many."""
    from django.conf import settings

    from idp_project.core.isolation.client import Sandbox

    sandbox = Sandbox(settings.SANDBOX_SOCKET)
    images = [
        sandbox.render(str(path), number, settings.RENDER_DPI)
        for path in paths
        for number in range(1, len(sandbox.page_sizes(str(path))) + 1)
    ]
    np.savez(scratch / "pages.npz", *images)
    return scratch / "pages.npz", len(images)


def _timed(pages: Path, count: int) -> tuple[float, float]:
    """The bare engine: wall clock from the common start until the last process has ended, and all their own time."""
    dealer, numbers = os.pipe()
    os.write(numbers, b"".join(number.to_bytes(2) for number in range(count)))
    os.close(numbers)
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.bare_ocr", str(pages), str(dealer)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=os.environ | ONE_THREAD,
            pass_fds=[dealer],
        )
        for _ in range(WORKERS)
    ]
    os.close(dealer)
    for process in processes:
        assert process.stdout and process.stdout.readline() == "ready\n"
    began = time.monotonic()
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    spent = sum(float(process.communicate()[0]) for process in processes)
    return time.monotonic() - began, spent


if __name__ == "__main__":
    main()
