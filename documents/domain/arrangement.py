"""Rearranging a stack: which of its sub-documents stay as they are, change, come or go when a person moves boundaries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from idp_project.core.errors import InvalidInput

DOUBTFUL_CUT = 0.70  # a cut that was made with less certainty needs a person
DOUBTFUL_NO_CUT = 0.30  # so does one that was not made though this much spoke for it


def is_split_doubtful(boundary_score: float, page_scores: Mapping[str, float]) -> bool:
    """Whether a person has to say if a sub-document's pages belong together; scores are 0..1, as detected."""
    return boundary_score < DOUBTFUL_CUT or max(page_scores.values(), default=0.0) >= DOUBTFUL_NO_CUT


@dataclass(frozen=True)
class WantedPart:
    """Pages `first_page..last_page` (both included) as one sub-document.

    `keeps_type`: of the type it has so far; else `schema_id` is its type, None for unknown.
    """

    first_page: int
    last_page: int
    keeps_type: bool = True
    schema_id: UUID | None = None


@dataclass(frozen=True)
class PresentPart:
    """A sub-document as it is."""

    id: UUID
    first_page: int
    last_page: int
    schema_id: UUID | None


@dataclass(frozen=True)
class Plan:
    """`changed` by the id of the sub-document that takes the wanted pages; `removed` by id, with who takes over its work."""

    untouched: tuple[UUID, ...]
    changed: Mapping[UUID, WantedPart]
    created: tuple[WantedPart, ...]
    removed: Mapping[UUID, UUID]

    @property
    def touched(self) -> frozenset[UUID]:
        return frozenset(self.changed) | frozenset(self.removed)


def check_partition(wanted: Sequence[WantedPart], page_count: int) -> None:
    """Raises InvalidInput unless the parts take every page exactly once, in order."""
    following = 1
    for part in wanted:
        if part.first_page != following or part.last_page < part.first_page:
            raise InvalidInput("Every page must belong to exactly one part, in order.", code="no_partition")
        following = part.last_page + 1
    if following != page_count + 1:
        raise InvalidInput(f"The parts must take all {page_count} pages.", code="no_partition")


def plan_arrangement(present: Sequence[PresentPart], wanted: Sequence[WantedPart]) -> Plan:
    """A wanted part is taken over by the present one that shares most pages with it, each by one at most."""
    same = {(part.first_page, part.last_page): part for part in present}
    untouched = [
        same[key].id for part in wanted if (key := (part.first_page, part.last_page)) in same and _fits(part, same[key])
    ]
    free = [part for part in present if part.id not in untouched]
    kept_ranges = {(part.first_page, part.last_page) for part in present if part.id in untouched}
    open_parts = [part for part in wanted if (part.first_page, part.last_page) not in kept_ranges]
    changed = _take_over(free, open_parts)
    created = tuple(part for part in open_parts if part not in changed.values())
    gone = [part for part in free if part.id not in changed]
    removed = {part.id: _heir(part, changed) for part in gone}
    return Plan(tuple(untouched), changed, created, removed)


def _fits(wanted: WantedPart, present: PresentPart) -> bool:
    return wanted.keeps_type or wanted.schema_id == present.schema_id


def _take_over(free: Sequence[PresentPart], wanted: Sequence[WantedPart]) -> dict[UUID, WantedPart]:
    shared = [
        (_overlap(part, one), -one.first_page, -part.first_page, one, part)
        for one in wanted
        for part in free
        if _overlap(part, one)
    ]
    changed: dict[UUID, WantedPart] = {}
    for _, _, _, one, part in sorted(shared, key=lambda item: item[:3], reverse=True):
        if part.id not in changed and one not in changed.values():
            changed[part.id] = one
    return changed


def _heir(part: PresentPart, changed: Mapping[UUID, WantedPart]) -> UUID:
    """Who has most of its pages now: a part is removed only because others took all of its pages."""
    return max(changed, key=lambda other: _overlap(part, changed[other]))


def _overlap(part: PresentPart, wanted: WantedPart) -> int:
    return max(0, min(part.last_page, wanted.last_page) - max(part.first_page, wanted.first_page) + 1)
