"""Arithmetic as evidence when values are chosen: of several readings, those that add up are preferred."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import product

from documents.domain.numbers import to_decimal
from documents.domain.schema_spec import CheckKind, CheckSpec, SchemaSpec
from documents.domain.values import FieldCandidate, MergedField

_TRIED = 4  # candidates of each field
_SUMS = (CheckKind.SUM_EQUALS, CheckKind.NET_OR_GROSS)
_LARGEST_LOSS = 0.9  # of summed score that a consistent choice may cost


def prefer_consistent(fields: Sequence[MergedField], schema: SchemaSpec) -> list[MergedField]:
    """Reorders candidates so that checks of sums hold, where plausible candidates make them hold."""
    by_name = {field.field: field for field in fields}
    for check in schema.checks:
        if check.kind in _SUMS and all(name in by_name and by_name[name].candidates for name in check.fields):
            by_name |= _best_choice(check, [by_name[name] for name in check.fields])
    return [by_name[field.field] for field in fields]


def _best_choice(check: CheckSpec, fields: Sequence[MergedField]) -> dict[str, MergedField]:
    chosen = [field.candidates[0] for field in fields]
    if holds(check, chosen):
        return {}
    best: tuple[float, tuple[FieldCandidate, ...]] | None = None
    for choice in product(*(field.candidates[:_TRIED] for field in fields)):
        score = sum(candidate.score for candidate in choice)
        if (best is None or score > best[0]) and adds_up(choice, check.tolerance) and _is_not_trivial(choice):
            best = score, choice
    if best is None or sum(candidate.score for candidate in chosen) - best[0] > _LARGEST_LOSS:
        return {}
    return {field.field: _with_first(field, candidate) for field, candidate in zip(fields, best[1], strict=True)}


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
    evidence = candidate.evidence | {"arithmetic": 1.0}
    return replace(field, candidates=(replace(candidate, evidence=evidence), *rest))
