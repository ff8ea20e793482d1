"""Writing the values that people and the production database will see, without taking away what a person set."""

from __future__ import annotations

from documents.domain.schema_spec import SchemaSpec
from documents.domain.values import MergedField, MergedRow
from documents.models import FieldValue, SubDocument, TableRow
from extraction.results import ConfidenceResult


def write_values(sub_document: SubDocument, result: ConfidenceResult) -> None:
    """Replaces the sub-document's values and table rows.

    A value that a person set stays where the type still has such a field and its place is still among the pages; one
    that a person confirmed stays where the machine reads the same again.
    """
    spec = sub_document.schema_version.spec if sub_document.schema_version else None
    fields = {merged.field: merged for merged in result.fields} if spec else {}
    kept = _kept_values(sub_document, spec, fields)
    FieldValue.objects.filter(sub_document=sub_document).exclude(id__in=[value.id for value in kept]).delete()
    TableRow.objects.filter(sub_document=sub_document).delete()
    if spec is None:
        return
    types = {field.name: field.type.value for field in spec.fields}
    names = {value.name for value in kept}
    values = [
        _field_value(sub_document, merged, types[merged.field], position, None)
        for position, merged in enumerate(result.fields)
        if merged.field not in names
    ]
    for row in result.rows:
        values += _row_values(sub_document, spec, row)
    FieldValue.objects.bulk_create(values)


def _kept_values(sub_document: SubDocument, spec: SchemaSpec | None, found: dict[str, MergedField]) -> list[FieldValue]:
    if spec is None:
        return []
    types = {field.name: field.type.value for field in spec.fields}
    kept = []
    for value in FieldValue.objects.filter(sub_document=sub_document, table_row=None, is_confirmed=True):
        if types.get(value.name) == value.type and _still_holds(sub_document, value, found.get(value.name)):
            kept.append(value)
    return kept


def _still_holds(sub_document: SubDocument, value: FieldValue, found: MergedField | None) -> bool:
    page = (value.provenance or {}).get("page")
    if page is not None and not sub_document.first_page <= page <= sub_document.last_page:
        return False
    if value.corrected_by_id is not None:
        return True
    return found is not None and found.chosen is not None and found.chosen.value == value.value


def _row_values(sub_document: SubDocument, spec: SchemaSpec, row: MergedRow) -> list[FieldValue]:
    table_row = TableRow.objects.create(
        organization_id=sub_document.organization_id, sub_document=sub_document, table=row.table, number=row.number
    )
    columns = {
        column.name: (position, column.type.value)
        for table in spec.tables
        if table.name == row.table
        for position, column in enumerate(table.columns)
    }
    return [
        _field_value(sub_document, cell, columns[cell.field][1], columns[cell.field][0], table_row)
        for cell in row.cells
    ]


def _field_value(
    sub_document: SubDocument, merged: MergedField, kind: str, position: int, table_row: TableRow | None
) -> FieldValue:
    chosen = merged.chosen
    return FieldValue(
        organization_id=sub_document.organization_id,
        sub_document=sub_document,
        table_row=table_row,
        name=merged.field,
        position=position,
        type=kind,
        value=chosen.value if chosen else None,
        raw_text=chosen.raw_text if chosen else "",
        confidence=merged.confidence,
        provenance=chosen.provenance.to_dict() if chosen else None,
        candidates=[candidate.to_dict() for candidate in merged.candidates[:5]],
        reasons=list(merged.reasons),
    )
