"""The tables of a sub-document as people work on them: compact rows, sums that have to come out, and whether rows are missing.

Callers have passed a door.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import F, Func, JSONField

from documents.domain.checks.present_values import column_name
from documents.domain.field_types.base import CellKind
from documents.domain.field_types.registry import cell_kind, field_type
from documents.domain.numbers import decimal_symbol, to_decimal
from documents.domain.reasons import ROWS_COUNTED, ROWS_MISSING
from documents.domain.row_completeness import missing_numbers
from documents.domain.schema_spec import CheckKind, SchemaSpec, TableSpec
from documents.domain.values import CheckOutcome
from documents.domain.words import built_in_words
from documents.models import FieldValue, Page, SubDocument, TableRow
from documents.selectors.empty_values import shown_columns, with_empty_values
from documents.selectors.readable import field_view
from idp_project.core.reasons import Reason

_DIGITS = 4  # of page coordinates: a tenth of a point
_IN_ROWS = ("id", "text", "state", "page", "polygon", "span", "reasons", "notes", "was_touched", "unlisted_text")


@dataclass(frozen=True)
class SaidOfCell:
    """What failed checks say of a cell now."""

    row_id: UUID
    failed: tuple[Reason, ...]
    notes: tuple[Reason, ...]


def said_of_cells(sub_document: SubDocument) -> dict[UUID, SaidOfCell]:
    """By the id of each stored cell."""
    found = {}
    rows = FieldValue.objects.filter(sub_document=sub_document, table_row__isnull=False).select_related("table_row")
    for value in rows.only("name", "item", "table_row__table", "table_row__number"):
        value.sub_document = sub_document
        row_id = value.table_row_id
        assert row_id is not None
        found[value.id] = SaidOfCell(row_id, tuple(value.failed_reasons), tuple(value.check_notes))
    return found


def table_views(
    sub_document: SubDocument, *, only: str | None = None, rows: Collection[UUID] | None = None
) -> list[dict[str, Any]]:
    """Every table of the type, or `only` one: name, label, `columns`, `order` (the ids of all rows), `rows` by id (only those
    given, with a cell for each column in the columns' order), `totals`, `products` and `completeness`. None in a blind sample."""
    schema = sub_document.schema_version.shown_spec if sub_document.schema_version else None
    if schema is None or sub_document.is_blind or not schema.tables:
        return []
    _, found = with_empty_values(sub_document)
    for _, cells in found:
        for cell in cells:
            cell.sub_document = sub_document
    wanted = [table for table in schema.tables if only in (None, table.name)]
    views = [_table_view(sub_document, schema, table, found, rows) for table in wanted]
    return [view for view in views if view["columns"] or rows is not None]  # a table of e-invoices is on no page


def table_named(sub_document: SubDocument, table: str, rows: Collection[UUID] | None = None) -> dict[str, Any]:
    """`table_views` of one table."""
    (view,) = table_views(sub_document, only=table, rows=rows)
    return view


_Rows = Sequence[tuple[TableRow, list[FieldValue]]]


def _table_view(
    sub_document: SubDocument, schema: SchemaSpec, table: TableSpec, found: _Rows, wanted: Collection[UUID] | None
) -> dict[str, Any]:
    mine = [(row, {cell.name: cell for cell in cells}) for row, cells in found if row.table == table.name]
    shown = [(row, cells) for row, cells in mine if wanted is None or row.id in wanted]
    columns = shown_columns(table, {name for _, cells in mine for name, cell in cells.items() if not cell.is_empty})
    names = {column.name for column in columns}
    return {
        "name": table.name,
        "label": table.label,
        "decimal": decimal_symbol(schema.locale),
        "side_words": list(_side_words()),
        "columns": [_column(column) for column in columns],
        "order": [str(row.id) for row, _ in mine],
        "rows": {str(row.id): [_cell(cells[column.name], column) for column in columns] for row, cells in shown},
        "totals": [total for total in _totals(sub_document, schema, table) if total["column"] in names],
        "products": [product for product in _products(schema, table) if names.issuperset(product["columns"])],
        "completeness": _completeness(sub_document, table, [cells for _, cells in mine]),
    }


@lru_cache(maxsize=1)
def _side_words() -> tuple[str, ...]:
    """What says behind an amount on which side of an account it stands; letters alone say so in few documents."""
    words = built_in_words()
    return tuple(word for word in (*words.credit_mark, *words.debit_mark) if len(word) > 1)


def _column(column: Any) -> dict[str, Any]:
    kind = cell_kind(column)
    return {
        "name": column.name,
        "label": column.label,
        "is_numeric": kind.is_numeric,
        "is_amount": kind is CellKind.AMOUNT,
        "is_required": column.is_required,
        "choices": list(field_type(column.type).choices_of(column)),
    }


def _cell(value: FieldValue, column: Any) -> dict[str, Any]:
    """Without what is empty: a table of 300 rows goes to the browser whole."""
    view = field_view(value, column)
    if view["polygon"]:
        view["polygon"] = [round(number, _DIGITS) for number in view["polygon"]]
    return {name: view[name] for name in _IN_ROWS if view[name] or name in {"id", "state"}}


def _totals(sub_document: SubDocument, schema: SchemaSpec, table: TableSpec) -> Iterable[dict[str, Any]]:
    """Columns of amounts with the field that they have to come to. `is_passed`: the checks say so of what is stored, perhaps
    with other printed amounts counted, so a difference that is there now is right."""
    labels = {field.name: field.label for field in schema.fields}
    checks = {check.fields[0]: check for check in schema.checks if _is_sum_of(check, table)}
    passed = {
        tuple(result.fields)
        for result in sub_document.check_results
        if result.check == CheckKind.COLUMN_SUM_EQUALS.value and result.outcome is CheckOutcome.PASSED
    }
    for column in table.columns:
        check = checks.get(column.name)
        if check is None and cell_kind(column) is not CellKind.AMOUNT:
            continue
        total = check.fields[1] if check else ""
        yield {
            "column": column.name,
            "field": total,
            "label": labels.get(total, ""),
            "tolerance": check.tolerance if check else 0,
            "is_passed": (column_name(table.name, column.name), total) in passed,
        }


def _is_sum_of(check: Any, table: TableSpec) -> bool:
    return bool(check.kind is CheckKind.COLUMN_SUM_EQUALS and check.table == table.name)


def _products(schema: SchemaSpec, table: TableSpec) -> Iterable[dict[str, Any]]:
    """Columns of which two multiply to a third in each row."""
    for check in schema.checks:
        if check.kind is CheckKind.PRODUCT_EQUALS and check.table == table.name:
            yield {"columns": list(check.fields), "tolerance": check.tolerance}


def _completeness(sub_document: SubDocument, table: TableSpec, rows: Sequence[dict[str, FieldValue]]) -> dict[str, Any]:
    """`rows` that are there, `printed` where the document counts them (None: it does not), and `warnings` about rows that were
    printed and are not here."""
    printed = _printed_count(sub_document, table)
    warnings = (
        [ROWS_COUNTED(table=table.label, printed=printed, found=len(rows))] if printed not in (None, len(rows)) else []
    )
    first = table.columns[0] if table.columns else None
    if first is not None and cell_kind(first) is CellKind.NUMBER:
        for _, before, after in missing_numbers([_whole(row.get(first.name)) for row in rows]):
            warnings.append(ROWS_MISSING(table=table.label, before=before, after=after))
    return {"rows": len(rows), "printed": printed, "warnings": [str(warning) for warning in warnings]}


def _whole(cell: FieldValue | None) -> int | None:
    value = to_decimal(cell.value) if cell else None
    return int(value) if value is not None and value == int(value) else None


def _printed_count(sub_document: SubDocument, table: TableSpec) -> int | None:
    """What its pages say of the number of rows; None where they say nothing, or different things."""
    marked = Func(
        F("extraction"),
        template="jsonb_path_query_array(%(expressions)s, '$.rows[*] ? (@.printed_count > 0)')",
        output_field=JSONField(),
    )
    pages = Page.objects.filter(
        document_id=sub_document.document_id,
        number__range=(sub_document.first_page, sub_document.last_page),
        extraction__isnull=False,
    )
    counts = {
        row["printed_count"]
        for rows in pages.annotate(marked=marked).values_list("marked", flat=True)
        for row in rows
        if row["table"] == table.name
    }
    return counts.pop() if len(counts) == 1 else None
