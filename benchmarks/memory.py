"""Memory: everything one minute after the demonstration, and a worker's peak while scanned pages are read.

Run it first on a fresh machine: it plays the demonstration itself.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import workload
from benchmarks.catalog import options_of
from benchmarks.datasets import RECEIPT
from benchmarks.page_sets import files_of
from benchmarks.processes import PeakSampler, name_of, pss_bytes, tree_of
from idp_project.operations.supervisor.places import CHECKOUT

TARGET_AFTER_DEMO = 1.2e9
TARGET_WORKER = 1.5e9


def main() -> None:
    options = options_of("memory")
    _play_demonstration()
    time.sleep(options.idle_seconds)
    parts = _sizes()
    total = sum(parts.values())
    print(
        f"memory: {total / 1e6:.0f} MB of everything {options.idle_seconds:.0f} s after the demonstration (PSS, {len(parts)} "
        f"processes) = {total / TARGET_AFTER_DEMO:.2f} of the limit {TARGET_AFTER_DEMO / 1e6:.0f} MB"
    )
    for name, size in sorted(parts.items(), key=lambda part: -part[1])[:8]:
        print(f"  {size / 1e6:6.0f} MB  {name}")
    _print_worker_peak(options.documents)


def _play_demonstration() -> None:
    """As `make demo` does; what its verdict says is not this benchmark's business."""
    manage = [sys.executable, str(CHECKOUT / "manage.py")]
    subprocess.run([*manage, "process_samples"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([*manage, "demo_journey", "--url", workload.URL], check=False, stdout=subprocess.DEVNULL)


def _sizes() -> dict[str, int]:
    """Bytes of every process of the machine, ourselves left out."""
    own = set(tree_of([os.getpid()]))
    return {
        f"{name_of(pid)} [{pid}]": pss_bytes(pid)
        for pid in tree_of([workload.programs()["supervisor"]])
        if pid not in own
    }


def _print_worker_peak(documents: int) -> None:
    workers = {name: pid for name, pid in workload.programs().items() if name.startswith("worker-")}
    with tempfile.TemporaryDirectory() as scratch:
        name, paths = files_of("receipts", documents, Path(scratch))
        schema_id = workload.publish(RECEIPT) if name == "sroie" else None
        with PeakSampler(workers) as sampler:
            _, timing = workload.process(paths, schema_id)
    peak = max(sampler.peaks.values())
    print(
        f"memory: a worker's peak with its horse over {timing.pages} scanned pages ({name}): {peak / 1e6:.0f} MB (PSS) = "
        f"{peak / TARGET_WORKER:.2f} of the limit {TARGET_WORKER / 1e6:.0f} MB"
    )


if __name__ == "__main__":
    main()
