"""Field validation: every value against its own rules, then values against each other. Messages are for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from documents.domain.schema_spec import FieldSpec, SchemaSpec
from documents.domain.values import CheckOutcome, CheckResult, FieldCandidate, MergedRow
from extraction.context import SubDocumentContext
from extraction.results import ValidationResult
from extraction.steps.cross_checks import check_across
from extraction.steps.value_checks import check_value


def cell_name(table: str, row_number: int, column: str) -> str:
    """How checks name a cell: `line_items[3].amount`."""
    return f"{table}[{row_number}].{column}"


def validate_fields(context: SubDocumentContext) -> ValidationResult:
    """All checks that apply, passed ones included. None for a sub-document of unknown type."""
    if context.schema is None:
        return ValidationResult(())
    return ValidationResult(tuple(_all_checks(context, context.schema)))


def _all_checks(context: SubDocumentContext, schema: SchemaSpec) -> Iterator[CheckResult]:
    chosen = {field.field: field.chosen for field in context.fields}
    for spec in schema.fields:
        yield from _field_checks(spec, chosen.get(spec.name), schema.locale)
    for table in schema.tables:
        rows = [row for row in context.rows if row.table == table.name]
        if table.is_required and not rows:
            yield CheckResult("required", CheckOutcome.FAILED, (table.name,), f"{table.label} has no rows.")
        yield from _row_checks(table.columns, rows, schema.locale)
    for check in schema.checks:
        yield from check_across(check, schema, context.fields, context.rows)


def _field_checks(spec: FieldSpec, candidate: FieldCandidate | None, locale: str) -> Iterator[CheckResult]:
    if candidate is None or not candidate.raw_text.strip():
        if spec.is_required:
            yield CheckResult(
                "required", CheckOutcome.FAILED, (spec.name,), f"{spec.label} is required but was not found."
            )
        return
    if spec.is_required:
        yield CheckResult("required", CheckOutcome.PASSED, (spec.name,))
    yield from check_value(spec, spec.name, candidate, locale)


def _row_checks(columns: Sequence[FieldSpec], rows: Sequence[MergedRow], locale: str) -> Iterator[CheckResult]:
    by_name = {column.name: column for column in columns}
    for row in rows:
        for cell in row.cells:
            if cell.chosen and cell.field in by_name:
                yield from check_value(
                    by_name[cell.field], cell_name(row.table, row.number, cell.field), cell.chosen, locale
                )
