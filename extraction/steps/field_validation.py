"""Field validation: the machine's values through the checks of `documents.domain.checks`. Messages are for people."""

from __future__ import annotations

from collections.abc import Iterable

from documents.domain.checks.present_values import PresentRow, PresentValue, item_name
from documents.domain.checks.sub_document_checks import check_values
from documents.domain.listed import listed_checks
from documents.domain.values import MergedField
from extraction.context import SubDocumentContext
from extraction.results import ValidationResult


def validate_fields(context: SubDocumentContext) -> ValidationResult:
    """All checks that apply, passed ones included. None for a sub-document of unknown type."""
    if context.schema is None:
        return ValidationResult(())
    rows = [PresentRow(row.table, row.number, _present(row.cells)) for row in context.rows]
    fields = _present(context.fields)
    found = check_values(context.schema, fields, rows, context.adjustments)
    if context.entries_of is not None:
        found += listed_checks(context.schema, fields, rows, context.entries_of)
    return ValidationResult(found)


def _present(fields: Iterable[MergedField]) -> dict[str, PresentValue]:
    return {
        item_name(field.field, field.item): PresentValue(field.chosen.raw_text, field.chosen.value)
        for field in fields
        if field.chosen is not None
    }
