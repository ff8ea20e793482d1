"""All checks of one sub-document: every value against its own rules, then values against each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from documents.domain.checks.cross_checks import check_across
from documents.domain.checks.present_values import PresentRow, PresentValue, cell_name
from documents.domain.checks.value_checks import check_value
from documents.domain.schema_spec import FieldSpec, SchemaSpec
from documents.domain.values import CheckOutcome, CheckResult


def check_values(
    schema: SchemaSpec, fields: Mapping[str, PresentValue], rows: Sequence[PresentRow]
) -> tuple[CheckResult, ...]:
    """The results of all checks that apply, passed ones included. Messages are sentences for people.

    `fields` maps a field's name to what stands there; fields without a value are left out.
    """
    return tuple(_all_checks(schema, fields, rows))


def failed_among(results: Iterable[CheckResult]) -> tuple[CheckResult, ...]:
    """Those that failed, in their order."""
    return tuple(result for result in results if result.outcome is CheckOutcome.FAILED)


def messages_by_name(results: Iterable[CheckResult]) -> dict[str, list[str]]:
    """By the name of a field, cell or column: what its failed checks say."""
    found: dict[str, list[str]] = {}
    for result in failed_among(results):
        for name in result.fields:
            found.setdefault(name, []).append(result.message)
    return found


def with_failed_checks(reasons: Sequence[str], results: Iterable[CheckResult]) -> list[str]:
    """Reasons why a person should look: the given ones, then what failed checks say; each once."""
    return list(dict.fromkeys([*reasons, *(result.message for result in failed_among(results))]))


def _all_checks(
    schema: SchemaSpec, fields: Mapping[str, PresentValue], rows: Sequence[PresentRow]
) -> Iterator[CheckResult]:
    for spec in schema.fields:
        yield from _field_checks(spec, fields.get(spec.name), schema.locale)
    for table in schema.tables:
        mine = [row for row in rows if row.table == table.name]
        if table.is_required and not mine:
            yield CheckResult("required", CheckOutcome.FAILED, (table.name,), f"{table.label} has no rows.")
        yield from _row_checks(table.columns, mine, schema.locale)
    for check in schema.checks:
        yield from check_across(check, schema, fields, rows)


def _field_checks(spec: FieldSpec, present: PresentValue | None, locale: str) -> Iterator[CheckResult]:
    if present is None or not present.raw_text.strip():
        if spec.is_required:
            yield CheckResult(
                "required", CheckOutcome.FAILED, (spec.name,), f"{spec.label} is required but was not found."
            )
        return
    if spec.is_required:
        yield CheckResult("required", CheckOutcome.PASSED, (spec.name,))
    yield from check_value(spec, spec.name, present, locale)


def _row_checks(columns: Sequence[FieldSpec], rows: Sequence[PresentRow], locale: str) -> Iterator[CheckResult]:
    by_name = {column.name: column for column in columns}
    for row in rows:
        for name, present in row.cells.items():
            if name in by_name:
                yield from check_value(by_name[name], cell_name(row.table, row.number, name), present, locale)
