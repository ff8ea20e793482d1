"""Rearranging a stack: which of its sub-documents stay as they are, change, come or go when a person moves boundaries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID

from documents.domain.refusals import (
    PAGES_APPROVED,
    PAGES_AT_WORK,
    PAGES_CANCELLED,
    PAGES_CHANGED_MEANWHILE,
    PAGES_EACH_ONCE,
    PAGES_LEFT_OUT,
    PAGES_OUT_OF_ORDER,
    PAGES_REJECTED,
)
from documents.domain.statuses import MOVABLE_SUB_DOCUMENT_STATUSES, SubDocumentStatus
from idp_project.core.errors import Conflict, InvalidInput
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
    already, and is read under the newest version of it; its pages stay as they are. `has_other_pages`: what stands on its pages
    is not what stood there before.
    """

    first_page: int
    last_page: int
    keeps_type: bool = True
    schema_id: UUID | None = None
    reads_again: bool = False
    has_other_pages: bool = False


@dataclass(frozen=True)
class WantedPage:
    """A page at its new place: which it is, the place at which the sender saw it, the quarter turns clockwise from how they saw
    it (0..3), and whether it is set aside: it stays in its place, and nothing of it is read."""

    id: UUID
    number: int
    turn: int = 0
    is_set_aside: bool = False


@dataclass(frozen=True)
class PresentPage:
    """A page as it is."""

    id: UUID
    number: int
    is_set_aside: bool


@dataclass(frozen=True)
class PagesPlan:
    """What is done to pages. `order`: the present number of the page at each place; `moved`: new number by page, of those that
    change places; `turned`: quarter turns by page."""

    order: tuple[int, ...]
    moved: Mapping[UUID, int]
    turned: Mapping[UUID, int]
    set_aside: tuple[UUID, ...]
    brought_back: tuple[UUID, ...]
    places: frozenset[int]

    def marked(self, wanted: Sequence[WantedSubDocument]) -> list[WantedSubDocument]:
        """The wanted sub-documents, each told whether something on its pages changes."""
        return [
            replace(one, has_other_pages=any(one.first_page <= place <= one.last_page for place in self.places))
            for one in wanted
        ]


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


_Shared = Callable[[PresentSubDocument, WantedSubDocument], int]


def check_partition(wanted: Sequence[WantedSubDocument], page_count: int) -> None:
    """Raises InvalidInput unless the sub-documents take every page exactly once, in order."""
    following = 1
    for sub_document in wanted:
        if sub_document.first_page != following or sub_document.last_page < sub_document.first_page:
            raise InvalidInput(PAGES_OUT_OF_ORDER(), code="no_partition")
        following = sub_document.last_page + 1
    if following != page_count + 1:
        raise InvalidInput(PAGES_LEFT_OUT(pages=page_count), code="no_partition")


def plan_pages(present: Sequence[PresentPage], wanted: Sequence[WantedPage]) -> PagesPlan:
    """What makes the present pages the wanted ones, which are all of them, each once. InvalidInput where they are not, Conflict
    where the sender saw them at other places."""
    known = {page.id: page for page in present}
    if len(wanted) != len(known) or {page.id for page in wanted} != set(known):
        raise InvalidInput(PAGES_EACH_ONCE(), code="pages_each_once")
    if any(known[page.id].number != page.number for page in wanted):
        raise Conflict(PAGES_CHANGED_MEANWHILE(), code="changed_meanwhile")
    places = {page.id: place for place, page in enumerate(wanted, start=1)}
    moved = {page.id: places[page.id] for page in wanted if places[page.id] != page.number}
    turned = {page.id: page.turn % 4 for page in wanted if page.turn % 4}
    aside = {page.id: page.is_set_aside for page in wanted if page.is_set_aside != known[page.id].is_set_aside}
    return PagesPlan(
        order=tuple(page.number for page in wanted),
        moved=moved,
        turned=turned,
        set_aside=tuple(page_id for page_id, is_aside in aside.items() if is_aside),
        brought_back=tuple(page_id for page_id, is_aside in aside.items() if not is_aside),
        places=frozenset(places[page_id] for page_id in {*moved, *turned, *aside}),
    )


def plan_arrangement(
    present: Sequence[PresentSubDocument], wanted: Sequence[WantedSubDocument], order: Sequence[int] = ()
) -> Plan:
    """The present sub-document that shares most pages with a wanted one becomes it, each one at most. `order` is that of a
    PagesPlan where pages change places."""
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
    shared = partial(_overlap, order=order)
    changed = _take_over(free, open_sub_documents, shared)
    created = tuple(sub_document for sub_document in open_sub_documents if sub_document not in changed.values())
    gone = [sub_document for sub_document in free if sub_document.id not in changed]
    removed = {sub_document.id: _heir(sub_document, changed, shared) for sub_document in gone}
    return Plan(tuple(untouched), changed, created, removed)


def _fits(wanted: WantedSubDocument, present: PresentSubDocument) -> bool:
    return (
        not wanted.reads_again
        and not wanted.has_other_pages
        and (wanted.keeps_type or wanted.schema_id == present.schema_id)
    )


def _take_over(
    free: Sequence[PresentSubDocument], wanted: Sequence[WantedSubDocument], shared: _Shared
) -> dict[UUID, WantedSubDocument]:
    pairs = [
        (pages, -one.first_page, -sub_document.first_page, one, sub_document)
        for one in wanted
        for sub_document in free
        if (pages := shared(sub_document, one))
    ]
    changed: dict[UUID, WantedSubDocument] = {}
    for _, _, _, one, sub_document in sorted(pairs, key=lambda item: item[:3], reverse=True):
        if sub_document.id not in changed and one not in changed.values():
            changed[sub_document.id] = one
    return changed


def _heir(sub_document: PresentSubDocument, changed: Mapping[UUID, WantedSubDocument], shared: _Shared) -> UUID:
    """The one that has most of its pages now: a sub-document is removed only if others took all of its pages."""
    return max(changed, key=lambda other: shared(sub_document, changed[other]))


def _overlap(sub_document: PresentSubDocument, wanted: WantedSubDocument, order: Sequence[int] = ()) -> int:
    """How many pages they share."""
    if order:
        taken = order[wanted.first_page - 1 : wanted.last_page]
        return sum(sub_document.first_page <= number <= sub_document.last_page for number in taken)
    return max(0, min(sub_document.last_page, wanted.last_page) - max(sub_document.first_page, wanted.first_page) + 1)
