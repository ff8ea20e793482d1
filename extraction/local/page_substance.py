"""What a page holds, counted: amounts, totals, rows of tables, dates. By the grammar of amounts and dates alone."""

from __future__ import annotations

from documents.domain.dates import find_dates
from documents.domain.numbers import has_decimals, is_numeric
from documents.domain.signs_of_print import as_ascii_digits
from documents.domain.substance import Substance
from documents.domain.words import phrase_pattern
from extraction.local.page_view import PageView, Row

_LOCALE = "en_GB"
_CELLS = 3  # of a row, at least
_MOST_DATED = 60  # words; of longer pages nobody asks


def substance_of(view: PageView) -> Substance:
    """Counts once what a page says; rows that say no number are no rows of a table."""
    amounts: set[str] = set()
    has_total = False
    total = phrase_pattern(view.words, "total")
    for row in view.rows:
        found = {word.text for segment in row.segments for word in segment.words if _is_amount(word.text)}
        amounts |= found
        has_total |= bool(found and total.search(row.text))
    words = len(view.page_text.words)
    return Substance(
        words=words,
        amounts=len(amounts),
        has_total=has_total,
        rows=sum(map(_is_table_row, view.rows)),
        dates=_dates(view) if words <= _MOST_DATED else 0,
    )


def _is_amount(text: str) -> bool:
    plain_digits = as_ascii_digits(text)
    return any(mark.isdigit() for mark in plain_digits) and has_decimals(plain_digits)


def _is_table_row(row: Row) -> bool:
    """A description and at least two numbers side by side."""
    numbers = sum(is_numeric(segment.text) for segment in row.segments)
    return len(row.segments) >= _CELLS and numbers >= 2 and numbers < len(row.segments)


def _dates(view: PageView) -> int:
    return len(find_dates("\n".join(row.text for row in view.rows), _LOCALE))
