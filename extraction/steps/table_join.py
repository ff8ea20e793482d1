"""Tables across pages: rows in order, without the headers and carry-over lines that every page repeats."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from documents.domain.schema_spec import FieldType, SchemaSpec, TableSpec
from documents.domain.values import CandidateRow, MergedField, MergedRow
from extraction.context import PageSummary
from extraction.local.roles import plain

_CARRY_OVER = re.compile(
    r"\b(?:carried (?:forward|over)|brought (?:forward|over)|c/?fwd|b/?fwd|übertrag|uebertrag|report à nouveau|à reporter|"
    r"sub[- ]?total|zwischensumme|transport|continued)\b",
    re.IGNORECASE,
)
_SAME_LABEL = 85.0


def join_rows(schema: SchemaSpec, pages: Sequence[PageSummary]) -> tuple[MergedRow, ...]:
    """All rows of all tables, numbered from 1 within their table."""
    joined: list[MergedRow] = []
    for table in schema.tables:
        number = 0
        for page in pages:
            for row in page.rows:
                if row.table == table.name and not is_header(row, table) and not is_carry_over(row, table):
                    number += 1
                    cells = tuple(MergedField(cell.field, (cell,)) for cell in row.cells)
                    joined.append(MergedRow(table.name, number, cells))
    return tuple(joined)


def is_header(row: CandidateRow, table: TableSpec) -> bool:
    """Whether most cells say nothing but a label of their column."""
    labels = {column.name: [plain(label) for label in column.labels] for column in table.columns}
    same = sum(
        any(fuzz.ratio(plain(cell.raw_text), label) >= _SAME_LABEL for label in labels.get(cell.field, ()))
        for cell in row.cells
    )
    return bool(row.cells) and same * 2 > len(row.cells)


def is_carry_over(row: CandidateRow, table: TableSpec) -> bool:
    """Whether the row repeats a sum from the page before or for the page after."""
    text_columns = {column.name for column in table.columns if column.type in {FieldType.TEXT, FieldType.NAME}}
    texts = [cell.raw_text for cell in row.cells if cell.field in text_columns]
    return bool(texts) and len(row.cells) <= 3 and any(_CARRY_OVER.search(text) for text in texts)
