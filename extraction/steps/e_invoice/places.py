"""Where a page prints a value that an electronic invoice states, in whatever notation pages use."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from rapidfuzz import fuzz

from documents.domain.currencies import CURRENCY_SIGNS
from documents.domain.dates import find_dates
from documents.domain.field_types.base import letters_and_digits
from documents.domain.numbers import to_decimal
from documents.domain.schema_spec import FieldType
from extraction.local.locate import located_at
from idp_project.core.geometry import BoundingBox, Polygon
from idp_project.core.page_text import PageText, TextSource
from idp_project.core.spans import Span

NUMERIC = frozenset({FieldType.AMOUNT, FieldType.NUMBER, FieldType.PERCENTAGE})
_TEXTS = frozenset({FieldType.NAME, FieldType.ADDRESS, FieldType.TEXT, FieldType.CLAUSE})
_GROUP = "[.,'’\\u00a0\\u202f ]?"
_MOST_PLACES = 40
_FEWEST_DECIMALS = 2
_ALIKE_RECOGNISED = 92.0  # per cent: letters of a scan may be read wrongly
_LOCALES = ("de_DE", "en_US")  # both orders of short dates


@dataclass(frozen=True)
class PrintedPlace:
    """A stretch of a page's text."""

    page: int
    span: Span
    polygon: Polygon
    text: str

    @property
    def box(self) -> BoundingBox:
        return self.polygon.bounding_box


def places_of(value: str, kind: FieldType, texts: Mapping[int, PageText], locale: str) -> list[PrintedPlace]:
    """Every place that prints the value, in reading order; at most 40."""
    found = []
    for number in sorted(texts):
        text = texts[number]
        for start, end in _spans(value, kind, text.text, locale):
            if place := place_at(number, text, Span(start, end)):
                found.append(place)
            if len(found) >= _MOST_PLACES:
                return found
    return found


def place_at(page: int, text: PageText, span: Span) -> PrintedPlace | None:
    """None where the place of its words is not known."""
    found = located_at(text, span, 1.0)
    return PrintedPlace(page, span, found.polygon, span.of(text.text)) if found else None


def same_value(
    kind: FieldType, stated: str, printed: str | None, raw_text: str, *, is_recognised: bool = False
) -> bool:
    """Whether a reading of the page says what the XML states. Signs do not count here: a credit note prints them or not.

    `is_recognised`: the page's letters come from a scan.
    """
    text = printed if printed is not None else raw_text
    if kind in NUMERIC:
        one, other = to_decimal(stated), to_decimal(text)
        return one is not None and other is not None and _is_same_number(abs(one), abs(other))
    if kind is FieldType.DATE:
        return stated == text
    one_text, other_text = letters_and_digits(stated), letters_and_digits(text)
    if not one_text or not other_text:
        return False
    if kind not in _TEXTS:
        return one_text == other_text
    if one_text in other_text or (one_text.startswith(other_text) and 2 * len(other_text) >= len(one_text)):
        return True  # a page may leave the legal form out, at the end
    return is_recognised and fuzz.ratio(one_text, other_text) >= _ALIKE_RECOGNISED


def _is_same_number(stated: Decimal, printed: Decimal) -> bool:
    """Also where the page prints fewer decimals than the XML states, but cents at least: 3.33 for a price of 3.3333."""
    places = -int(printed.as_tuple().exponent)
    is_shorter = _FEWEST_DECIMALS <= places < -int(stated.as_tuple().exponent)
    return printed == (stated.quantize(printed, ROUND_HALF_UP) if is_shorter else stated)


def is_recognised(texts: Mapping[int, PageText]) -> bool:
    """Whether letters of some page come from a scan."""
    return any(text.source is not TextSource.TEXT_LAYER for text in texts.values())


def _spans(value: str, kind: FieldType, text: str, locale: str) -> Iterator[tuple[int, int]]:
    if kind is FieldType.DATE:
        yield from _date_spans(value, text, locale)
        return
    pattern = _pattern(value, kind)
    if pattern is not None:
        yield from (match.span() for match in pattern.finditer(text))


def _date_spans(value: str, text: str, locale: str) -> Iterator[tuple[int, int]]:
    seen = set()
    for each in dict.fromkeys((locale, *_LOCALES)):
        for start, end, day in find_dates(text, each):
            if day.isoformat() == value and (start, end) not in seen:
                seen.add((start, end))
                yield start, end


@lru_cache(maxsize=4096)
def _pattern(value: str, kind: FieldType) -> re.Pattern[str] | None:
    if kind in NUMERIC:
        number = to_decimal(value)
        return _number_pattern(abs(number), kind) if number is not None else None
    if kind is FieldType.CURRENCY:
        signs = [re.escape(sign) for sign, code in CURRENCY_SIGNS.items() if code == value]
        return re.compile("|".join([rf"(?<![A-Za-z]){re.escape(value)}(?![A-Za-z])", *signs]))
    if kind in _TEXTS:
        words = re.findall(r"\w+", value)
        between = r"[\W_]*"
    else:
        words = list(letters_and_digits(value))
        between = r"[\W_]{0,3}"
    if not words:
        return None
    middle = between.join(re.escape(word) for word in words)
    return re.compile(rf"(?<![^\W_]){middle}(?![^\W_])", re.IGNORECASE)


def _number_pattern(number: Decimal, kind: FieldType) -> re.Pattern[str]:
    whole, _, decimals = f"{number:f}".partition(".")
    decimals = decimals.rstrip("0")
    first = len(whole) % 3
    groups = [*([whole[:first]] if first else []), *(whole[at : at + 3] for at in range(first, len(whole), 3))]
    body = _GROUP.join(groups)
    if decimals:
        tail = rf"[.,]{decimals}0*"
    elif kind is FieldType.AMOUNT:
        tail = r"(?:[.,](?:0{1,4}|-{1,2}|–))?"
    else:
        tail = r"(?:[.,]0{1,4})?"
    return re.compile(rf"(?<![\w.,]){body}{tail}(?![\w]|[.,]\d)")
