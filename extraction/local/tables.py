"""Table rows of one page as candidates: under a header where there is one, else by the shape of receipts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from documents.domain.field_types.base import CellKind
from documents.domain.field_types.registry import cell_kind
from documents.domain.normalization import normalize_value
from documents.domain.numbers import DECIMALS
from documents.domain.provenance import Provenance
from documents.domain.schema_spec import FieldSpec, SchemaSpec, TableSpec
from documents.domain.values import CandidateRow, FieldCandidate
from extraction.local.page_view import PageView, Place, join_places
from extraction.local.plain_rows import find_plain_rows
from extraction.local.table_body import Line, group_rows, read_body
from extraction.local.table_header import Header, find_headers

ENGINE, ENGINE_VERSION = "local", "1"
_SCORE_WITH_HEADER = 0.9
_SCORE_WITHOUT = 0.7


def extract_rows(view: PageView, schema: SchemaSpec, page_number: int) -> list[CandidateRow]:
    """Rows of all tables of the schema on this page, top to bottom."""
    rows: list[CandidateRow] = []
    for table in schema.tables:
        rows.extend(_rows_of(view, table, schema.locale, page_number))
    return rows


def _rows_of(view: PageView, table: TableSpec, locale: str, page_number: int) -> list[CandidateRow]:
    rows: list[CandidateRow] = []
    headers = find_headers(view, table)
    for number, header in enumerate(headers):
        end = headers[number + 1].first_row if number + 1 < len(headers) else len(view.rows)
        lines = read_body(view, header, end)
        for group in group_rows(lines, [column.spec for column in header.columns if column.spec]):
            rows.append(_row(table, _joined(group), locale, page_number, header))
    rows = without_strangers([row for row in rows if row.cells], table)
    if not rows:
        rows = [_row(table, cells, locale, page_number, None) for cells in find_plain_rows(view, table, locale)]
    return rows


def without_strangers(rows: Sequence[CandidateRow], table: TableSpec) -> list[CandidateRow]:
    """Drops rows whose amounts are written unlike the others': lines of a page's foot that fell into the columns.

    The rest of a row that a page break has split stays: `table_join` decides on it.
    """
    amounts = {column.name for column in table.columns if cell_kind(column) is CellKind.AMOUNT}
    priced = [any(DECIMALS.search(cell.raw_text) for cell in row.cells if cell.field in amounts) for row in rows]
    if sum(priced) < 0.6 * len(rows):
        return list(rows)
    kept = [row for row, is_priced in zip(rows, priced, strict=True) if is_priced]
    return [rows[0], *kept] if rows and is_rest_of_a_row(rows[0], table) else kept


def is_rest_of_a_row(row: CandidateRow, table: TableSpec) -> bool:
    """Text alone that goes on in the middle of a sentence."""
    texts = {column.name for column in table.columns if not cell_kind(column).is_numeric}
    return bool(row.cells) and all(cell.field in texts and cell.raw_text[:1].islower() for cell in row.cells)


def _joined(group: Sequence[Line]) -> dict[str, list[Place]]:
    cells: dict[str, list[Place]] = {}
    for line in group:
        for name, places in line.cells.items():
            cells.setdefault(name, []).extend(places)
    return cells


def _row(
    table: TableSpec, cells: Mapping[str, Sequence[Place]], locale: str, page_number: int, header: Header | None
) -> CandidateRow:
    built = []
    for column in table.columns:
        places = cells.get(column.name)
        if places and (candidate := _cell(column, places, locale, page_number, header)):
            built.append(candidate)
    return CandidateRow(table.name, tuple(built))


def _cell(
    column: FieldSpec, places: Sequence[Place], locale: str, page_number: int, header: Header | None
) -> FieldCandidate | None:
    is_number = cell_kind(column).is_numeric
    place = places[0] if is_number else _joined_text(places)
    value = normalize_value(column, place.text if is_number else place.text.replace("\n", " "), locale)
    if value is None and cell_kind(column) is not CellKind.TEXT:
        return None
    head = header.column_of(column.name) if header else None
    score = (_SCORE_WITH_HEADER if header else _SCORE_WITHOUT) * (0.8 if is_number and len(places) > 1 else 1.0)
    evidence = {
        "label": round(head.strength, 3) if head else 0.0,
        "type": 1.0,
        "reading": 1.0 if place.reading is None else round(place.reading, 3),
    }
    if place.reading is None:
        evidence["digital"] = 1.0
    provenance = Provenance(page_number, place.polygon, place.span, ENGINE, ENGINE_VERSION)
    return FieldCandidate(column.name, place.text, value, round(score, 4), provenance, evidence)


def _joined_text(places: Sequence[Place]) -> Place:
    """Pieces of one line with spaces between, lines with newlines."""
    lines: dict[int, list[Place]] = {}
    for place in places:
        lines.setdefault(place.row, []).append(place)
    return join_places([join_places(line, " ") for line in lines.values()])
