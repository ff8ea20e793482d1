"""Where a table ends: totals, the heads of a table of taxes, the heading of what comes next, a sum of the rows above."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from documents.domain.dates import beginning_date
from documents.domain.field_types.base import CellKind
from documents.domain.field_types.registry import cell_kind
from documents.domain.numbers import has_decimals, is_numeric, to_decimal
from documents.domain.plain_text import plain
from documents.domain.schema_spec import TableSpec
from documents.domain.values import CandidateRow
from documents.domain.words import Words, word_set
from extraction.local.page_view import PageView, Row, Segment
from extraction.local.table_header import Column

CARRIED = ("carried_sum", "carried_line", "page_sum")  # groups of words of a sum at the edge of a page
_LONGEST_PHRASE = 6  # words of a total or of a tax
_LONGEST_HEADING = 6
_CENT = Decimal("0.01")


@lru_cache(maxsize=8192)
def is_stop(text: str, known: Words) -> bool:
    """Whether a line begins with the words of a total or of the end of a document."""
    return _begins_with(text, known.stops)


@lru_cache(maxsize=8192)
def is_sum(text: str, known: Words) -> bool:
    """Whether a line begins with the words of a total or of a net sum."""
    return _begins_with(text, _sums(known))


@lru_cache(maxsize=64)
def _sums(known: Words) -> frozenset[str]:
    return frozenset(plain(phrase) for phrase in (*known.total, *known.subtotal))


@lru_cache(maxsize=64)
def _taxes(known: Words) -> frozenset[str]:
    return frozenset(plain(phrase) for phrase in known.tax)


@lru_cache(maxsize=8192)
def is_tax(text: str, known: Words) -> bool:
    """Whether a line begins with the words of a tax: "VAT (S)", "GST 6%"."""
    return _begins_with(text, _taxes(known))


def _begins_with(text: str, phrases: frozenset[str]) -> bool:
    words = plain(re.split(r"[:\d]", text)[0]).split()
    return bool(words) and any(
        " ".join(words[:count]) in phrases for count in range(1, min(_LONGEST_PHRASE, len(words)) + 1)
    )


def ends_body(view: PageView, row: Row, columns: Sequence[Column]) -> bool:
    """Whether the rows of a table with these columns have ended before this line."""
    if is_head_of_taxes(row, view.words) or is_heading_of_next(view, row, columns):
        return True
    if not any(is_stop(segment.text, view.words) for segment in row.segments):
        return False
    dates = [column for column in columns if column.spec and cell_kind(column.spec) is CellKind.DATE]
    return _is_total(row, view.words) and not _is_dated(row, dates)


def is_head_of_taxes(row: Row, known: Words) -> bool:
    """A line of heads without numbers of which one names a tax or its rate, and another a tax, a net or a gross sum."""
    if len(row.segments) < 2 or any(mark.isdigit() for mark in row.text):
        return False
    taxes, sums = word_set(known, "tax_table"), word_set(known, "subtotal_name") | word_set(known, "total_name")
    heads = [set(plain(segment.text).split()) | {plain(segment.text)} for segment in row.segments]
    of_tax = [bool(taxes & head) for head in heads]
    return any(of_tax) and sum(bool((taxes | sums) & head) for head in heads) >= 2


def is_heading_of_next(view: PageView, row: Row, columns: Sequence[Column]) -> bool:
    """A line that is nothing but a heading with a colon, left of the texts of the table: what follows is another part of the
    document. Where the texts begin at the margin too, the heads of another table have to follow.
    """
    if not is_colon_heading(row):
        return False
    texts = [column.box.left for column in columns if column.spec and not cell_kind(column.spec).is_numeric]
    left = row.segments[0].box.left
    if texts and left < min(texts) - 2 * view.char_width:
        return True
    return _has_heads_below(view, row)


def is_colon_heading(row: Row) -> bool:
    """One short text by itself that ends with a colon."""
    text = row.segments[0].text
    is_short = len(row.segments) == 1 and len(text.split()) <= _LONGEST_HEADING
    return is_short and text.endswith(":") and not any(mark.isdigit() for mark in text)


def _has_heads_below(view: PageView, row: Row) -> bool:
    below = view.rows[row.index + 1] if row.index + 1 < len(view.rows) else None
    return below is not None and len(below.segments) > 1 and not any(mark.isdigit() for mark in below.text)


def begins_other_part(view: PageView, row: Row) -> bool:
    """For rows without a header: the heads of taxes, or a heading above the heads of another table."""
    return is_head_of_taxes(row, view.words) or (is_colon_heading(row) and _has_heads_below(view, row))


def _is_dated(row: Row, dates: Sequence[Column]) -> bool:
    """A line with a date in the column of dates is an entry, whatever it says: "Cash withdrawal", "Payment from …"."""
    return any(
        beginning_date(segment.text) and segment.box.horizontal_overlap(column.box) > 0
        for segment in row.segments
        for column in dates
    )


def _is_total(row: Row, known: Words) -> bool:
    """A total has its amount in the line, or no other text beside the phrase."""
    first = next(segment for segment in row.segments if is_stop(segment.text, known))
    return first.index == 0 or all(_is_number_or_stop(segment, known) for segment in row.segments[first.index :])


def _is_number_or_stop(segment: Segment, known: Words) -> bool:
    return is_numeric(segment.text) or is_stop(segment.text, known)


def without_sums(rows: Sequence[CandidateRow], table: TableSpec) -> list[CandidateRow]:
    """Without the row that is nothing but the sum of those above, whatever it is called, and without what follows it that is
    no full row: taxes, totals, the lines of a page's foot. Only where the rows above have other numbers beside their amount.
    """
    amounts = [column.name for column in table.columns if cell_kind(column) is CellKind.AMOUNT]
    if len(amounts) < 2:
        return list(rows)
    name, kept = amounts[-1], list[CandidateRow]()
    total, has_ended = Decimal(0), False
    for row in rows:
        value = _amount(row, name)
        is_full = _numbers_in(row, table) > 1
        if (
            not is_full
            and kept
            and value is not None
            and value
            and abs(value - total) < _CENT
            and _are_full(kept, table)
        ):
            has_ended = True
        if has_ended and not (is_full and _is_priced(row, name)):
            continue
        kept.append(row)
        total += value or 0
    return kept


def _are_full(rows: Sequence[CandidateRow], table: TableSpec) -> bool:
    return all(_numbers_in(row, table) > 1 for row in rows if not row.unread)


def _numbers_in(row: CandidateRow, table: TableSpec) -> int:
    """Cells with a number, the number of the row itself not counted."""
    numeric = [column.name for column in table.columns if cell_kind(column).is_numeric]
    first = next((column.name for column in table.columns), "")
    names = [name for name in numeric if name != first]
    return sum(cell.field in names and cell.value is not None for cell in row.cells)


def _is_priced(row: CandidateRow, name: str) -> bool:
    return any(cell.field == name and has_decimals(cell.raw_text) for cell in row.cells)


def _amount(row: CandidateRow, name: str) -> Decimal | None:
    return next((to_decimal(cell.value) for cell in row.cells if cell.field == name), None)
