"""What was guessed or repaired where a date or a number was read: from the text, its value and the document's notation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.domain.dates import NUMERIC_DATE, date_order, is_swappable, swapped
from documents.domain.notation import Notation
from documents.domain.numbers import has_side_mark, to_decimal
from documents.domain.reading_notes import (
    CENTURY_GUESSED,
    DATE_ORDER_CHOSEN,
    DATE_ORDER_TURNED,
    DECIMALS,
    GROUPS,
    MARK_CHOSEN,
    MARKS_REPAIRED,
    MONTH_COMPLETED,
    ORDER_WORDS,
    SIGN_FROM_WORD,
    YEAR_FROM_PERIOD,
)
from documents.domain.signs_of_print import as_ascii_digits
from idp_project.core.reasons import Reason

_LOST_LETTER = re.compile(r"[\ufffd?□]")
_OPEN_MARK = re.compile(r"(?<![\d.,'])[1-9]\d{0,2}[.,]\d{3}(?![\d.,'])")
_REPAIRED = re.compile(r"\d[.,][.,]+\d|\d[.,] \d|\d [.,]\d")
_SMALLEST_GROUPED = 1000
_LATEST_MONTH = 12


def notes_of_date(raw_text: str, value: str, notation: Notation, decided_by: str) -> Iterator[Reason]:
    """Of a value in ISO 8601."""
    text, year = as_ascii_digits(raw_text), value[:4]
    numbers = re.findall(r"\d+", text)
    if year not in text:
        is_year_printed = len(numbers) >= (2 if re.search(r"[^\W\d_]{3}", text) else 3)
        yield (CENTURY_GUESSED if is_year_printed else YEAR_FROM_PERIOD)(year=int(year))
    if _LOST_LETTER.search(text):
        yield MONTH_COMPLETED(text=raw_text)
    if is_swappable(text):
        yield DATE_ORDER_CHOSEN(text=raw_text, order=ORDER_WORDS[_order_read(text, value, notation)], by=decided_by)
    elif _is_turned(text, notation):
        yield DATE_ORDER_TURNED(text=raw_text)


def _order_read(text: str, value: str, notation: Notation) -> str:
    """The order that leads to the value: an ambiguous text has a candidate for each."""
    order = notation.date_order or date_order(notation.locale)
    other = swapped(text, notation)
    is_other = other is not None and other.isoformat() == value
    return ("DMY" if order == "MDY" else "MDY") if is_other else order


def _is_turned(text: str, notation: Notation) -> bool:
    match = NUMERIC_DATE.search(text)
    if match is None:
        return False
    if len(match["a"]) == 4:
        return int(match["b"]) > _LATEST_MONTH
    order = notation.date_order or date_order(notation.locale)
    if order == "YMD" or (order == "MDY" and match["s"] == "."):
        return False
    return int(match["a" if order == "MDY" else "b"]) > _LATEST_MONTH


def notes_of_number(raw_text: str, value: str, notation: Notation, decided_by: str) -> Iterator[Reason]:
    """Of a normalised amount or quantity."""
    text, number = as_ascii_digits(raw_text), to_decimal(value)
    if number is None:
        return
    if _OPEN_MARK.search(text):
        meaning = GROUPS if abs(number) >= _SMALLEST_GROUPED else DECIMALS
        yield MARK_CHOSEN(text=raw_text, meaning=meaning, by=decided_by)
    if _REPAIRED.search(text):
        yield MARKS_REPAIRED(text=raw_text)
    if has_side_mark(raw_text, notation):
        yield SIGN_FROM_WORD(text=raw_text)
