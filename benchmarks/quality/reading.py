"""Pages of labelled documents through the product's reading steps; what was read is kept, since OCR takes most of the time.

A kept reading belongs to the file's content, the way of reading and the code that read it: any change reads it again.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import mimetypes
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from documents.domain.pipeline import PIPELINE, Step
from extraction.context import Limits, PageContext
from extraction.pipeline import FUNCTIONS, with_result
from idp_project.core.page_text import PageText
from idp_project.providers.ocr.script_readers import ScriptReaders

ROOT = Path(__file__).resolve().parents[2]
KEPT_IN = Path(os.environ.get("IDP_BENCH_CACHE", ROOT / "var" / "bench-quality"))
LIMITS = Limits(max_bytes=10**9, max_pages=2000, max_page_pixels=10**8)
RENDER_DPI, VIEW_DPI = 200, 110
_READING_CODE = (
    *(
        f"extraction/page_steps/{name}.py"
        for name in ("render", "classify_page", "enhance", "imaging", "read_text", "text_layer", "pictures")
    ),
    *(
        f"extraction/page_steps/{name}.py"
        for name in ("script_reading", "missed_lines", "two_readings", "right_to_left")
    ),
    *(
        f"idp_project/core/readers/{name}.py"
        for name in ("pdf_file", "image_file", "text_layer", "characters", "slanted")
    ),
    "idp_project/core/page_text.py",
    *(
        f"idp_project/providers/ocr/{name}.py"
        for name in ("rapidocr", "crops", "ctc_words", "orientation", "reading_order", "tesseract", "word_gaps")
    ),
    *(
        f"idp_project/providers/ocr/{name}.py"
        for name in ("script_classifier", "script_readers", "script_data", "unread_lines")
    ),
)
_READING_STEPS = ("render", "classify_page", "enhance", "read_text", "layout")


@dataclass(frozen=True)
class ReadPage:
    """What the reading steps left of one page: their facts by step name and its text; `failure` where one failed."""

    number: int
    facts: dict[str, dict[str, Any]]
    text: PageText | None
    failure: str = ""

    def to_dict(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "facts": self.facts,
            "text": self.text.to_dict() if self.text else None,
            "failure": self.failure,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> ReadPage:
        text = PageText.from_dict(data["text"]) if data["text"] else None
        return cls(data["number"], data["facts"], text, data["failure"])


def read_document(path: Path, *, is_rasterised: bool) -> list[ReadPage]:
    """All pages in order. `is_rasterised`: as if it had been scanned at 200 dpi, without the file's own text."""
    kept = KEPT_IN / f"{_key(path, is_rasterised)}.json.gz"
    if kept.exists():
        with gzip.open(kept, "rt") as file:
            return [ReadPage.from_dict(item) for item in json.load(file)]
    pages = _read(path, is_rasterised)
    kept.parent.mkdir(parents=True, exist_ok=True)
    unfinished = kept.with_suffix(f".{os.getpid()}")
    with gzip.open(unfinished, "wt") as file:
        json.dump([page.to_dict() for page in pages], file)
    unfinished.rename(kept)
    return pages


def _key(path: Path, is_rasterised: bool) -> str:
    digest = hashlib.sha256(path.read_bytes())
    digest.update(f"{is_rasterised} {_code_digest()}".encode())
    return digest.hexdigest()[:32]


@cache
def _code_digest() -> str:
    digest = hashlib.sha256()
    for name in _READING_CODE:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


@cache
def engines() -> tuple[Any, Any]:
    """The sandbox and the OCR engine of this process."""
    import cv2

    from idp_project.core.isolation.client import Sandbox
    from idp_project.providers.registry import ocr_engine

    cv2.setNumThreads(1)
    return Sandbox(), ocr_engine("rapidocr")


def _read(path: Path, is_rasterised: bool) -> list[ReadPage]:
    parser, _ = engines()
    count = len(parser.page_sizes(str(path)))
    return [_read_page(page_context(path, number, count, is_rasterised)) for number in range(1, count + 1)]


def page_context(path: Path, number: int, count: int, is_rasterised: bool) -> PageContext:
    """Of an unread page. A picture of the page has no text layer, so a rasterised PDF passes for one."""
    parser, ocr = engines()
    kind = mimetypes.guess_type(path.name)[0] or "application/pdf"
    return PageContext(
        path=str(path),
        content_type="image/png" if is_rasterised else kind,
        page_number=number,
        page_count=count,
        limits=LIMITS,
        parser=parser,
        ocr=ocr,
        llm=None,
        llms={},
        schemas=(),
        render_dpi=RENDER_DPI,
        view_dpi=VIEW_DPI,
        facts={},
        scripts=ScriptReaders(None, lambda: ocr),
    )


def _read_page(context: PageContext) -> ReadPage:
    for step in PIPELINE.page_steps:
        if step.name.value in _READING_STEPS:
            try:
                context = pass_step(context, step)
            except Exception as error:  # as the runner: the page keeps its reason, the others go on
                return ReadPage(context.page_number, context.facts, None, str(error) or type(error).__name__)
    return ReadPage(context.page_number, context.facts, context.page_text)


def pass_step(context: PageContext, step: Step) -> PageContext:
    """The context after the step, as the runner carries it on."""
    return with_result(context, step, FUNCTIONS[step.name](context))
