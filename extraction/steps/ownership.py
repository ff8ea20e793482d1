"""Who owns a place: one printed value belongs to one field, two parties are two, and what nothing speaks for is absent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from documents.domain.field_roles import SUM_ROLES, role_of
from documents.domain.field_types.registry import field_type
from documents.domain.numbers import has_decimals, is_numeric
from documents.domain.reading_notes import PLACE_OF_ANOTHER
from documents.domain.schema_spec import FieldSpec, SchemaSpec
from documents.domain.values import FieldCandidate, MergedField, MergedRow
from documents.domain.words import Words
from idp_project.core.geometry import BoundingBox

_LABEL_SHARE = 0.5  # what a label adds to the score when two fields claim one place
_BOTH_LABELLED = 0.4  # "Order no. / Your reference": then a place may serve two fields
_BESIDE = 0.3  # strength of a label in the line
_SAME_PLACE = 0.6  # of the smaller box
_NUMBERS_OF_PRICED = 2  # of a row of goods: a quantity or a price, and an amount
_LEAST = 0.3  # score: below it the best of nothing is nothing


@dataclass(frozen=True)
class _Claim:
    spec: FieldSpec
    candidate: FieldCandidate

    @property
    def strength(self) -> float:
        return self.candidate.score + _LABEL_SHARE * self.candidate.evidence.get("label", 0.0)


def settle_owners(fields: Sequence[MergedField], schema: SchemaSpec) -> list[MergedField]:
    """Each field's best candidate whose place and party no other field has more right to. The others stay behind it; a field
    that is left without one is absent, and what it was refused is kept.
    """
    specs = {spec.name: spec for spec in schema.fields}
    waiting = {number: 0 for number, field in enumerate(fields) if field.candidates and not _is_list(field)}
    owned: list[_Claim] = []
    chosen: dict[int, int] = {}
    while waiting:
        claims = {
            number: _Claim(specs[fields[number].field], fields[number].candidates[at]) for number, at in waiting.items()
        }
        number = max(claims, key=lambda each: (claims[each].strength, -each))
        at = waiting.pop(number)
        if not any(_excludes(owner, claims[number]) for owner in owned):
            owned.append(claims[number])
            chosen[number] = at
        elif at + 1 < len(fields[number].candidates):
            waiting[number] = at + 1
    return [_settled(field, chosen.get(number)) for number, field in enumerate(fields)]


def without_cells(
    fields: Sequence[MergedField], rows: Sequence[MergedRow], schema: SchemaSpec, words: Words
) -> list[MergedField]:
    """A cell of a table is its row's, even below a head that is spelled like a field's label; not where the field's label
    stands beside it in the line, and not of sums, which a table may end with. What is a part of the text of a priced row is
    the row's even with such words before it: "Ordner A4" is no order number.
    """
    cells = _boxes_by_page([cell.chosen for row in rows for cell in row.cells if cell.chosen])
    texts = _boxes_by_page(list(_priced_texts(rows)))
    sums = {spec.name for spec in schema.fields if role_of(spec, words) in SUM_ROLES}
    return [field if field.field in sums or _is_list(field) else _without(field, cells, texts) for field in fields]


def _priced_texts(rows: Sequence[MergedRow]) -> Iterator[FieldCandidate]:
    """Cells of several words in rows with two numbers and more, one of them with decimals."""
    for row in rows:
        chosen = [cell.chosen for cell in row.cells if cell.chosen]
        numbers = [each.raw_text for each in chosen if is_numeric(each.raw_text)]
        if len(numbers) >= _NUMBERS_OF_PRICED and any(has_decimals(text) for text in numbers):
            yield from (each for each in chosen if not is_numeric(each.raw_text) and len(each.raw_text.split()) > 1)


def _boxes_by_page(candidates: Sequence[FieldCandidate]) -> dict[int, list[BoundingBox]]:
    boxes: dict[int, list[BoundingBox]] = {}
    for candidate in candidates:
        if candidate.provenance.polygon:
            boxes.setdefault(candidate.provenance.page_number, []).append(candidate.provenance.polygon.bounding_box)
    return boxes


def _without(
    field: MergedField, cells: Mapping[int, Sequence[BoundingBox]], texts: Mapping[int, Sequence[BoundingBox]]
) -> MergedField:
    kept = tuple(candidate for candidate in field.candidates if not _is_cells(candidate, cells, texts))
    if len(kept) == len(field.candidates):
        return field
    refused = tuple(candidate for candidate in field.candidates if candidate not in kept)
    if kept and kept[0] is not field.candidates[0]:
        kept = (_instead_of(field.candidates[0], kept[0]), *kept[1:])
    return replace(field, candidates=kept, refused=(*field.refused, *refused))


def _is_cells(
    candidate: FieldCandidate, cells: Mapping[int, Sequence[BoundingBox]], texts: Mapping[int, Sequence[BoundingBox]]
) -> bool:
    if candidate.evidence.get("label_right", 0.0) >= _BESIDE:
        return _is_in_one_of(candidate, texts)
    return candidate.evidence.get("label_above", 0.0) >= _BESIDE and _is_in_one_of(candidate, cells)


def _instead_of(refused: FieldCandidate, chosen: FieldCandidate) -> FieldCandidate:
    """The chosen one with a note of the likelier one that it stands for."""
    note = PLACE_OF_ANOTHER(text=refused.raw_text)
    return replace(chosen, provenance=chosen.provenance.noting(note))


def _is_in_one_of(candidate: FieldCandidate, cells: Mapping[int, Sequence[BoundingBox]]) -> bool:
    polygon = candidate.provenance.polygon
    box = polygon.bounding_box if polygon else None
    return box is not None and any(
        shared_area(box, cell) >= _SAME_PLACE for cell in cells.get(candidate.provenance.page_number, ())
    )


def without_the_best_of_nothing(fields: Sequence[MergedField]) -> list[MergedField]:
    """Fields whose best candidate hardly anything speaks for, not even a sum, become absent."""
    return [_absent(field) if field.chosen and _is_nothing(field.chosen) else field for field in fields]


def _is_nothing(candidate: FieldCandidate) -> bool:
    return candidate.score < _LEAST and not candidate.evidence.get("arithmetic")


def _is_list(field: MergedField) -> bool:
    return bool(field.item)


def _settled(field: MergedField, at: int | None) -> MergedField:
    if not field.candidates or _is_list(field) or at == 0:
        return field
    if at is None:
        return _absent(field)
    others = [candidate for number, candidate in enumerate(field.candidates) if number != at]
    return replace(field, candidates=(_instead_of(field.candidates[0], field.candidates[at]), *others))


def _absent(field: MergedField) -> MergedField:
    return replace(field, candidates=(), refused=(*field.candidates, *field.refused))


def _excludes(owner: _Claim, claim: _Claim) -> bool:
    mine, other = field_type(owner.spec.type), field_type(claim.spec.type)
    if mine.shares_places or other.shares_places:
        return False
    if mine.names_somebody and other.names_somebody and _party(owner) == _party(claim):
        return True
    if min(each.candidate.evidence.get("label", 0.0) for each in (owner, claim)) >= _BOTH_LABELLED:
        return False
    return _is_same_place(owner.candidate, claim.candidate)


def _party(claim: _Claim) -> str:
    return field_type(claim.spec.type).merge_key(claim.candidate.value or claim.candidate.raw_text)


def _is_same_place(one: FieldCandidate, other: FieldCandidate) -> bool:
    first, second = one.provenance, other.provenance
    if first.page_number != second.page_number or first.polygon is None or second.polygon is None:
        return False
    return shared_area(first.polygon.bounding_box, second.polygon.bounding_box) >= _SAME_PLACE


def shared_area(one: BoundingBox, other: BoundingBox) -> float:
    """How much of the smaller box both have, 0..1."""
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    smaller = min(one.width * one.height, other.width * other.height)
    return width * height / smaller if width > 0 and height > 0 and smaller else 0.0
