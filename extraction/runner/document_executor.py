"""A document's own steps: the rest of its upload, metadata, page_split and subdocument_detection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from typing import IO, Any
from uuid import UUID, uuid5

from django.conf import settings

from documents import storage
from documents.domain.document_kinds import DocumentKind
from documents.domain.pipeline import PIPELINE, Step, StepName, names_of
from documents.domain.reasons import NO_PAGE_READ
from documents.domain.statuses import StepStatus
from documents.models import Document, Page, SubDocument
from documents.models.run import UnitKind
from documents.services.approving.sub_documents import sub_documents_create
from documents.services.intake.attachments import attachments_create, attachments_discard, attachments_receive
from documents.services.intake.duplicates import document_content_set
from documents.services.intake.e_invoices import StoredXml, e_invoice_discard, e_invoice_keep, e_invoice_store
from documents.services.intake.office_pdfs import StoredPdf, pdf_discard, pdf_keep, pdf_store
from documents.services.intake.quotas import pages_charge
from documents.services.intake.receiving import IncomingFile, ReceivedFile
from documents.services.running.step_runs import step_runs_create
from extraction import queries
from extraction.context import DetectionContext, DocumentContext, Origin, UploadContext
from extraction.pipeline import FUNCTIONS
from extraction.results import DetectedSubDocument, DetectionResult, PageSize, SplitResult, UploadResult
from extraction.runner import e_invoices
from extraction.runner.contexts import converter, input_hash, limits, page_summary, parser
from extraction.runner.executor import UnitExecutor
from extraction.runner.failures import StepOutcome
from extraction.runner.loading import LoadedDocument
from extraction.runner.origins import origin_of
from idp_project.core.errors import PermanentFailure
from idp_project.core.files.errors import SandboxCode, refusal
from idp_project.core.files.formats import format_of_type
from idp_project.core.reasons import legacy
from idp_project.core.virus_scan import scan

_SCANNED_BYTES = 2**16


class DocumentExecutor(UnitExecutor):
    """The steps of one document, from the step run named. What they store outside the database is removed on failure."""

    def __init__(self, loaded: LoadedDocument, step_run_id: UUID) -> None:
        super().__init__(loaded.organization_id, loaded.id, step_run_id=step_run_id)
        self._loaded = loaded
        self._pages: list[Page] = []
        self._origin = Origin()
        self._pdf: StoredPdf | None = None
        self._attachments: list[ReceivedFile] = []
        self._xml: StoredXml | None = None
        self._e_invoice_kind: DocumentKind | None = None

    @property
    def document(self) -> Document:
        return self._loaded.document

    def calls_for_plan(self, status: StepStatus) -> bool:
        """Also where a step was given back: another one may be ready beside it."""
        return True

    def load(self, step: Step) -> None:
        self._loaded.show()
        if step.name is StepName.SUBDOCUMENT_DETECTION:
            self._pages = list(self.document.pages.defer("text").order_by("number"))
            self._origin = origin_of(self.document, self._pages)
            self._e_invoice_kind = e_invoices.kind_of(self.document)
            _ = self._loaded.candidates  # read now, in the transaction of the claim

    def execute_step(self, step: Step) -> Any:
        function = FUNCTIONS[step.name]
        if step.name is StepName.UPLOAD:
            return self._keep_pdf(function(self._upload_context()))
        if step.name is StepName.SUBDOCUMENT_DETECTION:
            return function(self._detection_context())
        with self._file_context() as context:
            result = function(context)
        if step.name is StepName.PAGE_SPLIT:
            files = [IncomingFile(attached.name, [attached.data]) for attached in result.attachments]
            self._attachments = attachments_receive(self.document, files)
            self._xml = e_invoice_store(self.document, result.e_invoice) if result.e_invoice else None
        return result

    def lock(self) -> None:
        queries.run("document_lock", document_id=self.unit_id)

    def write_result(self, step: Step, result: Any) -> StepOutcome:
        if step.name is StepName.SUBDOCUMENT_DETECTION:
            found = self._write_sub_documents(result)
            return StepOutcome(output={"sub_documents": found}, input_hash=input_hash(pages=found))
        return StepOutcome(
            output=self._write_file(step, result), input_hash=input_hash(file=self.document.source_file.sha256)
        )

    def fail(self, step: Step, outcome: StepOutcome) -> None:
        if step.name is StepName.UPLOAD and self._pdf is not None:
            pdf_discard(self._pdf)
        if step.name is StepName.PAGE_SPLIT:
            attachments_discard(self._attachments)
            if self._xml is not None:
                e_invoice_discard(self._xml)

    def _write_file(self, step: Step, result: Any) -> dict[str, Any]:
        """What a step found in the file itself; gives the step's output."""
        if step.name is StepName.UPLOAD:
            return self._write_upload(result)
        if step.name is StepName.PAGE_SPLIT:
            return self._write_pages(result)
        self.document.metadata = result.facts
        self.document.save(update_fields=["metadata"])
        return dict(result.facts)

    def _upload_context(self) -> UploadContext:
        is_converted = self.document.source_file.is_converted
        return UploadContext(self._scan if settings.CLAMD_URL else None, self._convert if is_converted else None)

    def _scan(self) -> str:
        with _original(self.document) as file:
            chunks = iter(lambda: file.read(_SCANNED_BYTES), b"")
            return scan(settings.CLAMD_URL, chunks, seconds=settings.CLAMD_SECONDS)

    def _convert(self) -> bytes:
        source = self.document.source_file
        with storage.local_path(source.storage_name) as path:
            if source.is_message:
                return parser().make_pdf(path)
            if source.is_e_invoice:
                return e_invoices.make_pdf(path)
            return converter().convert(path, format_of_type(source.content_type))

    def _keep_pdf(self, result: UploadResult) -> UploadResult:
        """Stored before the commit that names it."""
        if result.pdf is not None:
            self._pdf = pdf_store(self.document, result.pdf)
        return result

    def _write_upload(self, result: UploadResult) -> dict[str, Any]:
        if self._pdf is not None:
            pdf_keep(self.document, self._pdf)
        return {"is_scanned": result.is_scanned, **({"is_converted": True} if self._pdf else {})}

    @contextmanager
    def _file_context(self) -> Iterator[DocumentContext]:
        source = self.document.source_file
        message = storage.local_path(source.storage_name) if source.is_message else nullcontext("")
        with storage.local_path(source.read_name) as path, message as message_path:
            yield DocumentContext(
                path,
                source.name,
                source.content_type,
                source.sha256,
                source.size_bytes,
                limits(),
                self._loaded.parser,
                message_path,
                *e_invoices.readers_of(self.document, path),
            )

    def _write_pages(self, result: SplitResult) -> dict[str, Any]:
        pages_charge(self.organization_id, len(result.pages))
        _create_pages(self.document, result)
        found: dict[str, Any] = {"pages": len(result.pages)}
        if self._xml is not None:
            e_invoice_keep(self.document, self._xml)
            found["e_invoice"] = self._xml.found.file_name
        if self._attachments:
            attachments_create(self.document, self._attachments)
            found["attachments"] = len(self._attachments)
        return found

    def _detection_context(self) -> DetectionContext:
        _check_readable(self._pages)
        pages = tuple(page_summary(page) for page in self._pages)
        return DetectionContext(
            pages, [spec for _, spec in self._loaded.candidates], self._origin, self._e_invoice_kind
        )

    def _write_sub_documents(self, result: DetectionResult) -> list[list[Any]]:
        version_ids = {spec.key: version_id for version_id, spec in self._loaded.candidates}
        found = [sub_document_of(self.document, detected, version_ids) for detected in result.sub_documents]
        sub_documents_create(self.document, self.document.run.id, found)
        document_content_set(self.document)
        return [[detected.first_page, detected.last_page, detected.schema_key] for detected in result.sub_documents]


def _check_readable(pages: Sequence[Page]) -> None:
    """Without a single readable page there is nothing to detect: the first page says why."""
    if all(page.error_code for page in pages):
        first = pages[0]
        failure = first.error or legacy("")
        raise PermanentFailure(NO_PAGE_READ(page=first.number, failure=failure), code=first.error_code)


def _original(document: Document) -> IO[bytes]:
    try:
        return storage.original_open(document.source_file.storage_name)
    except FileNotFoundError:
        raise refusal(SandboxCode.FILE_MISSING) from None


def page_of(document: Document, size: PageSize) -> Page:
    """A page as page_split makes it."""
    return Page(
        organization_id=document.organization_id,
        document=document,
        number=size.number,
        width_points=size.width,
        height_points=size.height,
    )


def sub_document_of(document: Document, detected: DetectedSubDocument, version_ids: Mapping[str, UUID]) -> SubDocument:
    """A sub-document as its detection makes it, `version_ids` by schema key. Its id follows from the document's: read again
    after a restore, a document comes to the same records."""
    return SubDocument(
        id=uuid5(document.id, f"detected from page {detected.first_page}"),
        schema_version_id=version_ids.get(detected.schema_key or ""),
        first_page=detected.first_page,
        last_page=detected.last_page,
        is_blank=detected.is_blank,
        reasons=[detected.aside] if detected.aside else [],
        type_score=detected.type_score,
        boundary_score=detected.boundary_score,
        page_scores={str(number): score for number, score in detected.page_scores.items()},
    )


def _create_pages(document: Document, result: SplitResult) -> None:
    document.page_count = len(result.pages)
    document.save(update_fields=["page_count"])
    pages = Page.objects.bulk_create(page_of(document, size) for size in result.pages)
    step_runs_create(document.run.id, UnitKind.PAGE, [page.id for page in pages], PIPELINE.page_steps)
    joined = names_of(PIPELINE.joined_steps)
    queries.run("joined_steps_start", document_id=document.id, steps=joined, pages=len(pages))
