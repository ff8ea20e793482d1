"""What a step may know: frozen values, engines and files as ports. No database, no Django.

The runner builds a context, calls the step's function with it and persists what comes back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, Self

from documents.domain.adjustments import Adjustment, adjustments_of
from documents.domain.auto_approval import NOT_EARNED, TypeRule
from documents.domain.document_kinds import DocumentKind, KindEvidence, decide_kinds
from documents.domain.e_invoice.model import EInvoice
from documents.domain.e_invoice_kinds import kinds_of_e_invoice
from documents.domain.fingerprint import Fingerprint
from documents.domain.found_e_invoice import FoundEInvoice
from documents.domain.learned import LearnedDocument
from documents.domain.listed import EntriesOf
from documents.domain.schema_spec import SchemaSpec
from documents.domain.sender_notation import SenderNotation
from documents.domain.substance import Substance
from documents.domain.values import CandidateRow, CheckResult, FieldCandidate, MergedField, MergedRow
from documents.domain.words import Words, built_in_words
from idp_project.core.errors import IdpError
from idp_project.core.isolation.client import Attachment
from idp_project.core.page_text import PageText
from idp_project.core.reasons import Reason

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from idp_project.core.geometry import Polygon
    from idp_project.core.scripts import Script
    from idp_project.providers.llm.base import LanguageModel
    from idp_project.providers.ocr.base import OcrEngine
    from idp_project.providers.ocr.script_classifier import ScriptVote


class ScriptEngine(Protocol):
    """An engine that reads pages, and single lines with paper around them."""

    def recognize(self, image: NDArray[Any]) -> PageText: ...

    def recognize_line(self, image: NDArray[Any]) -> PageText: ...


class ScriptPort(Protocol):
    """What page steps ask where a page's print was not read: `idp_project.providers.ocr.script_readers`."""

    def first_reading(self, image: NDArray[Any]) -> PageText: ...

    def tell(self, image: NDArray[Any], places: Sequence[Polygon]) -> ScriptVote | None: ...

    def engine_for(self, script: Script, *, has_latin: bool = False) -> ScriptEngine: ...


class FileParser(Protocol):
    """The sandbox, as steps see it. Raises PermanentFailure with a code of the closed list, or TransientFailure."""

    def inspect(self, path: str) -> dict[str, Any]: ...

    def page_sizes(self, path: str) -> list[tuple[float, float]]: ...

    def render(self, path: str, page_number: int, dpi: int) -> NDArray[Any]: ...

    def read_text_layer(self, path: str, page_number: int) -> dict[str, Any]: ...

    def read_attachments(self, path: str) -> list[Attachment]: ...


@dataclass(frozen=True)
class Limits:
    """Enforced before decoding."""

    max_bytes: int
    max_pages: int
    max_page_pixels: int


@dataclass(frozen=True)
class UploadContext:
    """For upload. `scan` gives the name of what a virus scanner found, or an empty text; None: there is no scanner.
    `convert` gives the PDF of an office document or an e-mail; None: the file is read as it is."""

    scan: Callable[[], str] | None
    convert: Callable[[], bytes] | None


@dataclass(frozen=True)
class DocumentContext:
    """For the steps whose unit is a document. `path` is what is read of it on local disk: the stored original, or the PDF
    that was made of it; `message_path` is the e-mail itself, where it is one. `read_e_invoice` gives the electronic invoice that
    the file carries or is; `read_signatures` those of a PDF."""

    path: str
    file_name: str
    content_type: str
    sha256: str
    size_bytes: int
    limits: Limits
    parser: FileParser
    message_path: str = ""
    read_e_invoice: Callable[[], FoundEInvoice | None] | None = None
    read_signatures: Callable[[], Sequence[Mapping[str, Any]]] | None = None


@dataclass(frozen=True)
class PageContext:
    """For the page steps. A later step finds in `image`, `page_text`, `facts` what earlier ones produced.

    `image` is RGB uint8, height × width × 3, upright once classify_page and enhance have passed. `facts` holds the small
    JSON outputs of the earlier page steps by step name. `schemas` are the candidates for the page's type: the one the
    batch names, or all published ones the team may use. `llm` is the language model unless a schema names its own: then
    `llms` has it by the schema's key, or why it has no model. Without `scripts` no page is read by another engine.
    """

    path: str
    content_type: str
    page_number: int
    page_count: int
    limits: Limits
    parser: FileParser
    ocr: OcrEngine
    llm: LanguageModel | None
    llms: Mapping[str, LanguageModel | IdpError | None]
    schemas: Sequence[SchemaSpec]
    render_dpi: int
    view_dpi: int
    facts: dict[str, dict[str, Any]]
    image: NDArray[Any] | None = None
    page_text: PageText | None = None
    text_layer: dict[str, Any] | None = None
    words: Words = field(default_factory=built_in_words)
    scripts: ScriptPort | None = None


@dataclass(frozen=True)
class PageSummary:
    """What is known of one page when boundaries are looked for and candidates are merged.

    `fingerprint` is None for a page without words. `kinds`: what the page says that its document is; `role` says what the
    page is if it is no page of a document (`PageRole`). `edges` are the first and last lines of its running text, as its
    facts keep them, None where no field stands in sentences. `unread` says why a person has to look at a
    page whose print was hardly read. `adjustments` are labelled amounts beside the sums, `head` is
    the text of its first lines.
    """

    number: int
    schema_key: str | None
    type_score: float
    is_first_page: float
    is_blank: bool
    failure: Reason | None
    candidates: tuple[FieldCandidate, ...]
    rows: tuple[CandidateRow, ...]
    text_confidence: float | None
    text_source: str
    identifiers: dict[str, str]
    fingerprint: Fingerprint | None = None
    kinds: tuple[KindEvidence, ...] = ()
    substance: Substance = field(default_factory=Substance)
    role: str = ""
    documents: int = 1
    edges: Mapping[str, Any] | None = None
    unread: Reason | None = None
    adjustments: tuple[Adjustment, ...] = ()
    head: str = ""

    @classmethod
    def of(
        cls,
        number: int,
        facts: Mapping[str, Any],
        *,
        is_blank: bool | None = None,
        failure: Reason | None = None,
        candidates: Iterable[FieldCandidate] = (),
        rows: Iterable[CandidateRow] = (),
    ) -> Self:
        """From the facts of the page's steps, by step; steps that have not run are left out. `is_blank`: as its own step says
        unless given."""
        page_type, read = facts.get("page_type", {}), facts.get("read_text", {})
        unread, fingerprint = read.get("unread"), page_type.get("fingerprint")
        if is_blank is None:
            is_blank = bool(facts.get("classify_page", {}).get("is_blank"))
        return cls(
            number=number,
            schema_key=page_type.get("schema_key"),
            type_score=float(page_type.get("type_score") or 0.0),
            is_first_page=float(page_type.get("is_first_page") or 0.0),
            is_blank=is_blank,
            failure=failure,
            candidates=tuple(candidates),
            rows=tuple(rows),
            text_confidence=read.get("mean_confidence"),
            text_source=read.get("source", ""),
            identifiers=dict(page_type.get("identifiers") or {}),
            fingerprint=Fingerprint.from_dict(fingerprint) if fingerprint else None,
            kinds=tuple(KindEvidence.from_dict(item) for item in page_type.get("kinds", ())),
            substance=Substance.from_dict(page_type.get("substance") or {}),
            role=page_type.get("role") or "",
            documents=int(page_type.get("documents") or 1),
            edges=facts.get("extract_fields", {}).get("edges"),
            unread=Reason.from_dict(unread) if unread else None,
            adjustments=adjustments_of(facts.get("extract_fields", {}).get("adjustments")),
            head=facts.get("extract_fields", {}).get("head") or "",
        )


@dataclass(frozen=True)
class Origin:
    """Where a file came from, as far as that tells what it is. `brought`: how many documents came with it; `is_portfolio`: a
    PDF that is there to carry them; `is_picture_of_message`: a small picture that came with an e-mail; `is_office`: written in
    an office program, all of it by one hand; `is_e_invoice`: its pages were made of XML."""

    is_message: bool = False
    is_e_invoice: bool = False
    is_portfolio: bool = False
    is_picture_of_message: bool = False
    is_office: bool = False
    brought: int = 0


@dataclass(frozen=True)
class DetectionContext:
    """For subdocument_detection: all pages of a document, failed and blank ones included, in order. `e_invoice_kind`: what its
    electronic invoice says that it is, where it has one."""

    pages: tuple[PageSummary, ...]
    schemas: Sequence[SchemaSpec]
    origin: Origin = field(default_factory=Origin)
    e_invoice_kind: DocumentKind | None = None


@dataclass(frozen=True)
class LeadingInvoice:
    """The electronic invoice that leads a sub-document; `texts` are its pages as read, by number. `is_whole_file`: the pages
    were made of the XML, so that they prove nothing."""

    invoice: EInvoice
    is_whole_file: bool = False
    texts: Mapping[int, PageText] = field(default_factory=dict)


@dataclass(frozen=True)
class SubDocumentContext:
    """For merge, field_validation and confidence_check. `schema` is None for a sub-document of unknown type.

    Both the system (`is_auto_approval_on`) and the type (`type_rule`) have to allow the automatic route.

    `page_scores`: page number to how much spoke for a boundary before it; `is_arranged`: a person set its pages or type;
    `is_read_again`: a person had it read under a newer version;
    `is_repaired`: the file was damaged and is read as rebuilt. `document_reasons`: what else of the file needs a person.
    `adjustments`: what is printed beside its sums, once it is merged. `ask_sender` gives, for pairs of a field and its value
    that the sender is known by, how its approved documents are written; `ask_memory` gives what decided documents teach
    that share one of the keys, `read_text` a page's text, `entries_of` the master data that a field names. None: nobody can
    be asked.
    """

    first_page: int
    last_page: int
    schema: SchemaSpec | None
    pages: tuple[PageSummary, ...]
    type_score: float
    boundary_score: float
    fields: tuple[MergedField, ...] = ()
    rows: tuple[MergedRow, ...] = ()
    checks: tuple[CheckResult, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    is_auto_approval_on: bool = True
    type_rule: TypeRule = NOT_EARNED
    page_scores: Mapping[int, float] = field(default_factory=dict)
    words: Words = field(default_factory=built_in_words)
    is_arranged: bool = False
    is_read_again: bool = False
    is_repaired: bool = False
    document_reasons: tuple[Reason, ...] = ()
    ask_sender: Callable[[Sequence[tuple[str, str]]], SenderNotation] | None = None
    ask_memory: Callable[[Sequence[str]], Sequence[LearnedDocument]] | None = None
    read_text: Callable[[int], PageText | None] | None = None
    entries_of: EntriesOf | None = None
    leading: LeadingInvoice | None = None

    @property
    def kinds(self) -> tuple[KindEvidence, ...]:
        """What the sub-document is beside its type, by what its pages say, what counts most first; where an electronic
        invoice leads, by its type code."""
        printed = decide_kinds([page.kinds for page in self.pages if not page.failure])
        return kinds_of_e_invoice(self.leading.invoice, self.first_page, printed) if self.leading else printed
