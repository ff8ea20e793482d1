"""Rows of a table without a header, as receipts print them: a description, perhaps "2 x 3.50", and the amount at the right."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from documents.domain.field_types.base import CellKind
from documents.domain.field_types.registry import cell_kind
from documents.domain.notation import Notation
from documents.domain.numbers import amount_at_the_end, has_decimals, is_numeric, read_number_in, times_pattern
from documents.domain.schema_spec import FieldSpec, TableSpec
from documents.domain.words import Words, phrase_pattern
from extraction.local.page_view import PageView, Place, Row, Segment
from extraction.local.table_end import begins_other_part, is_stop, is_tax

_TAX_CODE = re.compile(r"(?:\s+|(?<=\d)-)(?:[A-Z*#]{1,3}|[A-Z]\d)$")
_ARTICLE_CODE = re.compile(r"\d{8,14}")  # EAN, UPC: no part of a description
_FEWEST_LETTERS = 3
_TIMES = frozenset({"x", "×", "@", "*"})
_TOP = 2  # rows in which a sum is one that the page before carries over
_FEWEST_OF_A_ROW = 3  # numbers: quantity, price and amount
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


def find_plain_rows(view: PageView, table: TableSpec, notation: Notation) -> list[Mapping[str, list[Place]]]:
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
            above.extend(_texts(row, None, None))
            continue
        pair = _factors(row, amount, notation, times_pattern(view.words))
        texts = _texts(row, amount, pair)
        if row.index <= _TOP and any(is_stop(place.text, view.words) for place in texts):
            continue
        cells = _cells(view, roles, texts or above[-1:], amount, pair)
        if cells is not None:
            found.append(cells)
        above = []
    return found


def _first_total(view: PageView) -> int:
    for row in view.rows:
        if begins_other_part(view, row):
            return row.index
        if (
            row.index > _TOP
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


_Pair = tuple[Place, Place]


def _texts(row: Row, amount: Place | None, pair: _Pair | None) -> list[Place]:
    places: list[Place] = []
    first = min((place.box.left for place in pair), default=0.0) if pair else 0.0
    for segment in row.segments:
        if amount is not None and segment.box.left >= amount.box.left - 1e-6:
            break
        if pair and places and segment.box.left >= first - 1e-6:
            break
        start = _text_start(segment, pair)
        end = _text_end(segment, amount, pair, start)
        if places and _ARTICLE_CODE.match(segment.text):
            break
        if end > start and sum(mark.isalpha() for mark in segment.text[start:end]) >= _FEWEST_LETTERS:
            places.append(segment.place(start, end))
    return places


def _text_start(segment: Segment, pair: _Pair | None) -> int:
    """After the quantity that the line begins with."""
    if pair is None or segment.index or len(segment.words) < 2:
        return 0
    is_first = abs(pair[0].box.left - segment.boxes[0].left) < 1e-6 and pair[0].row == segment.row
    return segment.offsets[1] if is_first else 0


def _text_end(segment: Segment, amount: Place | None, pair: _Pair | None, start: int) -> int:
    """Up to the amount, the quantity, and prices directly before them. A number without decimals that is no quantity is part
    of the text: "Cola 330".
    """
    words = [word for word in zip(segment.words, segment.offsets, strict=True) if word[1] >= start]
    first = words[0][0].polygon.bounding_box.left if words else 0.0
    stops = [place.box.left for place in (amount, *(pair or ())) if place is not None and place.box.left >= first]
    limit = min(stops, default=float("inf"))
    kept = [word for word in words if word[0].polygon.bounding_box.right <= limit + 1e-3]
    while amount is not None and kept and is_numeric(kept[-1][0].text) and has_decimals(kept[-1][0].text):
        kept.pop()
    texts = [word.text for word, _ in kept]
    kept = kept[: _without_code(texts)]
    while pair and len(kept) > 1 and kept[-1][0].text.casefold() in _TIMES:
        kept.pop()
    return kept[-1][1] + len(kept[-1][0].text) if kept else 0


def _without_code(texts: list[str]) -> int:
    """How many words a description has before the article's code, and perhaps the letter of its tax, that end it."""
    for number in range(1, len(texts)):
        is_end = all(len(text) <= 2 for text in texts[number + 1 :])
        if _ARTICLE_CODE.fullmatch(texts[number]) and is_end:
            return number
    return len(texts)


def _cells(
    view: PageView, roles: ColumnRoles, texts: list[Place], amount: Place, pair: _Pair | None
) -> Mapping[str, list[Place]] | None:
    text = " ".join(place.text for place in texts)
    if not texts or phrase_pattern(view.words, "not_a_row").search(text) or is_tax(text, view.words):
        return None
    assert roles.text is not None and roles.amount is not None
    cells: dict[str, list[Place]] = {roles.text.name: texts, roles.amount.name: [amount]}
    if pair:
        for role, place in ((roles.quantity, pair[0]), (roles.unit_price, pair[1])):
            if role is not None:
                cells[role.name] = [place]
    return cells


def _numbers_in(segment: Segment, notation: Notation) -> list[tuple[Place, Decimal]]:
    found = []
    for word, offset in zip(segment.words, segment.offsets, strict=True):
        value = read_number_in(word.text, notation) if is_numeric(word.text) else None
        if value is not None:
            found.append((segment.place(offset, offset + len(word.text)), value))
    return found


def _factors(row: Row, amount: Place, notation: Notation, times: re.Pattern[str]) -> tuple[Place, Place] | None:
    """Quantity and unit price before an amount: written "2 x 3.50", or two numbers whose product it is."""
    total = read_number_in(amount.text, notation)
    numbers: list[tuple[Place, Decimal]] = []
    for segment in row.segments:
        match = times.search(segment.text)
        if match:
            return segment.place(*match.span("first")), segment.place(*match.span("second"))
        numbers += _numbers_in(segment, notation)
    if len(numbers) > _FEWEST_OF_A_ROW and numbers[0][0].box.left == row.segments[0].box.left:
        numbers = [*numbers[1:], numbers[0]]  # the number of the row comes last into question
    for first, first_value in numbers:
        for second, second_value in numbers:
            if (
                first is not second
                and total
                and abs(first_value * second_value - total) < Decimal("0.011")
                and first_value == int(first_value)
            ):
                is_open = second_value == int(second_value)  # either may be the quantity: it stands first
                return (second, first) if is_open and second.box.left < first.box.left else (first, second)
    return None
