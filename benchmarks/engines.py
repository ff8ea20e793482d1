"""The OCR engines beside each other: `python -m benchmarks.engines [--pages N]`. One process an engine, one thread each.

Every engine reads the same pages by way of its adapter, one page after the other. Printed are pages a minute of processor
time, peak memory and, against people's labels, word F1; ratios are to RapidOCR in the same run. EasyOCR is measured with
weights of random values where the real ones are not there, which says nothing of what it reads: then it has no F1.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks.catalog import options_of
from benchmarks.datasets import DATA
from idp_project.core.errors import IdpError
from idp_project.operations.supervisor.places import CHECKOUT
from idp_project.providers import registry
from idp_project.providers.ocr.base import PageImage
from idp_project.providers.ocr.weights import states_of, wanted_for
from tests.factories.easyocr_weights import expect_weights

ENGINES = ("rapidocr", "tesseract", "easyocr")


@dataclass(frozen=True)
class Measured:
    """Of one engine over all pages. `f1` is None where it read with random weights or pages have no labels."""

    pages: int
    cpu_seconds: float
    wall_seconds: float
    load_seconds: float
    peak_bytes: int
    f1: float | None


def main() -> None:
    options = options_of("engines")
    if options.engine:
        print(json.dumps(asdict(_measure(options.engine, options.pages))))
        return
    if not (DATA / "funsd").is_dir():
        print("engines: not measured, the labelled forms (funsd) are not beside the checkout")
        return
    with tempfile.TemporaryDirectory() as scratch:
        results = {
            name: found for name in ENGINES if (found := _in_a_process(name, options.pages, _easyocr(scratch, name)))
        }
    base = results.get("rapidocr")
    for name, found in results.items():
        rate = 60 * found.pages / found.cpu_seconds
        ratio = f" ({base.cpu_seconds / found.cpu_seconds:.2f} of rapidocr)" if base else ""
        f1 = "not measured: weights of random values" if found.f1 is None else f"{found.f1:.3f}"
        print(
            f"engines: {name}: {rate:.1f} pages a minute of a core{ratio}, peak {found.peak_bytes / 1e6:.0f} MB, loaded in "
            f"{found.load_seconds:.1f} s, word F1 {f1}; {found.pages} pages of funsd"
        )


def _easyocr(scratch: str, name: str) -> Path:
    """The folder with its real weights, else one with random ones, written by a process whose memory is not measured."""
    real = Path(os.environ.get("EASYOCR_FOLDER", CHECKOUT / "var" / "easyocr"))
    if (
        name != "easyocr"
        or find_spec("easyocr") is None
        or not any(s.problem for s in states_of(wanted_for(["en"]), real))
    ):
        return real
    subprocess.run([sys.executable, "-m", "tests.factories.easyocr_weights", scratch], check=True)
    return Path(scratch)


def _in_a_process(name: str, pages: int, folder: Path) -> Measured | None:
    command = [sys.executable, "-m", "benchmarks.engines", "--engine", name, "--pages", str(pages)]
    environment = {**os.environ, "EASYOCR_FOLDER": str(folder), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(f"engines: {name}: not measured. {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}")
        return None
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


def _measure(name: str, count: int) -> Measured:
    pages = list(islice(_pages(), count))
    folder = Path(os.environ["EASYOCR_FOLDER"])
    is_random = name == "easyocr" and any(state.problem for state in states_of(wanted_for(["en"]), folder))
    with pytest.MonkeyPatch.context() as patch:
        if is_random and find_spec("easyocr"):
            expect_weights(folder, patch)
        began = time.monotonic()
        try:
            engine = registry.ocr_engine(name, {"folder": folder} if name == "easyocr" else None)
        except IdpError as error:
            sys.exit(error.message)
    loaded = time.monotonic() - began
    engine.recognize(pages[0][0])
    cpu, wall = _cpu_seconds(), time.monotonic()
    counts = [_counts(engine.recognize(image).text.split(), words) for image, words in pages]
    return Measured(
        len(pages),
        _cpu_seconds() - cpu,
        time.monotonic() - wall,
        loaded,
        _peak_bytes(),
        None if is_random else _f1(counts),
    )


def _pages() -> Iterator[tuple[PageImage, list[str]]]:
    """Scanned forms with the words that people labelled, by name."""
    for path in sorted((DATA / "funsd" / "images").glob("*")):
        labels = json.loads((DATA / "funsd" / "annotations" / f"{path.stem}.json").read_text())
        words = [word["text"] for part in labels["form"] for word in part["words"] if word["text"].strip()]
        image = cv2.imread(str(path), cv2.IMREAD_COLOR)
        assert image is not None
        yield np.ascontiguousarray(image[:, :, ::-1]).astype(np.uint8), words


def _cpu_seconds() -> float:
    """Of this process and the programs it ran."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def _peak_bytes() -> int:
    """Of this process and, on top, of the largest program it ran."""
    return sum(resource.getrusage(who).ru_maxrss * 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def _counts(read: list[str], labelled: list[str]) -> tuple[int, int, int]:
    """Words right as written, words read, words labelled; each word counts as often as it stands on the page."""
    return sum((Counter(read) & Counter(labelled)).values()), len(read), len(labelled)


def _f1(counts: list[tuple[int, int, int]]) -> float:
    right, read, labelled = (sum(column) for column in zip(*counts, strict=True))
    return 2 * right / (read + labelled)


if __name__ == "__main__":
    main()
