"""Table rows of one page as candidates: under a header where there is one, else by the shape of receipts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial

from documents.domain.field_types.base import CellKind
from documents.domain.field_types.registry import cell_kind, field_type
from documents.domain.notation import Notation
from documents.domain.numbers import (
    has_decimals,
    has_side_mark,
    is_numeric,
    read_number_in,
    to_decimal,
    write_number,
)
from documents.domain.provenance import Provenance
from documents.domain.reading_notes import SIGN_DROPPED
from documents.domain.schema_spec import FieldSpec, SchemaSpec, TableSpec
from documents.domain.values import CandidateRow, FieldCandidate
from extraction.local.page_notation import is_account, notation_of
from extraction.local.page_view import PageView, Place, join_places
from extraction.local.plain_rows import ColumnRoles, column_roles, find_plain_rows
from extraction.local.ranking import ENGINE, ENGINE_VERSION
from extraction.local.row_marks import with_marks
from extraction.local.signed_amounts import sides_by_sign
from extraction.local.table_body import SIGNED, Line, group_rows, read_body
from extraction.local.table_end import without_sums
from extraction.local.table_header import Header, find_headers, sides_of

_SCORE_WITH_HEADER = 0.9
_SCORE_WITHOUT = 0.7
_CENT = Decimal("0.01")

Cells = Mapping[str, Sequence[Place]]


@dataclass(frozen=True)
class _Reader:
    """What the cells of one table on one page are read with."""

    view: PageView
    table: TableSpec
    notation: Notation
    page_number: int
    sides: tuple[FieldSpec, FieldSpec] | None  # of debits and of credits, where the table has both


def extract_rows(view: PageView, schema: SchemaSpec, page_number: int) -> list[CandidateRow]:
    """Rows of all tables of the schema on this page, top to bottom; of no table that only e-invoices fill."""
    schema = schema.printed
    notation = notation_of(view.texts, schema.locale, is_account=is_account(schema))
    readers = (_Reader(view, table, notation, page_number, sides_of(table, view.words)) for table in schema.tables)
    return [row for reader in readers for row in with_marks(view, _rows_of(reader), reader.table, reader.notation)]


def _rows_of(reader: _Reader) -> list[CandidateRow]:
    rows: list[CandidateRow] = []
    view, table = reader.view, reader.table
    headers = find_headers(view, table)
    for number, header in enumerate(headers):
        end = headers[number + 1].first_row if number + 1 < len(headers) else len(view.rows)
        header, lines = _read(reader, header, end)
        groups = group_rows(lines, [column.spec for column in header.columns if column.spec])
        found = sides_by_sign([_row(reader, group, header) for group in groups], table, reader.sides)
        if found and (heads := header.heads_not_read(table)):
            found[0] = replace(found[0], unread=(*found[0].unread, *heads))
        rows += found
    rows = without_sums(without_strangers([row for row in rows if row.cells], table), table)
    if not rows:
        rows = [_row_of(reader, cells, (), None) for cells in find_plain_rows(view, table, reader.notation)]
    return rows


def _read(reader: _Reader, header: Header, end: int) -> tuple[Header, list[Line]]:
    """The lines below the header. Where it names no column for the amount, its last one is that if the lines prove it."""
    proves_itself = partial(_proves_itself, reader)
    lines = read_body(reader.view, header, end, proves_itself)
    roles = column_roles(reader.table, reader.view.words)
    amount, last = roles.amount, header.columns[-1]
    if amount and last.spec is roles.unit_price and not any(_is_counted(reader, roles, line) for line in lines):
        header = replace(header, columns=(*header.columns[:-1], replace(last, spec=amount)))
        return header, read_body(reader.view, header, end, proves_itself)
    if amount is None or last.spec is not None or last.is_signed or header.column_of(amount.name):
        return header, lines
    guessed = replace(header, columns=(*header.columns[:-1], replace(last, spec=amount)))
    found = read_body(reader.view, guessed, end, proves_itself)
    return (guessed, found) if any(proves_itself(line) for line in found) else (header, lines)


def _is_counted(reader: _Reader, roles: ColumnRoles, line: Line) -> bool:
    """Whether the line has a quantity other than one: only then a price is not what it comes to."""
    counts = line.cells.get(roles.quantity.name, ()) if roles.quantity else ()
    return any(read_number_in(place.text, reader.notation) != 1 for place in counts)


def _proves_itself(reader: _Reader, line: Line) -> bool:
    """Whether the quantity in the line times the price in it is the amount in it."""
    roles = column_roles(reader.table, reader.view.words)
    found = [line.cells.get(spec.name, []) if spec else [] for spec in (roles.quantity, roles.unit_price, roles.amount)]
    numbers = [read_number_in(places[0].text, reader.notation) for places in found if len(places) == 1]
    known = [number for number in numbers if number]
    return len(known) == len(found) and known[0] != 1 and abs(abs(known[0] * known[1]) - abs(known[2])) < _CENT


def without_strangers(rows: Sequence[CandidateRow], table: TableSpec) -> list[CandidateRow]:
    """Drops rows whose amounts are written unlike the others': lines of a page's foot that fell into the columns.

    The rest of a row that a page break has split stays: `table_join` decides on it.
    """
    amounts = {column.name for column in table.columns if cell_kind(column) is CellKind.AMOUNT}
    priced = [any(has_decimals(cell.raw_text) for cell in row.cells if cell.field in amounts) for row in rows]
    if sum(priced) < 0.6 * len(rows):
        return list(rows)
    kept = [row for row, is_priced in zip(rows, priced, strict=True) if is_priced or row.unread]
    return [rows[0], *kept] if rows and is_rest_of_a_row(rows[0], table) else kept


def is_rest_of_a_row(row: CandidateRow, table: TableSpec) -> bool:
    """Text alone that goes on in the middle of a sentence."""
    texts = {column.name for column in table.columns if not cell_kind(column).is_numeric}
    return bool(row.cells) and all(cell.field in texts and cell.raw_text[:1].islower() for cell in row.cells)


def _row(reader: _Reader, group: Sequence[Line], header: Header) -> CandidateRow:
    cells: dict[str, list[Place]] = {}
    for line in group:
        for name, places in line.cells.items():
            cells.setdefault(name, []).extend(places)
    loose = [place for line in group for place in line.loose]
    return _row_of(reader, cells, loose, header)


def _row_of(reader: _Reader, cells: Cells, loose: Sequence[Place], header: Header | None) -> CandidateRow:
    """Amounts in no column, and second amounts in one, stay as texts that a person sees."""
    built: list[FieldCandidate] = []
    unread = [place.text for place in loose]
    for column in reader.table.columns:
        if places := cells.get(column.name):
            if candidate := _cell(reader, column, places, header):
                built.append(candidate)
            if cell_kind(column).is_numeric:
                unread += [place.text for place in places[1:]]
    if signed := cells.get(SIGNED):
        amount = next(column for column in reader.table.columns if cell_kind(column) is CellKind.AMOUNT)
        if candidate := _cell(reader, replace(amount, name=SIGNED), signed, None):
            built.append(replace(candidate, score=_SCORE_WITH_HEADER))
    amounts = tuple(text for text in unread if is_numeric(text) and has_decimals(text))
    return CandidateRow(reader.table.name, tuple(built), amounts)


def _cell(reader: _Reader, column: FieldSpec, places: Sequence[Place], header: Header | None) -> FieldCandidate | None:
    """What cannot be read as the column's type keeps its raw text: a person sees it."""
    kind = cell_kind(column)
    place = places[0] if kind.is_numeric else _joined_text(places)
    text = place.text if kind.is_numeric else place.text.replace("\n", " ")
    value = field_type(column.type).read_in(text, reader.notation, column.choices)
    if value is None and kind is not CellKind.TEXT and not any(mark.isdigit() for mark in text):
        return None
    printed, value = value, _on_its_side(reader, column, text, value)
    head = header.column_of(column.name) if header else None
    score = (_SCORE_WITH_HEADER if header else _SCORE_WITHOUT) * (0.8 if kind.is_numeric and len(places) > 1 else 1.0)
    evidence = {
        "label": round(head.strength, 3) if head else 0.0,
        "type": 1.0 if value is not None else 0.0,
        "reading": 1.0 if place.reading is None else round(place.reading, 3),
    }
    if place.reading is None:
        evidence["digital"] = 1.0
    if field_type(column.type).other_readings(text, reader.notation):
        evidence["ambiguous"] = 1.0
    provenance = Provenance(reader.page_number, place.polygon, place.span, ENGINE, ENGINE_VERSION)
    if value != printed:
        provenance = provenance.noting(SIGN_DROPPED(text=text))
    return FieldCandidate(column.name, place.text, value, round(score, 4), provenance, evidence)


def _on_its_side(reader: _Reader, column: FieldSpec, text: str, value: str | None) -> str | None:
    """In a column of debits the word "DR" says once more what the column says, and not the opposite."""
    number = to_decimal(value)
    if reader.sides is None or column not in reader.sides or number is None or not has_side_mark(text, reader.notation):
        return value
    return write_number(abs(number))


def _joined_text(places: Sequence[Place]) -> Place:
    """Pieces of one line with spaces between, lines with newlines."""
    lines: dict[int, list[Place]] = {}
    for place in places:
        lines.setdefault(place.row, []).append(place)
    return join_places([join_places(line, " ") for line in lines.values()])
