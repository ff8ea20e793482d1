"""The one grammar of amounts and quantities: finding them in a line and reading them by locale.

Fields, cells of tables, the desk, a model's answers and questions of the search all use it. price-parser does the reading; which
mark separates decimals is decided here, because it reads "1.234" as 1234 everywhere.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from babel.core import UnknownLocaleError
from babel.numbers import (
    get_currency_symbol,
    get_decimal_symbol,
    get_group_symbol,
    get_territory_currencies,
    list_currencies,
)
from price_parser.parser import parse_number as _parse_number

from documents.domain.words import Words, alternatives, built_in_words

CURRENCY_SIGNS = {
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
    "₽": "RUB",
    "₩": "KRW",
    "₺": "TRY",
}
CURRENCY_CODES = (
    "USD|EUR|GBP|MYR|INR|CHF|JPY|CNY|AUD|CAD|SGD|PLN|SEK|NOK|DKK|CZK|HUF|TRY|BRL|MXN|ZAR|THB|IDR|HKD|NZD|KRW|VND|PHP|"
    "AED|SAR|RUB|UAH|RON|BGN|ILS|TWD|EGP|NGN|KES|PKR|BDT|LKR|CLP|COP|ARS|PEN|ISK|KWD|QAR"
)
_PRINTED = "|".join(re.escape(sign) for sign in sorted(built_in_words().currency_sign, key=len, reverse=True))
_SIGN = rf"(?:{_PRINTED}|[{''.join(CURRENCY_SIGNS)}]|{CURRENCY_CODES})"
_CURRENCY_WORD = re.compile(rf"(?:{_PRINTED})(?!\w)|[A-Za-z]+\$?\.?|[{''.join(CURRENCY_SIGNS)}]")
_TAIL = r"(?P<after> ?[€$£₹]| ?zł|-(?!\d))?(?![\d%/]|[.,]\d|[:-]\d| ?%)"
_BEFORE = rf"(?<![\w.,/:-])(?:[-−] ?(?=\D))?(?P<sign>{_SIGN} ?:? ?)?(?P<minus>[-−(] ?)?"
_NUMBER_WORD = re.compile(rf"[(\-−]?{_SIGN}?\s?[.,]?\d[\d.,'’]*(?:\s?[€$£%]|[A-Z]{{1,2}}|-)?\)?")
_AT_THE_END = re.compile(rf"{_SIGN}?\s?-?\d[\d,.' ]*[.,]\d{{2}}$")
_WRITTEN = re.compile(r"\d+(?:[.,'’]\d+)*")


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


def is_numeric(text: str) -> bool:
    """Whether a word of a table is a number, perhaps with a sign of currency, per cent or a tax code."""
    return _NUMBER_WORD.fullmatch(text.strip()) is not None and any(mark.isdigit() for mark in text)


def amount_at_the_end(text: str) -> tuple[int, int] | None:
    """`[start, end)` of the amount with decimals that ends a line."""
    match = _AT_THE_END.search(text)
    return match.span() if match and DECIMALS.search(match.group(0)) else None


def is_written_number(word: str) -> bool:
    """Whether a word of a question is a number with or without separators, and nothing else."""
    return _WRITTEN.fullmatch(word) is not None


@lru_cache(maxsize=64)
def times_pattern(words: Words) -> re.Pattern[str]:
    """Matches "2 x 3.50", perhaps with a unit or a sign: groups `first` and `second`."""
    number, unit = r"\d+(?:[.,]\d+)?", rf"(?:(?i:{alternatives(words, 'unit')}))?"
    return re.compile(rf"(?P<first>{number})\s*{unit}\s*[xX×@*]\s*(?:{_SIGN})?\s*(?P<second>{number})")


@lru_cache(maxsize=1)
def currency_pattern() -> re.Pattern[str]:
    """Matches a currency by its code or its sign."""
    return re.compile(rf"(?<![A-Za-z])(?:{CURRENCY_CODES}|{_PRINTED})(?![A-Za-z])|[{''.join(CURRENCY_SIGNS)}]")


@lru_cache(maxsize=64)
def writes_dollars(locale: str) -> bool:
    """Whether money is written with "$" in the locale's country: dollars of any kind, and pesos."""
    code = locale.replace("-", "_")
    try:
        return any(
            "$" in get_currency_symbol(currency, code) for currency in get_territory_currencies(code[-2:].upper())
        )
    except (LookupError, ValueError, UnknownLocaleError):
        return False


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


@lru_cache(maxsize=1)
def _currencies() -> dict[str, str]:
    """ISO codes by what is printed, in lower case."""
    words = built_in_words()
    return {
        sign.lower(): code for sign, code in (CURRENCY_SIGNS | {**words.currency_sign, **words.currency_name}).items()
    }


def find_currency(raw: str) -> str | None:
    """The ISO code of the first currency sign or code in `raw`."""
    for word in _CURRENCY_WORD.findall(raw):
        code = _currencies().get(word.lower())
        if code:
            return code
        if len(word) == 3 and word.isupper() and word in known_currencies():
            return str(word)
    return None
