"""Which candidates behind the chosen one could be the field's value instead: not what another field or a table's row owns."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from documents.domain.field_types.registry import field_type
from documents.domain.schema_spec import FieldSpec
from documents.domain.values import FieldCandidate, MergedField, MergedRow
from idp_project.core.geometry import BoundingBox

_SAME_PLACE = 0.7  # of the smaller box
_OF_ROWS = ""  # no field has that name


@dataclass(frozen=True)
class _Claim:
    owner: str
    box: BoundingBox
    score: float


Claims = Mapping[int, Sequence[_Claim]]


def claims_of(fields: Sequence[MergedField], rows: Sequence[MergedRow]) -> Claims:
    """By page: the places that fields and cells have chosen. A cell is its row's, whatever stands in it."""
    found: dict[int, list[_Claim]] = {}
    for field in fields:
        if field.chosen and (box := _box_of(field.chosen)):
            found.setdefault(field.chosen.provenance.page_number, []).append(
                _Claim(field.field, box, field.chosen.score)
            )
    for cell in (cell for row in rows for cell in row.cells):
        if cell.chosen and (box := _box_of(cell.chosen)):
            found.setdefault(cell.chosen.provenance.page_number, []).append(_Claim(_OF_ROWS, box, 1.0))
    return found


def with_rivals(field: MergedField, spec: FieldSpec, claims: Claims) -> tuple[FieldCandidate, ...]:
    """The chosen candidate, and those behind it whose place no other field or row has more right to. A table may end with
    sums, so its cells do not take amounts away; a value that is a part of others' values, as a currency is, has them all.
    """
    if field_type(spec.type).shares_places:
        return field.candidates
    owners = {_OF_ROWS} if field_type(spec.type).cell_kind.is_numeric else set()
    owners.add(field.field)
    return tuple(
        candidate
        for number, candidate in enumerate(field.candidates)
        if number == 0 or not _is_claimed(candidate, owners, claims)
    )


def is_same_place(one: FieldCandidate, other: FieldCandidate) -> bool:
    """More or fewer words of one place."""
    first, second = _box_of(one), _box_of(other)
    if first is None or second is None or one.provenance.page_number != other.provenance.page_number:
        return False
    return _is_within(first, second)


def _is_claimed(candidate: FieldCandidate, but: Collection[str], claims: Claims) -> bool:
    box = _box_of(candidate)
    return box is not None and any(
        claim.owner not in but and claim.score >= candidate.score and _is_within(box, claim.box)
        for claim in claims.get(candidate.provenance.page_number, ())
    )


def _is_within(one: BoundingBox, other: BoundingBox) -> bool:
    smaller, larger = sorted((one, other), key=lambda box: box.width * box.height)
    inside = min(smaller.bottom, larger.bottom) - max(smaller.top, larger.top)
    return smaller.horizontal_overlap(larger) >= _SAME_PLACE and inside >= _SAME_PLACE * smaller.height


def _box_of(candidate: FieldCandidate) -> BoundingBox | None:
    polygon = candidate.provenance.polygon
    return polygon.bounding_box if polygon else None
