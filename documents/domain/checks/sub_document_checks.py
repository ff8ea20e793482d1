"""All checks of one sub-document: every value against its own rules, then values against each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from documents.domain.adjustments import Adjustment
from documents.domain.checks.checked_values import CheckedValues
from documents.domain.checks.cross_checks import check_across
from documents.domain.checks.present_values import PresentRow, PresentValue, cell_name, present_items
from documents.domain.checks.value_checks import check_value
from documents.domain.field_types.base import PdbColumn
from documents.domain.field_types.registry import field_type
from documents.domain.numbers import to_decimal, write_number
from documents.domain.reasons import REQUIRED_MISSING, TABLE_EMPTY
from documents.domain.schema_spec import FieldSpec, SchemaSpec
from documents.domain.values import CheckOutcome, CheckResult
from idp_project.core.reasons import Reason

_NOT_PASSED = frozenset({CheckOutcome.FAILED, CheckOutcome.MISSING})


def check_values(
    schema: SchemaSpec,
    fields: Mapping[str, PresentValue],
    rows: Sequence[PresentRow],
    adjustments: Sequence[Adjustment] = (),
) -> tuple[CheckResult, ...]:
    """The results of all checks that apply, passed ones included. Of those that did not pass `reason` is for people.

    `fields` maps a field's name, or that of a list's item (`item_name`), to what stands there; fields and items without a
    value are left out. `adjustments` are what the document prints beside its sums.
    """
    return tuple(_all_checks(schema, fields, rows, adjustments))


def failed_among(results: Iterable[CheckResult]) -> tuple[CheckResult, ...]:
    """Those that failed, in their order."""
    return tuple(result for result in results if result.outcome is CheckOutcome.FAILED)


def not_passed_among(results: Iterable[CheckResult]) -> tuple[CheckResult, ...]:
    """Those that failed or could not be made: none of them may be approved automatically."""
    return tuple(result for result in results if result.outcome in _NOT_PASSED)


def reasons_by_name(results: Iterable[CheckResult]) -> dict[str, list[Reason]]:
    """By the name of a field, cell or column: what its failed checks say."""
    found: dict[str, list[Reason]] = {}
    for result in failed_among(results):
        for name in result.fields:
            found.setdefault(name, []).extend(filter(None, [result.reason]))
    return found


def notes_by_name(results: Iterable[CheckResult]) -> dict[str, list[Reason]]:
    """By the name of the total that a check is about: what else than its parts was counted."""
    found: dict[str, list[Reason]] = {}
    for result in results:
        if result.notes:
            found.setdefault(result.fields[-1], []).extend(result.notes)
    return {name: list(dict.fromkeys(notes)) for name, notes in found.items()}


def with_failed_checks(reasons: Sequence[Reason], results: Iterable[CheckResult]) -> list[Reason]:
    """Reasons why a person should look: the given ones, then what checks say that did not pass; each once."""
    return list(dict.fromkeys([*reasons, *(result.reason for result in not_passed_among(results) if result.reason)]))


def _all_checks(
    schema: SchemaSpec,
    fields: Mapping[str, PresentValue],
    rows: Sequence[PresentRow],
    adjustments: Sequence[Adjustment],
) -> Iterator[CheckResult]:
    for spec in schema.fields:
        yield from _field_checks(spec, present_items(fields, spec.name), schema.locale)
    for table in schema.tables:
        mine = [row for row in rows if row.table == table.name]
        if table.is_required and not mine:
            yield CheckResult("required", CheckOutcome.FAILED, (table.name,), TABLE_EMPTY(label=table.label))
        yield from _row_checks(table.columns, mine, schema.locale)
    whole = {spec.name: value for spec in schema.fields if (value := _whole(spec, present_items(fields, spec.name)))}
    for check in schema.checks:
        yield from check_across(check, CheckedValues(schema, whole, rows, adjustments))


def _field_checks(spec: FieldSpec, present: Mapping[str, PresentValue], locale: str) -> Iterator[CheckResult]:
    """Of the one value, or of each item of a list; one item is enough for a list that is required."""
    items = {name: value for name, value in present.items() if value.raw_text.strip()}
    if spec.is_required and not items:
        yield CheckResult("required", CheckOutcome.FAILED, (spec.name,), REQUIRED_MISSING(label=spec.label))
    elif spec.is_required:
        yield CheckResult("required", CheckOutcome.PASSED, (spec.name,))
    for name, value in items.items():
        yield from check_value(spec, name, value, locale)


def _whole(spec: FieldSpec, items: Mapping[str, PresentValue]) -> PresentValue | None:
    """What checks across fields take a field for: its value; of a list of numbers their sum, of another list nothing."""
    if not spec.is_list:
        return items.get(spec.name)
    numbers = [to_decimal(item.value) for item in items.values()]
    is_numeric = field_type(spec.type).pdb_column is PdbColumn.NUMBER
    known = [number for number in numbers if number is not None]
    if not is_numeric or not known or len(known) < len(numbers):
        return None
    text = write_number(sum(known, Decimal(0)))
    return PresentValue(text, text)


def _row_checks(columns: Sequence[FieldSpec], rows: Sequence[PresentRow], locale: str) -> Iterator[CheckResult]:
    by_name = {column.name: column for column in columns}
    for row in rows:
        for name, present in row.cells.items():
            if name in by_name:
                yield from check_value(by_name[name], cell_name(row.table, row.number, name), present, locale)
