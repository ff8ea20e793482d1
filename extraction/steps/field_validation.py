"""Field validation: the machine's values through the checks of `documents.domain.checks`. Messages are for people."""

from __future__ import annotations

from collections.abc import Iterable

from documents.domain.checks.present_values import PresentRow, PresentValue, item_name
from documents.domain.checks.sub_document_checks import check_values
from documents.domain.values import MergedField
from extraction.context import SubDocumentContext
from extraction.results import ValidationResult


def validate_fields(context: SubDocumentContext) -> ValidationResult:
    """All checks that apply, passed ones included. None for a sub-document of unknown type."""
    if context.schema is None:
        return ValidationResult(())
    rows = [PresentRow(row.table, row.number, _present(row.cells)) for row in context.rows]
    return ValidationResult(check_values(context.schema, _present(context.fields), rows, context.adjustments))


def _present(fields: Iterable[MergedField]) -> dict[str, PresentValue]:
    return {
        item_name(field.field, field.item): PresentValue(field.chosen.raw_text, field.chosen.value)
        for field in fields
        if field.chosen is not None
    }
