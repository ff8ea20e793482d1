"""What is read right on labelled documents, with bootstrap intervals: `make bench-quality`.

    python -m benchmarks.quality [SET…] [--limit N] [--processes N] [--write]

`--limit` takes the first N documents of each set, for a run of minutes; `--write` puts the figures into docs/quality.md.
What was read is kept in var/bench-quality, so only the first run waits for the OCR engine.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "idp_project.settings.test")
for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")


def main() -> int:
    import django

    django.setup()
    from benchmarks.quality.report import Report, write_figures
    from benchmarks.quality.sets import SETS

    names = [one.name for one in SETS]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", metavar="SET", help=f"of {', '.join(names)}; all without one")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    if unknown := set(options.sets) - set(names):
        parser.error(f"no such set: {', '.join(sorted(unknown))}")
    report = Report(limit=options.limit)
    for one in SETS:
        if options.sets and one.name not in options.sets:
            continue
        if not one.is_there:
            report.skip(one.name, "its labelled documents are not here")
            continue
        for is_rasterised in one.ways:
            tallies = dict(_read(one.name, is_rasterised, options))
            report.add(one, tallies, is_rasterised=is_rasterised)
    print(report.markdown())
    if options.write:
        write_figures(report)
    return 0


def _read(name: str, is_rasterised: bool, options: argparse.Namespace) -> Iterator[tuple[str, object]]:
    """Each document's tallies by its name, with a line of progress a document."""
    from benchmarks.quality.sets import set_named

    documents = list(set_named(name).documents())[: options.limit]
    how = "rasterised" if is_rasterised else "as it is"
    context = get_context("spawn")  # OpenCV, the sandbox and onnxruntime must not be inherited
    with ProcessPoolExecutor(options.processes, mp_context=context, initializer=_begin) as pool:
        work = {
            pool.submit(_one, name, position, is_rasterised): document for position, document in enumerate(documents)
        }
        for done, finished in enumerate(as_completed(work), start=1):
            tallies, seconds = finished.result()
            shown = work[finished].path.name[:48]
            print(f"{name} {how}: {done} of {len(documents)}, {shown}, {seconds:.1f} s", file=sys.stderr, flush=True)
            yield work[finished].path.name, tallies


def _begin() -> None:
    import django

    django.setup()


def _one(name: str, position: int, is_rasterised: bool) -> tuple[object, float]:
    from benchmarks.quality.sets import set_named

    began = time.monotonic()
    one = set_named(name)
    document = list(one.documents())[position]
    return one.read(document, is_rasterised=is_rasterised), time.monotonic() - began


if __name__ == "__main__":
    sys.exit(main())
