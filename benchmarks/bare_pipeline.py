"""The pipeline's steps alone, for comparison: `python -m benchmarks.bare_pipeline WORK.json`, one process, one thread.

The same functions on the same files, one after the other in memory: no leases, no checkpoints, no sandbox, no database.
Page images are encoded and written as the product does. It loads, says "ready", waits for a line, reads every file, and
prints how many seconds of processor time that took.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402 - after Django is set up

from documents.domain.schema_spec import SchemaSpec  # noqa: E402
from documents.models import Page  # noqa: E402
from extraction.context import DetectionContext, DocumentContext, PageContext, SubDocumentContext  # noqa: E402
from extraction.pipeline import PAGE_PIPELINE, step_named, with_result  # noqa: E402
from extraction.rehearsal import judge  # noqa: E402
from extraction.runner.contexts import limits, page_summary  # noqa: E402
from extraction.runner.contexts import parser as sandbox  # noqa: E402
from extraction.runner.engines import ocr_engine  # noqa: E402
from extraction.runner.pages import encode_image  # noqa: E402
from extraction.worker import preload  # noqa: E402
from idp_project.core.sandbox import operations  # noqa: E402


class _Parser:
    """A FileParser in this very process."""

    def __init__(self, path: str) -> None:
        descriptor = os.open(path, os.O_RDONLY)
        self._opened = operations.OpenedFile(descriptor, sandbox().limits.for_request())
        os.close(descriptor)

    def inspect(self, path: str) -> dict[str, Any]:
        return next(operations.inspect(self._opened)).values

    def page_sizes(self, path: str) -> list[tuple[float, float]]:
        sizes: list[tuple[float, float]] = next(operations.page_sizes(self._opened)).values["sizes"]
        return sizes

    def render(self, path: str, page_number: int, dpi: int) -> Any:
        return next(operations.render(self._opened, page_number, dpi)).arrays[0]

    def read_text_layer(self, path: str, page_number: int) -> dict[str, Any]:
        return next(operations.read_text_layer(self._opened, page_number)).values


def main() -> None:
    work = json.loads(Path(sys.argv[1]).read_text())
    schemas = [SchemaSpec.from_dict(schema) for schema in work["schemas"]]
    preload()
    with tempfile.TemporaryDirectory() as images:
        _document(work["files"][0], schemas, Path(images))  # loads what is loaded on first use
        print("ready", flush=True)
        sys.stdin.readline()
        began = time.process_time()
        for path in work["files"]:
            _document(path, schemas, Path(images))
        print(time.process_time() - began, flush=True)


def _document(path: str, schemas: list[SchemaSpec], images: Path) -> None:
    parser = _Parser(path)
    kind = "application/pdf" if path.endswith(".pdf") else "image/jpeg"
    document = DocumentContext(path, Path(path).name, kind, "", Path(path).stat().st_size, limits(), parser)
    step_named("metadata").function(document)
    sizes = step_named("page_split").function(document).pages
    pages = tuple(_page(path, kind, size.number, len(sizes), parser, schemas, images) for size in sizes)
    found = step_named("subdocument_detection").function(DetectionContext(pages, schemas))
    for part in found.sub_documents:
        schema = next((spec for spec in schemas if spec.key == part.schema_key), None)
        own = pages[part.first_page - 1 : part.last_page]
        context = SubDocumentContext(part.first_page, part.last_page, schema, own, part.type_score, part.boundary_score)
        judge(context)


def _page(
    path: str, kind: str, number: int, count: int, parser: _Parser, schemas: list[SchemaSpec], images: Path
) -> Any:
    context = PageContext(
        path=path,
        content_type=kind,
        page_number=number,
        page_count=count,
        limits=limits(),
        parser=parser,
        ocr=ocr_engine(settings.OCR_ENGINE),
        llm=None,
        llms={},
        schemas=schemas,
        render_dpi=settings.RENDER_DPI,
        view_dpi=settings.VIEW_DPI,
        facts={},
    )
    result: Any = None
    for step in PAGE_PIPELINE:
        result = step.function(context)
        if result.image is not None:
            (images / f"{number}-{step.name.value}.jpg").write_bytes(encode_image(result.image))
        context = with_result(context, step, result)
    extraction = {
        "candidates": [candidate.to_dict() for candidate in result.candidates],
        "rows": [row.to_dict() for row in result.rows],
    }
    is_blank = bool(context.facts["classify_page"].get("is_blank"))
    return page_summary(Page(number=number, facts=context.facts, extraction=extraction, is_blank=is_blank))


if __name__ == "__main__":
    main()
