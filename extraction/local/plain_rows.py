"""Rows of a table without a header, as receipts print them: a description, perhaps "2 x 3.50", and the amount at the right."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from documents.domain.field_types.base import CellKind
from documents.domain.field_types.registry import cell_kind
from documents.domain.numbers import amount_at_the_end, is_numeric, read_number, times_pattern
from documents.domain.schema_spec import FieldSpec, TableSpec
from documents.domain.words import Words, phrase_pattern
from extraction.local.page_view import PageView, Place, Row, Segment
from extraction.local.table_body import is_stop

_TAX_CODE = re.compile(r"\s+[A-Z*#]{1,3}$")
_RIGHT_EDGE = 0.16  # of the text's width: where amounts end


@dataclass(frozen=True)
class ColumnRoles:
    """Which column of the schema plays which part; None where it has none."""

    text: FieldSpec | None
    quantity: FieldSpec | None
    unit_price: FieldSpec | None
    amount: FieldSpec | None


def column_roles(table: TableSpec, words: Words) -> ColumnRoles:
    """Guessed from types and names: the last amount column is the line's amount, another one the unit price."""
    amounts = _columns(table, CellKind.AMOUNT)
    texts = _columns(table, CellKind.TEXT)
    units = [column for column in amounts[:-1] if _is_called(column, words.unit_price_name)]
    quantities = [c for c in _columns(table, CellKind.NUMBER) if _is_called(c, words.quantity_name)]
    return ColumnRoles(
        texts[0] if texts else None,
        quantities[0] if quantities else None,
        units[0] if units else None,
        amounts[-1] if amounts else None,
    )


def _columns(table: TableSpec, kind: CellKind) -> list[FieldSpec]:
    return [column for column in table.columns if cell_kind(column) is kind]


def _is_called(column: FieldSpec, names: Sequence[str]) -> bool:
    text = f"{column.name} {column.label}".casefold()
    return any(name in text for name in names)


def find_plain_rows(view: PageView, table: TableSpec, locale: str) -> list[Mapping[str, list[Place]]]:
    """Rows with an amount at the right edge above the first total; empty where the page has no such part."""
    roles = column_roles(table, view.words)
    if roles.amount is None or roles.text is None:
        return []
    found: list[Mapping[str, list[Place]]] = []
    above: list[Place] = []
    for row in view.rows[: _first_total(view)]:
        amount = _amount_place(view, row)
        if amount is None:
            if _is_separate(view, row, above):
                above = []
            above.extend(_texts(row, None))
            continue
        texts = _texts(row, amount)
        cells = _cells(view, roles, texts or above[-1:], amount, row, locale)
        if cells is not None:
            found.append(cells)
        above = []
    return found


def _first_total(view: PageView) -> int:
    for row in view.rows:
        if (
            row.index > 2
            and any(is_stop(segment.text, view.words) for segment in row.segments)
            and re.search(r"\d[.,]\d{2}", row.text)
        ):
            return row.index
    return len(view.rows)


def _is_separate(view: PageView, row: Row, above: list[Place]) -> bool:
    return bool(above) and row.box.top - above[-1].box.bottom > 1.5 * view.line_height


def _amount_place(view: PageView, row: Row) -> Place | None:
    """The last number of the row, where it has decimals and ends at the right edge of the text."""
    last = row.segments[-1]
    text = _TAX_CODE.sub("", last.text)
    segment = last
    if not any(mark.isdigit() for mark in text) and len(row.segments) > 1 and len(last.text) <= 3:
        segment = row.segments[-2]
        text = segment.text
    span = amount_at_the_end(text)
    if span is None:
        return None
    place = segment.place(*span)
    box = view.text_box
    return place if place.box.right > box.right - max(_RIGHT_EDGE * box.width, 6 * view.char_width) else None


def _texts(row: Row, amount: Place | None) -> list[Place]:
    places = []
    for segment in row.segments:
        if amount is not None and segment.box.left >= amount.box.left - 1e-6:
            break
        end = _text_end(segment, amount)
        if end and sum(mark.isalpha() for mark in segment.text[:end]) >= 3:
            places.append(segment.place(0, end))
    return places


def _text_end(segment: Segment, amount: Place | None) -> int:
    """Up to the amount and the numbers directly before it."""
    words = list(zip(segment.words, segment.offsets, strict=True))
    kept = [w for w in words if amount is None or w[0].polygon.bounding_box.right <= amount.box.left + 1e-3]
    if amount is not None:
        while kept and is_numeric(kept[-1][0].text):
            kept.pop()
    return kept[-1][1] + len(kept[-1][0].text) if kept else 0


def _cells(
    view: PageView, roles: ColumnRoles, texts: list[Place], amount: Place, row: Row, locale: str
) -> Mapping[str, list[Place]] | None:
    if not texts or phrase_pattern(view.words, "not_a_row").search(" ".join(place.text for place in texts)):
        return None
    assert roles.text is not None and roles.amount is not None
    cells: dict[str, list[Place]] = {roles.text.name: texts, roles.amount.name: [amount]}
    pair = _factors(row, amount, locale, times_pattern(view.words))
    if pair:
        for role, place in ((roles.quantity, pair[0]), (roles.unit_price, pair[1])):
            if role is not None:
                cells[role.name] = [place]
    return cells


def _factors(row: Row, amount: Place, locale: str, times: re.Pattern[str]) -> tuple[Place, Place] | None:
    """Quantity and unit price before an amount: written "2 x 3.50", or two numbers whose product it is."""
    total = read_number(amount.text, locale)
    numbers: list[tuple[Place, Decimal]] = []
    for segment in row.segments:
        match = times.search(segment.text)
        if match:
            return segment.place(*match.span("first")), segment.place(*match.span("second"))
        for word, offset in zip(segment.words, segment.offsets, strict=True):
            value = read_number(word.text, locale) if is_numeric(word.text) else None
            if value is not None:
                numbers.append((segment.place(offset, offset + len(word.text)), value))
    for first, first_value in numbers:
        for second, second_value in numbers:
            if (
                first is not second
                and total
                and abs(first_value * second_value - total) < Decimal("0.011")
                and first_value == int(first_value)
            ):
                return (first, second) if second.box.left > first.box.left else (second, first)
    return None
