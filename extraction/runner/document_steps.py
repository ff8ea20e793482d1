"""A document's own steps: the rest of its upload, metadata, page_split and subdocument_detection."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import IO, Any
from uuid import UUID, uuid5

from django.conf import settings

from documents import progress, storage
from documents.domain.step_names import StepName
from documents.models import Document, Page, SubDocument
from documents.models.run import UnitKind
from documents.services import (
    IncomingFile,
    ReceivedFile,
    StoredPdf,
    attachments_create,
    attachments_discard,
    attachments_receive,
    document_content_set,
    pages_charge,
    pdf_discard,
    pdf_keep,
    pdf_store,
    step_runs_create,
    sub_documents_create,
)
from extraction import queries
from extraction.context import DetectionContext, DocumentContext, FileParser
from extraction.pipeline import (
    DOCUMENT_STEPS,
    EACH_PAGE,
    PAGE_PIPELINE,
    Step,
    step_named,
)
from extraction.results import DetectedSubDocument, DetectionResult, MetadataResult, PageSize, SplitResult
from extraction.runner.contexts import converter, input_hash, limits, page_summary
from extraction.runner.execution import Doing, Ending, UnitRun
from extraction.runner.loading import LoadedDocument, ReadOnClaim
from idp_project.core.errors import PermanentFailure
from idp_project.core.sandbox.errors import SandboxCode, refusal
from idp_project.core.sandbox.formats import format_of_type
from idp_project.core.virus_scan import INFECTED, scan

_SCANNED_BYTES = 2**16
JOINED_STEPS = tuple(step for step in DOCUMENT_STEPS if step.function is EACH_PAGE)


class DocumentWork:
    """A document's own steps from the named one on."""

    def __init__(self, organization_id: UUID, step_run_id: UUID, loaded: LoadedDocument, parser: FileParser) -> None:
        self._loaded, self._parser = loaded, parser
        self._unit = UnitRun(organization_id, loaded.id, self._doing, step_run_id=step_run_id)

    def begin(self) -> None:
        """Claims inside the current tenancy scope."""
        self._unit.begin()

    def run(self) -> bool:
        """Whether any of them came to an end, or to waiting: not where somebody else has it."""
        return bool(self._unit.run())

    def _doing(self, step: Step) -> Doing:
        doing = _DOINGS[StepName(step.name)](self._loaded, self._parser)
        return replace(doing, lock=lambda: queries.run("document_lock", document_id=self._loaded.id))


def _upload(loaded: LoadedDocument, _: FileParser) -> Doing:
    """What is left of receiving: the look of a virus scanner where one is set up, before anything parses the file, and then
    the PDF that is made of an office document."""
    document = loaded.document
    made: list[StoredPdf] = []

    def work() -> bool:
        is_scanned = _scan(document)
        if document.source_file.is_office_document:
            made.append(pdf_store(document, _converted(document)))
        return is_scanned

    def commit(is_scanned: bool) -> Ending:
        for pdf in made:
            pdf_keep(document, pdf)
        output = {"is_scanned": is_scanned, **({"is_converted": True} if made else {})}
        return Ending(output=output, input_hash=_file_hash(document))

    def discard(_: Ending) -> None:
        for pdf in made:
            pdf_discard(pdf)

    return Doing(work, commit, on_failure=discard, on_claim=_showing(document))


def _scan(document: Document) -> bool:
    """Whether there is a scanner; raises PermanentFailure where it finds something."""
    if not settings.CLAMD_URL:
        return False
    with _original(document) as file:
        chunks = iter(lambda: file.read(_SCANNED_BYTES), b"")
        found = scan(settings.CLAMD_URL, chunks, seconds=settings.CLAMD_SECONDS)
    if found:
        raise PermanentFailure(f"The virus scanner found “{found}” in this file. Do not open it.", code=INFECTED)
    return True


def _converted(document: Document) -> bytes:
    source = document.source_file
    with storage.local_path(source.storage_name) as path:
        return converter().convert(path, format_of_type(source.content_type))


def _metadata(loaded: LoadedDocument, parser: FileParser) -> Doing:
    document = loaded.document

    def commit(result: MetadataResult) -> Ending:
        document.metadata = result.facts
        document.save(update_fields=["metadata"])
        return Ending(output=result.facts, input_hash=_file_hash(document))

    return Doing(_on_file(document, StepName.METADATA, parser), commit, on_claim=_showing(document))


def _page_split(loaded: LoadedDocument, parser: FileParser) -> Doing:
    document = loaded.document
    split = _on_file(document, StepName.PAGE_SPLIT, parser)
    received: list[ReceivedFile] = []

    def work() -> SplitResult:
        result: SplitResult = split()
        files = [IncomingFile(attached.name, [attached.data]) for attached in result.attachments]
        received.extend(attachments_receive(document, files))
        return result

    def commit(result: SplitResult) -> Ending:
        pages_charge(document.organization_id, len(result.pages))
        _create_pages(document, result)
        output = {"pages": len(result.pages)}
        if received:
            attachments_create(document, received)
            output["attachments"] = len(received)
        return Ending(output=output, input_hash=_file_hash(document))

    def discard(_: Ending) -> None:
        attachments_discard(received)

    return Doing(work, commit, on_failure=discard, on_claim=_showing(document))


def _detection(loaded: LoadedDocument, _: FileParser) -> Doing:
    document = loaded.document
    version_ids: dict[str, UUID] = {}
    read = ReadOnClaim(lambda: (loaded.candidates, list(document.pages.defer("text").order_by("number"))))

    def begin() -> None:
        read.now()
        _showing(document)()

    def work() -> object:
        specs, rows = read.found
        _check_readable(rows)
        pages = tuple(page_summary(page) for page in rows)
        version_ids.update((spec.key, version_id) for version_id, spec in specs)
        return step_named("subdocument_detection").function(DetectionContext(pages, [spec for _, spec in specs]))

    def commit(result: DetectionResult) -> Ending:
        parts = [sub_document_of(document, part, version_ids) for part in result.sub_documents]
        sub_documents_create(document, document.run.id, parts)
        document_content_set(document)
        found = [[part.first_page, part.last_page, part.schema_key] for part in result.sub_documents]
        return Ending(output={"sub_documents": found}, input_hash=input_hash(pages=found))

    return Doing(work, commit, on_claim=begin)


def _check_readable(pages: Sequence[Page]) -> None:
    """Without a single readable page there is nothing to detect: the first page says why."""
    if all(page.error_code for page in pages):
        first = pages[0]
        reason = f"No page could be read. Page {first.number}: {first.error_message}"
        raise PermanentFailure(reason, code=first.error_code)


_DOINGS: dict[StepName, Callable[[LoadedDocument, FileParser], Doing]] = {
    StepName.UPLOAD: _upload,
    StepName.METADATA: _metadata,
    StepName.PAGE_SPLIT: _page_split,
    StepName.SUBDOCUMENT_DETECTION: _detection,
}
OWN_STEPS = tuple(_DOINGS)


def _original(document: Document) -> IO[bytes]:
    try:
        return storage.original_open(document.source_file.storage_name)
    except FileNotFoundError:
        raise refusal(SandboxCode.FILE_MISSING) from None


def _showing(document: Document) -> Callable[[], None]:
    return lambda: progress.document_changed(document.organization_id, document.batch_id, document.id)


def _on_file(document: Document, name: StepName, parser: FileParser) -> Callable[[], Any]:
    source = document.source_file

    def work() -> Any:
        with storage.local_path(source.read_name) as path:
            return step_named(name.value).function(
                DocumentContext(
                    path, source.name, source.content_type, source.sha256, source.size_bytes, limits(), parser
                )
            )

    return work


def _file_hash(document: Document) -> str:
    return input_hash(file=document.source_file.sha256)


def page_of(document: Document, size: PageSize) -> Page:
    """A page as page_split makes it."""
    return Page(
        organization_id=document.organization_id,
        document=document,
        number=size.number,
        width_points=size.width,
        height_points=size.height,
    )


def sub_document_of(document: Document, part: DetectedSubDocument, version_ids: Mapping[str, UUID]) -> SubDocument:
    """A sub-document as its detection makes it, `version_ids` by schema key. Its id follows from the document's: read again
    after a restore, a document comes to the same records."""
    return SubDocument(
        id=uuid5(document.id, f"detected from page {part.first_page}"),
        schema_version_id=version_ids.get(part.schema_key or ""),
        first_page=part.first_page,
        last_page=part.last_page,
        is_blank=part.is_blank,
        type_score=part.type_score,
        boundary_score=part.boundary_score,
        page_scores={str(number): score for number, score in part.page_scores.items()},
    )


def _create_pages(document: Document, result: SplitResult) -> None:
    document.page_count = len(result.pages)
    document.save(update_fields=["page_count"])
    pages = Page.objects.bulk_create(page_of(document, size) for size in result.pages)
    page_steps = [step.name.value for step in PAGE_PIPELINE]
    step_runs_create(document.run.id, UnitKind.PAGE, [page.id for page in pages], page_steps)
    queries.run(
        "joined_steps_start",
        document_id=document.id,
        steps=[step.name.value for step in JOINED_STEPS],
        pages=len(pages),
    )
