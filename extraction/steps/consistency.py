"""Arithmetic as evidence when values are chosen: of several readings, those that add up are preferred."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations, product

from documents.domain.adjustments import Adjustment, explain_difference
from documents.domain.field_roles import role_of
from documents.domain.field_types.roles import Role
from documents.domain.numbers import to_decimal, write_number
from documents.domain.reading_notes import CHOSEN_BY_SUM, LINES_ADDED
from documents.domain.schema_spec import CheckKind, CheckSpec, SchemaSpec
from documents.domain.values import FieldCandidate, MergedField
from documents.domain.words import Words
from idp_project.core.geometry import enclosing_box

_TRIED = 4  # candidates of each field
_SUMS = (CheckKind.SUM_EQUALS, CheckKind.NET_OR_GROSS)
_LARGEST_LOSS = 0.9  # of summed score that a consistent choice may cost
_LABELLED = 0.6  # a value with that much of a label gives way only to another that has one too
_LEAST_LABEL = 0.2  # of a line of tax: "State tax 4 %", "PST 7 %"
_MOST_LINES = 4


def prefer_consistent(
    fields: Sequence[MergedField], schema: SchemaSpec, words: Words, adjustments: Sequence[Adjustment] = ()
) -> list[MergedField]:
    """Reorders candidates so that checks of sums hold, where plausible candidates make them hold; several lines of tax
    become one amount. What stands at its printed label is never outvoted: arithmetic decides between labels, and among
    values without one. Values that add up with the printed `adjustments` stay.
    """
    by_name = {field.field: field for field in fields if not field.item}
    for check in schema.checks:
        if check.kind in _SUMS and all(name in by_name and by_name[name].candidates for name in check.fields):
            mine = [by_name[name] for name in check.fields]
            if not _holds_with(check, mine, adjustments):
                by_name |= _best_choice(check, mine) or _summed_taxes(check, mine, schema, words)
    return [by_name.get(field.field, field) for field in fields]


def _holds_with(check: CheckSpec, fields: Sequence[MergedField], adjustments: Sequence[Adjustment]) -> bool:
    """Whether the chosen amounts add up with some of what else is printed beside the sums."""
    numbers = [to_decimal(field.candidates[0].value) for field in fields]
    *addends, total = (number for number in numbers if number is not None)
    if len(addends) + 1 < len(numbers):
        return False
    parts = [addends] if check.kind is CheckKind.SUM_EQUALS else [addends, addends[:-1]]
    tolerance = Decimal(str(check.tolerance))
    return any(explain_difference(total - sum(some, Decimal(0)), adjustments, tolerance) for some in parts)


def _best_choice(check: CheckSpec, fields: Sequence[MergedField]) -> dict[str, MergedField]:
    chosen = [field.candidates[0] for field in fields]
    if holds(check, chosen):
        return {}
    best: tuple[float, tuple[FieldCandidate, ...]] | None = None
    for choice in product(*(field.candidates[:_TRIED] for field in fields)):
        if any(_outvotes_label(candidate, first) for candidate, first in zip(choice, chosen, strict=True)):
            continue
        score = sum(candidate.score for candidate in choice)
        if (
            (best is None or score > best[0])
            and adds_up(choice, check.tolerance)
            and (_is_not_trivial(choice) or _closes_the_sum(choice, chosen))
        ):
            best = score, choice
    if best is None or sum(candidate.score for candidate in chosen) - best[0] > _LARGEST_LOSS:
        return {}
    return {field.field: _with_first(field, candidate) for field, candidate in zip(fields, best[1], strict=True)}


def _outvotes_label(candidate: FieldCandidate, chosen: FieldCandidate) -> bool:
    """Whether another value than the one at the printed label would win, which has less of a label."""
    label = chosen.evidence.get("label", 0.0)
    has_label = label >= _LEAST_LABEL and candidate is not chosen
    return has_label and candidate.evidence.get("label", 0.0) < min(label, _LABELLED)


def _closes_the_sum(choice: Sequence[FieldCandidate], chosen: Sequence[FieldCandidate]) -> bool:
    """Whether only one amount is another than the one chosen before, and it has a label of its own: then the others prove it,
    which speak for themselves.
    """
    changed = [other for other, first in zip(choice, chosen, strict=True) if other is not first]
    kept = [first for other, first in zip(choice, chosen, strict=True) if other is first]
    if len(changed) != 1 or changed[0].evidence.get("label", 0.0) < _LEAST_LABEL:
        return False
    return all(to_decimal(other.value) and other.evidence.get("label", 0.0) >= _LEAST_LABEL for other in kept)


def holds(check: CheckSpec, choice: Sequence[FieldCandidate]) -> bool:
    """Whether the amounts add up, where the check allows it also without the tax before the total."""
    if adds_up(choice, check.tolerance):
        return True
    return check.kind is CheckKind.NET_OR_GROSS and adds_up((*choice[:-2], choice[-1]), check.tolerance)


def adds_up(choice: Sequence[FieldCandidate], tolerance: float) -> bool:
    """Whether all but the last add up to the last; False where one is no number."""
    numbers = [to_decimal(candidate.value) for candidate in choice]
    known = [number for number in numbers if number is not None]
    return len(known) == len(numbers) and abs(sum(known[:-1]) - known[-1]) <= Decimal(str(tolerance))


def _is_not_trivial(choice: Sequence[FieldCandidate]) -> bool:
    """0 + 5 = 5 proves nothing: the same amount found under two names."""
    return all(to_decimal(candidate.value) for candidate in choice)


def _with_first(field: MergedField, candidate: FieldCandidate) -> MergedField:
    rest = tuple(other for other in field.candidates if other is not candidate)
    evidence, place, first = candidate.evidence | {"arithmetic": 1.0}, candidate.provenance, field.candidates[0]
    if candidate is not first:
        place = place.noting(CHOSEN_BY_SUM(text=first.raw_text))
    return replace(field, candidates=(replace(candidate, evidence=evidence, provenance=place), *rest))


def _summed_taxes(
    check: CheckSpec, fields: Sequence[MergedField], schema: SchemaSpec, words: Words
) -> dict[str, MergedField]:
    """The tax as the sum of its lines, where two to four lines of tax are what the other amounts leave."""
    tax = next((field for field in fields if role_of(schema.field_named(field.field), words) is Role.TAX), None)
    chosen = [field.candidates[0] for field in fields]
    if tax is None or tax is fields[-1] or holds(check, chosen):
        return {}
    others = [field.candidates[0] for field in fields if field is not tax]
    known = [to_decimal(other.value) for other in others]
    if any(number is None for number in known) or any(other.evidence.get("label", 0.0) < _LABELLED for other in others):
        return {}
    *addends, total = [number for number in known if number is not None]
    left = total - sum(addends, Decimal(0))
    lines = [c for c in tax.candidates if c.evidence.get("label", 0.0) >= _LEAST_LABEL and to_decimal(c.value)]
    for count in range(2, min(_MOST_LINES, len(lines)) + 1):
        for parts in combinations(lines, count):
            summed = sum((to_decimal(part.value) or Decimal(0) for part in parts), Decimal(0))
            if abs(summed - left) <= Decimal(str(check.tolerance)) and _are_apart(parts):
                return {tax.field: replace(tax, candidates=(_summed(parts, summed), *tax.candidates))}
    return {}


def _are_apart(parts: Sequence[FieldCandidate]) -> bool:
    places = [part.provenance for part in parts]
    tops = {round(place.polygon.bounding_box.center[1], 3) for place in places if place.polygon}
    return len({place.page_number for place in places}) == 1 and len(tops) == len(parts)


def _summed(parts: Sequence[FieldCandidate], value: Decimal) -> FieldCandidate:
    """One candidate for several lines, around all of them."""
    first = min(parts, key=lambda part: part.provenance.polygon.bounding_box.top if part.provenance.polygon else 0.0)
    polygons = [part.provenance.polygon for part in parts if part.provenance.polygon]
    place = replace(first.provenance, polygon=enclosing_box(polygons).to_polygon(), span=None)
    evidence = {name: min(part.evidence.get(name, 0.0) for part in parts) for name in first.evidence}
    raw_text = " + ".join(part.raw_text for part in parts)
    score = max(part.score for part in parts)
    return replace(
        first,
        raw_text=raw_text,
        value=write_number(value),
        score=score,
        provenance=place.noting(LINES_ADDED(text=raw_text)),
        evidence=evidence | {"arithmetic": 1.0},
    )
