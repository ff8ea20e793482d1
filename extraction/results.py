"""What steps return: frozen, picklable values that the runner persists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from documents.domain.adjustments import Adjustment
from documents.domain.found_e_invoice import FoundEInvoice
from documents.domain.page_layout import PageLayout
from documents.domain.page_reading import PageReading
from documents.domain.sender_notation import SenderNotation
from documents.domain.statuses import Route
from documents.domain.values import CandidateRow, CheckResult, FieldCandidate, MergedField, MergedRow
from idp_project.core.isolation.client import Attachment
from idp_project.core.page_text import PageText
from idp_project.core.reasons import Reason

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class UploadResult:
    """`pdf`: what was made of an office document, to be read in its place."""

    is_scanned: bool
    pdf: bytes | None = None


@dataclass(frozen=True)
class MetadataResult:
    """`facts`: page_count, format, encryption, producer, language, title; JSON values only."""

    facts: dict[str, Any]


@dataclass(frozen=True)
class PageSize:
    """Of one page, in PDF points (1/72 inch) after its own rotation; images count a pixel at their own resolution."""

    number: int
    width: float
    height: float


@dataclass(frozen=True)
class SplitResult:
    """`attachments` are the files that an e-mail or an electronic invoice brought along."""

    pages: tuple[PageSize, ...]
    attachments: tuple[Attachment, ...] = ()
    e_invoice: FoundEInvoice | None = None


@dataclass(frozen=True)
class PageStepResult:
    """Of any page step: what it adds to the page.

    `facts` is the step's small JSON output, stored with its step run. `image` replaces the page's image;
    `page_text` is set by read_text, `candidates`, `rows` and `reading` (everything that could have been a candidate, with
    its evidence) by extract_fields; `layout` by layout; `text_layer` (the parser's
    raw answer) stays in memory for later steps.
    """

    facts: dict[str, Any] = field(default_factory=dict)
    image: NDArray[Any] | None = None
    page_text: PageText | None = None
    text_layer: dict[str, Any] | None = None
    candidates: tuple[FieldCandidate, ...] = ()
    rows: tuple[CandidateRow, ...] = ()
    reading: PageReading | None = None
    layout: PageLayout | None = None

    def extraction(self) -> dict[str, Any]:
        """Candidates and rows as the page keeps them."""
        return {
            "candidates": [candidate.to_dict() for candidate in self.candidates],
            "rows": [row.to_dict() for row in self.rows],
        }


@dataclass(frozen=True)
class DetectedSubDocument:
    """Contiguous pages `first_page..last_page` (both included) of one type; None: of no known type.

    `boundary_score` (0..1) is how sure the cut before `first_page` is; the first one's is 1. `page_scores` says the same of
    the pages after it, before which no cut was made. `is_blank` marks what belongs to no document, which `aside` explains:
    blank sheets, separator sheets, covering texts of e-mails.
    """

    first_page: int
    last_page: int
    schema_key: str | None
    type_score: float
    boundary_score: float
    page_scores: Mapping[int, float] = field(default_factory=dict)
    is_blank: bool = False
    aside: Reason | None = None


@dataclass(frozen=True)
class DetectionResult:
    """A partition of the document's pages, in order."""

    sub_documents: tuple[DetectedSubDocument, ...]


@dataclass(frozen=True)
class MergeResult:
    """One MergedField per field of the schema (without candidates where nothing was found), of a list one per item; and all
    table rows. `sender`: how the sender's approved documents are written, where it was asked and told something.
    `adjustments`: labelled amounts beside the sums that are no value of a field or cell.
    """

    fields: tuple[MergedField, ...]
    rows: tuple[MergedRow, ...]
    sender: SenderNotation = field(default_factory=SenderNotation)
    adjustments: tuple[Adjustment, ...] = ()


@dataclass(frozen=True)
class ValidationResult:
    checks: tuple[CheckResult, ...]


@dataclass(frozen=True)
class ConfidenceResult:
    """Fields and rows with confidence and reasons; `reasons` are the sub-document's own (page failed, type unsure).

    `is_in_range`: it would be approved automatically if the gate were open.
    """

    fields: tuple[MergedField, ...]
    rows: tuple[MergedRow, ...]
    route: Route
    reasons: tuple[Reason, ...]
    is_in_range: bool = False
