"""Tick boxes, choices and signatures on drawn forms: `python -m benchmarks.quality.marks --first 5000 --count 200`.

Each seed gives a form with known answers (`tests.factories.marked_forms`), which is scanned in one of six ways and read by
the product's steps. What was read is kept beside the other readings, since OCR takes most of the time.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import math
import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from documents.domain.schema_spec import FieldSpec
from extraction.context import FileParser, Limits, PageContext
from extraction.page_steps.classify_page import classify_page
from extraction.page_steps.enhance import enhance_page
from extraction.page_steps.extract_fields import extract_page_fields
from extraction.page_steps.layout import analyze_layout
from extraction.page_steps.read_text import read_page_text
from extraction.results import PageStepResult
from idp_project.core.page_text import PageText
from idp_project.providers.registry import ocr_engine
from tests.factories.form_scans import WAYS, scanned
from tests.factories.marked_forms import DPI, MarkedForm, drawn, marked_form
from tests.unit.extraction.pages import FakeParser

ROOT = Path(__file__).parents[2]
KEPT_IN = Path(os.environ.get("IDP_BENCH_CACHE", ROOT / "var" / "bench-quality"))
_STEPS: dict[str, Callable[[PageContext], PageStepResult]] = {
    "classify_page": classify_page,
    "enhance": enhance_page,
    "read_text": read_page_text,
}
_CODE = (
    *(f"extraction/page_steps/{name}.py" for name in ("classify_page", "enhance", "imaging", "read_text")),
    "idp_project/providers/ocr/rapidocr.py",
)


@dataclass(frozen=True)
class Answer:
    """What was asked on one form, what is true, and what was read with which confidence of the candidate."""

    seed: int
    way: str
    spec: FieldSpec
    truth: str
    value: str | None
    score: float


def way_of(seed: int) -> str:
    return WAYS[seed % len(WAYS)]


def answers(first: int, count: int) -> Iterator[Answer]:
    """Of the forms `first` … `first + count - 1`."""
    for seed in range(first, first + count):
        form = marked_form(seed)
        context = read_context(seed, form)
        layout = analyze_layout(context)
        context = replace(context, facts={**context.facts, "layout": layout.facts})
        found = extract_page_fields(context).candidates
        for spec in form.specs:
            best = max((one for one in found if one.field == spec.name), key=lambda one: one.score, default=None)
            truth = form.truth[spec.name]
            yield Answer(seed, way_of(seed), spec, truth, best.value if best else None, best.score if best else 0.0)


def read_context(seed: int, form: MarkedForm) -> PageContext:
    """The form's page after its reading steps, kept from the last time where nothing has changed."""
    gray = scanned(drawn(form), way_of(seed), random.Random(seed))
    stem = KEPT_IN / f"form-{seed}-{_digest(gray)}"
    blank = _context(form)
    if stem.with_suffix(".png").exists():
        with gzip.open(stem.with_suffix(".json.gz"), "rt") as file:
            kept: dict[str, Any] = json.load(file)
        pixels = cv2.imread(str(stem.with_suffix(".png")))
        return replace(blank, image=pixels, facts=kept["facts"], page_text=PageText.from_dict(kept["text"]))
    context = replace(blank, image=np.repeat(gray[:, :, None], 3, axis=2), facts={"render": {"dpi": DPI}})
    for name, step in _STEPS.items():
        result = step(context)
        context = replace(
            context,
            facts={**context.facts, name: result.facts},
            image=context.image if result.image is None else result.image,
            page_text=result.page_text or context.page_text,
        )
    assert context.page_text is not None and context.image is not None
    KEPT_IN.mkdir(parents=True, exist_ok=True)
    with gzip.open(stem.with_suffix(".json.gz"), "wt") as file:
        json.dump({"facts": context.facts, "text": context.page_text.to_dict()}, file)
    cv2.imwrite(str(stem.with_suffix(".png")), context.image)
    return context


def _digest(gray: NDArray[np.uint8]) -> str:
    digest = hashlib.sha256(gray.tobytes())
    for name in _CODE:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()[:12]


@cache
def _engine() -> Any:
    cv2.setNumThreads(1)
    return ocr_engine("rapidocr")


def _context(form: MarkedForm) -> PageContext:
    return PageContext(
        path="",
        content_type="image/png",
        page_number=1,
        page_count=1,
        limits=Limits(10**9, 1, 10**8),
        parser=cast(FileParser, FakeParser()),  # nothing asks it: the picture is there
        ocr=_engine(),
        llm=None,
        llms={},
        schemas=(form.schema,),
        render_dpi=DPI,
        view_dpi=110,
        facts={},
    )


def interval(right: int, total: int) -> tuple[float, float]:
    """Wilson's, at 95 %."""
    z, share = 1.96, right / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total)) / (1 + z * z / total)
    return middle - half, middle + half


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=5000)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--only-read", action="store_true", help="fills the cache of readings and stops")
    parser.add_argument("--show", action="store_true", help="each wrong answer")
    chosen = parser.parse_args()
    if chosen.only_read:
        for seed in range(chosen.first, chosen.first + chosen.count):
            read_context(seed, marked_form(seed))
        return
    asked, right = Counter[str](), Counter[str]()
    for answer in answers(chosen.first, chosen.count):
        is_right = answer.value == answer.truth
        for key in (answer.spec.type.value, f"{answer.spec.type.value} {answer.way}"):
            asked[key] += 1
            right[key] += is_right
        if chosen.show and not is_right:
            where = f"seed {answer.seed} {answer.way}: {answer.spec.type.value} “{answer.spec.label}”"
            print(f"{where} {answer.truth}, read {answer.value} ({answer.score:.2f})")
    for key in sorted(asked):
        low, high = interval(right[key], asked[key])
        print(f"{key:22} {right[key]:5} of {asked[key]:5}  {right[key] / asked[key]:.3f}  [{low:.3f}, {high:.3f}]")


if __name__ == "__main__":
    main()
