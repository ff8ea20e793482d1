"""The same pipeline without leases, sandbox and checkpoints, for comparison: `python -m benchmarks.plain_pipeline` is a worker.

The same steps, queue, work horses, image files, database and messages to browsers; but a document is one job, its file is
parsed in the work horse, and what was found is written in one transaction at the end: a killed worker begins again.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import django

django.setup()

import django_rq  # noqa: E402 - after Django is set up
from django.conf import settings  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.selectors.system import system_settings  # noqa: E402
from documents import progress, storage  # noqa: E402
from documents.domain.auto_approval import NOT_EARNED  # noqa: E402
from documents.domain.pipeline import PIPELINE, StepName  # noqa: E402
from documents.domain.schema_spec import SchemaSpec  # noqa: E402
from documents.domain.statuses import DocumentStatus, Route, SubDocumentStatus  # noqa: E402
from documents.models import Document, Page, SchemaVersion, SubDocument  # noqa: E402
from documents.selectors.auto_approval import type_rule_of  # noqa: E402
from documents.selectors.schema_candidates import candidate_specs  # noqa: E402
from documents.services.intake.duplicates import document_content_set  # noqa: E402
from documents.services.intake.quotas import pages_charge  # noqa: E402
from extraction.context import (  # noqa: E402
    DetectionContext,
    DocumentContext,
    PageContext,
    SubDocumentContext,
)
from extraction.handover import approve_automatically, open_review_task  # noqa: E402
from extraction.pipeline import FUNCTIONS, score, with_result  # noqa: E402
from extraction.results import ConfidenceResult, DetectedSubDocument  # noqa: E402
from extraction.runner.contexts import limits, page_summary  # noqa: E402
from extraction.runner.contexts import parser as sandbox  # noqa: E402
from extraction.runner.document_executor import page_of, sub_document_of  # noqa: E402
from extraction.runner.engines import engines_for  # noqa: E402
from extraction.runner.page_executor import Equipment, encode_image, page_context  # noqa: E402
from extraction.runner.values import write_values  # noqa: E402
from extraction.worker import PreloadingWorker, preload  # noqa: E402
from idp_project.core.isolation import operations  # noqa: E402
from idp_project.core.tenancy import organization_scope  # noqa: E402

QUEUE = "plain"
_INDEXING = "plain-indexing"  # nobody's: indexing comes after all pages and is not measured, but to enqueue it is
_Judged = tuple[SubDocument, ConfidenceResult]

for name in (QUEUE, _INDEXING):
    settings.RQ_QUEUES[name] = dict(settings.RQ_QUEUES[settings.QUEUE_NAMES[0]])


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
    preload()
    worker = django_rq.get_worker(QUEUE, worker_class=PreloadingWorker)
    worker.log_job_description = False
    print("ready", flush=True)
    worker.work(logging_level="WARNING")


def document_enqueue(document: Document) -> None:
    django_rq.get_queue(QUEUE).enqueue(document_process, str(document.organization_id), str(document.id))


def document_process(organization_id: str, document_id: str) -> None:
    """The job: the whole document, until it is routed."""
    with organization_scope(UUID(organization_id), is_durable=False):
        document = Document.objects.select_related("source_file", "batch__schema", "batch__organization").get(
            id=document_id
        )
        versions = candidate_specs(document.batch)
        published = SchemaVersion.objects.filter(id__in=[each for each, _ in versions]).select_related("schema")
        rules = {version.schema.key: type_rule_of(version) for version in published}
        specs = [spec for _, spec in versions]
        engines = engines_for(document.batch, specs)
        system = system_settings()
        _show(document)
    threshold = system.auto_approval_threshold
    with storage.local_path(document.source_file.storage_name) as path:
        pages, facts = _read(document, path, Equipment(specs, engines))
    summaries = [page_summary(page) for page in pages]
    found = FUNCTIONS[StepName.SUBDOCUMENT_DETECTION](DetectionContext(summaries, specs))
    version_ids = {spec.key: version_id for version_id, spec in versions}
    judged = []
    for sub_document in found.sub_documents:
        spec = next((each for each in specs if each.key == sub_document.schema_key), None)
        if spec is not None and spec.threshold is None:
            spec = replace(spec, threshold=threshold)
        context = _sub_document_context(sub_document, spec, summaries, is_automatic=system.is_auto_approval_on)
        result = score(replace(context, type_rule=rules.get(sub_document.schema_key or "", NOT_EARNED)))
        judged.append((_sub_document(document, sub_document, version_ids, result), result))
    _store(document, facts, pages, judged)


def _read(document: Document, path: str, equipment: Equipment) -> tuple[list[Page], dict[str, Any]]:
    """The pages as they are to be stored, and the document's metadata."""
    parser, source = _Parser(path), document.source_file
    whole = DocumentContext(path, source.name, source.content_type, source.sha256, source.size_bytes, limits(), parser)
    facts: dict[str, Any] = FUNCTIONS[StepName.METADATA](whole).facts
    sizes = FUNCTIONS[StepName.PAGE_SPLIT](whole).pages
    document.page_count = len(sizes)
    pages = [page_of(document, size) for size in sizes]
    for page in pages:
        _read_page(page, page_context(page, document, path, parser, equipment))
    return pages, facts


def _read_page(page: Page, context: PageContext) -> None:
    result: Any = None
    for step in PIPELINE.page_steps:
        result = FUNCTIONS[step.name](context)
        if result.image is not None:
            name = storage.page_image_save(page.organization_id, encode_image(result.image))
            page.image_name, page.original_image_name = name, page.original_image_name or name
            page.height, page.width = result.image.shape[:2]
        if result.page_text is not None:
            page.text = result.page_text.to_dict()
        context = with_result(context, step, result)
    page.facts = dict(context.facts)
    page.is_blank = bool(page.facts["classify_page"].get("is_blank"))
    page.extraction = result.extraction()


def _sub_document_context(
    sub_document: DetectedSubDocument, spec: SchemaSpec | None, summaries: Sequence[Any], *, is_automatic: bool
) -> SubDocumentContext:
    return SubDocumentContext(
        sub_document.first_page,
        sub_document.last_page,
        spec,
        tuple(summaries[sub_document.first_page - 1 : sub_document.last_page]),
        sub_document.type_score,
        sub_document.boundary_score,
        page_scores=sub_document.page_scores,
        is_auto_approval_on=is_automatic,
    )


def _sub_document(
    document: Document, sub_document: DetectedSubDocument, version_ids: dict[str, UUID], result: ConfidenceResult
) -> SubDocument:
    known = [item.confidence for item in result.fields if item.confidence is not None]
    made = sub_document_of(document, sub_document, version_ids)
    made.organization_id, made.document, made.team_id = document.organization_id, document, document.team_id
    made.status = SubDocumentStatus.BLANK if sub_document.is_blank else SubDocumentStatus.PROCESSING
    made.route, made.reasons = result.route.value, list(result.reasons)
    made.confidence = min(known) if known else None
    return made


def _store(document: Document, facts: dict[str, Any], pages: Sequence[Page], judged: Sequence[_Judged]) -> None:
    """All that was found, and the routing; `finished_at` is when it was ready to be routed."""
    with organization_scope(document.organization_id):
        pages_charge(document.organization_id, len(pages))
        Page.objects.bulk_create(pages)
        SubDocument.objects.bulk_create(sub_document for sub_document, _ in judged)
        for sub_document, result in judged:
            write_values(sub_document, result)
        document_content_set(document)
        routed_at = timezone.now()
        for sub_document, result in judged:
            if not sub_document.is_blank:
                (approve_automatically if result.route is Route.AUTO else open_review_task)(sub_document.id)
        Document.objects.filter(id=document.id).update(
            metadata=facts, page_count=len(pages), status=DocumentStatus.IN_REVIEW, finished_at=routed_at
        )
        _show(document)
    django_rq.get_queue(_INDEXING).enqueue(document_process, str(document.organization_id), str(document.id))


def _show(document: Document) -> None:
    progress.document_changed(document.organization_id, document.batch_id, document.id)


if __name__ == "__main__":
    # As the module that jobs are named after, not as __main__.
    from benchmarks import plain_pipeline

    plain_pipeline.main()
