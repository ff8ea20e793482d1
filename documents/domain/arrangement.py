"""Rearranging a stack: which of its sub-documents stay as they are, change, come or go when a person moves boundaries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from documents.domain.refusals import (
    PAGES_APPROVED,
    PAGES_AT_WORK,
    PAGES_CANCELLED,
    PAGES_LEFT_OUT,
    PAGES_OUT_OF_ORDER,
    PAGES_REJECTED,
)
from documents.domain.statuses import MOVABLE_SUB_DOCUMENT_STATUSES, SubDocumentStatus
from idp_project.core.errors import InvalidInput
from idp_project.core.reasons import Reason

DOUBTFUL_CUT = 0.70  # a cut that was made with less certainty needs a person
DOUBTFUL_NO_CUT = 0.30  # so does one that was not made though this much spoke for it
_FIXED = {
    SubDocumentStatus.PROCESSING: PAGES_AT_WORK,
    SubDocumentStatus.REJECTED: PAGES_REJECTED,
    SubDocumentStatus.CANCELLED: PAGES_CANCELLED,
}


def fixed_because(status: SubDocumentStatus, *, was_approved: bool) -> Reason | None:
    """Why nobody can change a sub-document's pages and type; None where a person can."""
    if status in MOVABLE_SUB_DOCUMENT_STATUSES and not was_approved:
        return None
    return _FIXED.get(status, PAGES_APPROVED)()


def is_split_doubtful(boundary_score: float, page_scores: Mapping[str, float]) -> bool:
    """Whether a person has to say if a sub-document's pages belong together; scores are 0..1, as detected."""
    return boundary_score < DOUBTFUL_CUT or max(page_scores.values(), default=0.0) >= DOUBTFUL_NO_CUT


@dataclass(frozen=True)
class WantedSubDocument:
    """Pages `first_page..last_page` (both included) as one sub-document.

    `keeps_type`: of the type it has so far; else `schema_id` is its type, None for unknown. `reads_again`: it has this type
    already, and is read under the newest version of it; its pages stay as they are.
    """

    first_page: int
    last_page: int
    keeps_type: bool = True
    schema_id: UUID | None = None
    reads_again: bool = False


@dataclass(frozen=True)
class PresentSubDocument:
    """A sub-document as it is."""

    id: UUID
    first_page: int
    last_page: int
    schema_id: UUID | None


@dataclass(frozen=True)
class Plan:
    """`changed` by the id of the sub-document that takes the wanted pages; `removed` by id, with who takes over its work."""

    untouched: tuple[UUID, ...]
    changed: Mapping[UUID, WantedSubDocument]
    created: tuple[WantedSubDocument, ...]
    removed: Mapping[UUID, UUID]

    @property
    def touched(self) -> frozenset[UUID]:
        return frozenset(self.changed) | frozenset(self.removed)


def check_partition(wanted: Sequence[WantedSubDocument], page_count: int) -> None:
    """Raises InvalidInput unless the sub-documents take every page exactly once, in order."""
    following = 1
    for sub_document in wanted:
        if sub_document.first_page != following or sub_document.last_page < sub_document.first_page:
            raise InvalidInput(PAGES_OUT_OF_ORDER(), code="no_partition")
        following = sub_document.last_page + 1
    if following != page_count + 1:
        raise InvalidInput(PAGES_LEFT_OUT(pages=page_count), code="no_partition")


def plan_arrangement(present: Sequence[PresentSubDocument], wanted: Sequence[WantedSubDocument]) -> Plan:
    """The present sub-document that shares most pages with a wanted one becomes it, each one at most."""
    same = {(sub_document.first_page, sub_document.last_page): sub_document for sub_document in present}
    untouched = [
        same[key].id
        for sub_document in wanted
        if (key := (sub_document.first_page, sub_document.last_page)) in same and _fits(sub_document, same[key])
    ]
    free = [sub_document for sub_document in present if sub_document.id not in untouched]
    kept_ranges = {
        (sub_document.first_page, sub_document.last_page) for sub_document in present if sub_document.id in untouched
    }
    open_sub_documents = [
        sub_document for sub_document in wanted if (sub_document.first_page, sub_document.last_page) not in kept_ranges
    ]
    changed = _take_over(free, open_sub_documents)
    created = tuple(sub_document for sub_document in open_sub_documents if sub_document not in changed.values())
    gone = [sub_document for sub_document in free if sub_document.id not in changed]
    removed = {sub_document.id: _heir(sub_document, changed) for sub_document in gone}
    return Plan(tuple(untouched), changed, created, removed)


def _fits(wanted: WantedSubDocument, present: PresentSubDocument) -> bool:
    return not wanted.reads_again and (wanted.keeps_type or wanted.schema_id == present.schema_id)


def _take_over(
    free: Sequence[PresentSubDocument], wanted: Sequence[WantedSubDocument]
) -> dict[UUID, WantedSubDocument]:
    shared = [
        (_overlap(sub_document, one), -one.first_page, -sub_document.first_page, one, sub_document)
        for one in wanted
        for sub_document in free
        if _overlap(sub_document, one)
    ]
    changed: dict[UUID, WantedSubDocument] = {}
    for _, _, _, one, sub_document in sorted(shared, key=lambda item: item[:3], reverse=True):
        if sub_document.id not in changed and one not in changed.values():
            changed[sub_document.id] = one
    return changed


def _heir(sub_document: PresentSubDocument, changed: Mapping[UUID, WantedSubDocument]) -> UUID:
    """The one that has most of its pages now: a sub-document is removed only if others took all of its pages."""
    return max(changed, key=lambda other: _overlap(sub_document, changed[other]))


def _overlap(sub_document: PresentSubDocument, wanted: WantedSubDocument) -> int:
    return max(0, min(sub_document.last_page, wanted.last_page) - max(sub_document.first_page, wanted.first_page) + 1)
