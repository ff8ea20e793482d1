"""Amounts and quantities: finding them in a line and reading them by locale.

price-parser does the reading; which mark separates decimals is decided here, because it reads "1.234" as 1234 everywhere.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from babel.core import UnknownLocaleError
from babel.numbers import get_decimal_symbol, get_group_symbol, list_currencies
from price_parser.parser import parse_number as _parse_number

CURRENCY_SIGNS = {
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
    "₽": "RUB",
    "₩": "KRW",
    "₺": "TRY",
    "zł": "PLN",
}
CURRENCY_WORDS = {"rm": "MYR", "rs": "INR", "rs.": "INR", "us$": "USD", "s$": "SGD", "euro": "EUR", "eur": "EUR"}

CURRENCY_CODES = (
    "USD|EUR|GBP|MYR|INR|CHF|JPY|CNY|AUD|CAD|SGD|PLN|SEK|NOK|DKK|CZK|HUF|TRY|BRL|MXN|ZAR|THB|IDR|HKD|NZD|KRW|VND|PHP|"
    "AED|SAR|RUB|UAH|RON|BGN|ILS|TWD|EGP|NGN|KES|PKR|BDT|LKR|CLP|COP|ARS|PEN|ISK|KWD|QAR"
)
_SIGN = rf"(?:RM|Rs\.?|US\$|S\$|[$€£¥₹₽₩₺]|{CURRENCY_CODES})"
_TAIL = r"(?P<after> ?[€$£₹]| ?zł|-(?!\d))?(?![\d%/]|[.,]\d|[:-]\d| ?%)"
_BEFORE = rf"(?<![\w.,/:-])(?:[-−] ?(?=\D))?(?P<sign>{_SIGN} ?:? ?)?(?P<minus>[-−(] ?)?"


@lru_cache(maxsize=2)
def _amount_pattern(groups_by_space: bool) -> re.Pattern[str]:
    group = r"[.,'’\u202f\u00a0 ]" if groups_by_space else r"[.,'’]"
    digits = rf"\d{{1,3}}(?:{group}\d{{3}})+(?:[.,]\d{{1,4}})?|\d+(?:[.,] ?\d{{1,4}})?|[.,]\d{{2}}"
    return re.compile(rf"{_BEFORE}(?P<number>{digits}){_TAIL}")


@lru_cache(maxsize=64)
def amount_pattern(locale: str) -> re.Pattern[str]:
    """Matches amounts with their currency sign. A space groups digits only where the locale writes it so."""
    try:
        group = str(get_group_symbol(locale.replace("-", "_")))
    except (LookupError, ValueError, UnknownLocaleError):
        group = ","
    return _amount_pattern(group.isspace())


DECIMALS = re.compile(r"[.,] ?\d{2}\b")


@lru_cache(maxsize=64)
def decimal_symbol(locale: str) -> str:
    """The mark before decimals in that locale; a point for an unknown one."""
    try:
        return str(get_decimal_symbol(locale.replace("-", "_")))
    except (LookupError, ValueError, UnknownLocaleError):
        return "."


@lru_cache(maxsize=4096)
def read_number(raw: str, locale: str) -> Decimal | None:
    """The number in `raw` (signs of currency are ignored), or None where there is not exactly one."""
    digits = re.findall(r"(?:(?<!\d)(?<!\d )[.,])?\d[\d.,'’  ]*", raw)
    if len(digits) != 1:
        return None
    body = re.sub(r"[ '’ ]", "", digits[0]).rstrip(".,")
    body = re.sub(r"([.,])[.,]+", r"\1", body)  # a speck beside the mark
    if body[0] in ".,":
        body = body[1:] if re.search(r"[.,]", body[1:]) else f"0{body}"
    separator = _decimal_separator(body, decimal_symbol(locale))
    value = _parse_number(body, decimal_separator=separator)
    if value is None:
        return None
    before, after = raw.split(digits[0], 1)
    is_negative = bool(re.search(r"[-−(]\s*(?:[^\d\s]{1,3}\s*)?$", before)) or bool(re.match(r"\s*[-−]", after))
    return -value if is_negative else value


def _decimal_separator(body: str, local: str) -> str:
    """Two kinds of mark: the last is decimal. One kind, repeated: grouping. Once: decimal unless it groups by locale."""
    marks = [mark for mark in body if mark in ".,"]
    if not marks:
        return local
    if len(set(marks)) == 2:
        return marks[-1]
    other = "," if marks[0] == "." else "."
    if len(marks) > 1:
        return other
    tail = len(body) - body.index(marks[0]) - 1
    if tail == 3 and marks[0] != local and not body.startswith("0"):
        return other
    return marks[0]


def write_number(value: Decimal) -> str:
    """Decimal point, no grouping, the decimals that were read; zeros after the second decimal are left out.

    1.234 becomes 1.2340, because a locale that groups by points would take 1.234 for 1234.
    """
    whole, _, decimals = f"{value:f}".partition(".")
    decimals = decimals[:2] + decimals[2:].rstrip("0")
    if len(decimals) == 3 and whole.lstrip("-") != "0":
        decimals += "0"
    return f"{whole}.{decimals}" if decimals else whole


def to_decimal(value: str | None) -> Decimal | None:
    """A normalised value back as a number."""
    if value is None:
        return None
    try:
        return Decimal(value)
    except InvalidOperation:
        return None


@lru_cache(maxsize=1)
def known_currencies() -> frozenset[str]:
    """ISO 4217 codes."""
    return frozenset(list_currencies())


def find_currency(raw: str) -> str | None:
    """The ISO code of the first currency sign or code in `raw`."""
    for word in re.findall(r"[A-Za-z]+\$?\.?|[$€£¥₹₽₩₺]|zł", raw):
        code = CURRENCY_SIGNS.get(word) or CURRENCY_WORDS.get(word.lower())
        if code:
            return code
        if len(word) == 3 and word.isupper() and word in known_currencies():
            return str(word)
    return None
