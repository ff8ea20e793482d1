"""Making the demonstration's record: generated documents through the pipeline's own steps, compared with their true values.

The documents are born-digital PDFs with a text layer, like most of the packet; scans and photographs take the same gate and
have to reach the same thresholds. The seeds are not those of the packet.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from accounts.domain.preferences import DEFAULT_THRESHOLD
from documents.domain.auto_approval import HELD_OPEN
from documents.domain.earned.digests import extractor_of
from documents.domain.earned.record import DemonstrationRecord, Outcome, TypeRecord
from documents.domain.field_types.registry import field_type
from documents.domain.pipeline import PIPELINE
from documents.domain.schema_spec import FieldSpec, SchemaSpec
from documents.domain.values import MergedField
from documents.selectors.earned import demonstration_record
from extraction.context import DetectionContext, Limits, PageContext, PageSummary, SubDocumentContext
from extraction.pipeline import FUNCTIONS, score, with_result
from extraction.results import ConfidenceResult, PageStepResult
from extraction.steps.subdocument_detection import detect_sub_documents
from idp_project.core.isolation.client import Sandbox
from idp_project.operations.demo.organization import shipped_schemas
from idp_project.operations.samples.generator import Recipe, Sample, make_sample

FIRST_SEED = 100_000
DOCUMENTS = 400  # of each type
COMPARED = 40  # of each type, by `make test-all`


def make_record(documents: int = DOCUMENTS, *, processes: int = 2, types: Collection[str] = ()) -> DemonstrationRecord:
    """Records those types of the demonstration, or all; takes minutes."""
    with ProcessPoolExecutor(processes) as pool:
        return DemonstrationRecord(
            {
                spec.key: _type_record(spec, "".join(pool.map(outcome_of, *_seeds(spec, documents))))
                for spec in schemas()
                if not types or spec.key in types
            }
        )


def compare(record: DemonstrationRecord, documents: int, *, processes: int = 2) -> list[str]:
    """What differs between the record and the first documents of each type, read now; empty for nothing."""
    fresh = make_record(documents, processes=processes)
    found = []
    for key, now in fresh.types.items():
        then = record.types.get(key)
        if then is None or (then.model, then.calibrator) != (now.model, now.calibrator):
            found.append(f"{key}: the record is of another extractor; run `make demo-record`")
        elif then.outcomes[:documents] != now.outcomes:
            found.append(f"{key}: recorded {then.outcomes[:documents]}, read {now.outcomes}")
    return found


def outdated(record: DemonstrationRecord | None) -> list[str]:
    """The types whose record is of another extractor than that of today; without reading anything."""
    today = {spec.key: _extractor(spec) for spec in schemas()}
    known = record.types if record else {}
    return [
        key
        for key, extractor in today.items()
        if key not in known or (known[key].model, known[key].calibrator) != (extractor.model, extractor.calibrator)
    ]


@cache
def schemas() -> tuple[SchemaSpec, ...]:
    """Those of the demonstration, as the pipeline takes them."""
    return tuple(replace(spec, threshold=_threshold(spec)) for spec in shipped_schemas())


def _threshold(spec: SchemaSpec) -> float:
    """A new demonstration has the system's own threshold, which is the default."""
    return DEFAULT_THRESHOLD if spec.threshold is None else spec.threshold


def _extractor(spec: SchemaSpec) -> Any:
    return extractor_of(spec, threshold=DEFAULT_THRESHOLD)


def _type_record(spec: SchemaSpec, outcomes: str) -> TypeRecord:
    extractor = _extractor(spec)
    return TypeRecord(extractor.model, extractor.calibrator, FIRST_SEED, outcomes)


def _seeds(spec: SchemaSpec, documents: int) -> tuple[list[str], list[int]]:
    return [spec.key] * documents, list(range(FIRST_SEED, FIRST_SEED + documents))


def outcome_of(kind: str, seed: int) -> str:
    """An Outcome: of one generated document."""
    sample = make_sample(Recipe(kind, seed))
    return judge(sample, read_sample(sample)).value


def read_sample(sample: Sample) -> list[tuple[SubDocumentContext, ConfidenceResult]]:
    """Every sub-document of the sample's file, as the pipeline judges it with an open gate."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / sample.file_name
        path.write_bytes(sample.content)
        return list(_read(str(path)))


def judge(sample: Sample, found: Sequence[tuple[SubDocumentContext, ConfidenceResult]]) -> Outcome:
    """To a person where one of its sub-documents would go there; else whether all is as it was made."""
    if not found or not all(result.is_in_range for _, result in found):
        return Outcome.PERSON
    truths = sample.labels["sub_documents"]
    is_right = len(truths) == len(found) and all(
        _is_right(truth, context, result) for truth, (context, result) in zip(truths, found, strict=True)
    )
    return Outcome.RIGHT if is_right else Outcome.WRONG


def _is_right(truth: Mapping[str, Any], context: SubDocumentContext, result: ConfidenceResult) -> bool:
    schema = context.schema
    if schema is None or (schema.key, context.first_page, context.last_page) != (
        truth["type"],
        truth["first_page"],
        truth["last_page"],
    ):
        return False
    fields = {spec.name: [m for m in result.fields if m.field == spec.name] for spec in schema.fields}
    return all(
        _keys(spec, fields[spec.name]) == _true_keys(spec, truth["fields"].get(spec.name)) for spec in schema.fields
    ) and all(_rows_right(table.name, table.columns, truth, result) for table in schema.tables)


def _rows_right(table: str, columns: Sequence[FieldSpec], truth: Mapping[str, Any], result: ConfidenceResult) -> bool:
    rows = [row for row in result.rows if row.table == table]
    true_rows = truth["tables"].get(table, [])
    return len(rows) == len(true_rows) and all(
        _keys(column, [cell for cell in row.cells if cell.field == column.name])
        == _true_keys(column, true_row.get(column.name))
        for row, true_row in zip(rows, true_rows, strict=True)
        for column in columns
    )


def _keys(spec: FieldSpec, found: Sequence[MergedField]) -> list[str]:
    texts = [m.chosen.value if m.chosen.value is not None else m.chosen.raw_text for m in found if m.chosen]
    return sorted(field_type(spec.type).merge_key(text) for text in texts if text)


def _true_keys(spec: FieldSpec, true: Any) -> list[str]:
    texts = true if isinstance(true, list) else [true]
    return sorted(field_type(spec.type).merge_key(text) for text in texts if text)


def _read(path: str) -> Iterator[tuple[SubDocumentContext, ConfidenceResult]]:
    """Every sub-document of the file, blank sheets left out, as the pipeline judges it with an open gate."""
    pages = tuple(_read_pages(path))
    for part in detect_sub_documents(DetectionContext(pages, schemas())).sub_documents:
        if part.is_blank:
            continue
        context = SubDocumentContext(
            first_page=part.first_page,
            last_page=part.last_page,
            schema=next((spec for spec in schemas() if spec.key == part.schema_key), None),
            pages=pages[part.first_page - 1 : part.last_page],
            type_score=part.type_score,
            boundary_score=part.boundary_score,
            page_scores=part.page_scores,
            type_rule=HELD_OPEN,
        )
        yield context, score(context)


def _read_pages(path: str) -> Iterator[PageSummary]:
    sandbox = Sandbox()
    count = len(sandbox.page_sizes(path))
    for number in range(1, count + 1):
        context = _page_context(sandbox, path, number, count)
        result = PageStepResult()
        for step in PIPELINE.page_steps:
            result = FUNCTIONS[step.name](context)
            context = with_result(context, step, result)
        yield PageSummary.of(number, context.facts, candidates=result.candidates, rows=result.rows)


def _page_context(sandbox: Sandbox, path: str, number: int, count: int) -> PageContext:
    return PageContext(
        path=path,
        content_type="application/pdf",
        page_number=number,
        page_count=count,
        limits=Limits(settings.MAX_FILE_BYTES, settings.MAX_PAGES, settings.MAX_PAGE_PIXELS),
        parser=sandbox,
        ocr=None,  # type: ignore[arg-type]  # the text layer is read
        llm=None,
        llms={},
        schemas=schemas(),
        render_dpi=settings.RENDER_DPI,
        view_dpi=settings.VIEW_DPI,
        facts={},
    )


def write_record(record: DemonstrationRecord) -> None:
    """Writes the record to where the demonstration looks for it; types that it does not have stay as they were recorded."""
    before = demonstration_record()
    merged = DemonstrationRecord({**(before.types if before else {}), **record.types})
    Path(settings.DEMONSTRATION_RECORD).write_text(json.dumps(merged.to_dict(), indent=1) + "\n")
