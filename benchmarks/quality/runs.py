"""Documents of a set through the steps in processes of their own, with a line of progress a document."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from benchmarks.quality.scoring import Tally


def prepare() -> None:
    """Django for the pipeline's modules, one thread for the engines. Once per process, before they are imported."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "idp_project.settings.test")
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    import django

    django.setup()


def read_set(
    name: str, *, is_rasterised: bool, limit: int | None, processes: int
) -> Iterator[tuple[str, dict[str, Tally]]]:
    """Each document's file name and tallies, as they are done."""
    from benchmarks.quality.sets import set_named

    documents = list(set_named(name).documents())[:limit]
    how = "rasterised" if is_rasterised else "as it is"
    context = get_context("spawn")  # OpenCV, the sandbox and onnxruntime must not be inherited
    with ProcessPoolExecutor(processes, mp_context=context, initializer=prepare) as pool:
        work = {pool.submit(_one, name, number, is_rasterised): each for number, each in enumerate(documents)}
        for done, finished in enumerate(as_completed(work), start=1):
            tallies, seconds = finished.result()
            file = work[finished].path.name
            print(
                f"{name} {how}: {done} of {len(documents)}, {file[:48]}, {seconds:.1f} s", file=sys.stderr, flush=True
            )
            yield file, tallies


def _one(name: str, number: int, is_rasterised: bool) -> tuple[dict[str, Tally], float]:
    from benchmarks.quality.sets import set_named

    began = time.monotonic()
    one = set_named(name)
    document = list(one.documents())[number]
    return one.read(document, is_rasterised=is_rasterised), time.monotonic() - began
