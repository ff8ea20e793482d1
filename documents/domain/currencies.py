"""Currencies as printed: signs, codes and names, and which country's money a shared sign such as "$" is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from babel.core import UnknownLocaleError
from babel.numbers import get_currency_symbol, get_territory_currencies, list_currencies

from documents.domain.signs_of_print import as_ascii_digits
from documents.domain.words import built_in_words

CURRENCY_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₽": "RUB", "₩": "KRW", "₺": "TRY"} | {
    "₴": "UAH", "₪": "ILS", "₫": "VND", "₱": "PHP", "₦": "NGN", "฿": "THB", "₡": "CRC", "₸": "KZT", "₾": "GEL",
}  # fmt: skip
CURRENCY_CODES = (
    "USD|EUR|GBP|MYR|INR|CHF|JPY|CNY|AUD|CAD|SGD|PLN|SEK|NOK|DKK|CZK|HUF|TRY|BRL|MXN|ZAR|THB|IDR|HKD|NZD|KRW|VND|PHP|"
    "AED|SAR|RUB|UAH|RON|BGN|ILS|TWD|EGP|NGN|KES|PKR|BDT|LKR|CLP|COP|ARS|PEN|ISK|KWD|QAR"
)
_LETTERS_OF_SIGN = r"[^\W\d_]"
_SHARED_WORDS = {sign for sign in built_in_words().shared_sign.values() if sign not in CURRENCY_SIGNS}
PRINTED = "|".join(
    re.escape(sign) for sign in sorted({*built_in_words().currency_sign, *_SHARED_WORDS}, key=len, reverse=True)
)
SIGNS = "".join(CURRENCY_SIGNS)
SIGN = rf"(?:(?<!{_LETTERS_OF_SIGN})(?:{PRINTED}|{CURRENCY_CODES})\.?|[{SIGNS}])"
_NAMES = "|".join(re.escape(name) for name in sorted(built_in_words().currency_name, key=len, reverse=True))


@lru_cache(maxsize=1)
def currency_pattern() -> re.Pattern[str]:
    """Matches a currency by its code, its sign or its name; a sign with a letter before it only where that is known."""
    letter = _LETTERS_OF_SIGN
    return re.compile(
        rf"(?<!{letter})(?:{CURRENCY_CODES}|{PRINTED})(?!{letter})|(?<![A-Za-z])[{SIGNS}]|(?<!{letter})(?i:{_NAMES})(?!{letter})"
    )


@lru_cache(maxsize=64)
def writes_dollars(locale: str) -> bool:
    """Whether money is written with "$" in the locale's country: dollars of any kind, and pesos."""
    return any("$" in get_currency_symbol(currency, locale) for currency in _currencies_of(locale))


@lru_cache(maxsize=64)
def _currencies_of(locale: str) -> tuple[str, ...]:
    code = locale.replace("-", "_")
    try:
        return tuple(get_territory_currencies(code[-2:].upper())) if "_" in code else ()
    except (LookupError, ValueError, UnknownLocaleError):
        return ()


@lru_cache(maxsize=1)
def known_currencies() -> frozenset[str]:
    """ISO 4217 codes."""
    return frozenset(list_currencies())


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    """ISO codes by what is printed, in lower case."""
    words = built_in_words()
    return {
        sign.lower(): code for sign, code in (CURRENCY_SIGNS | {**words.currency_sign, **words.currency_name}).items()
    }


def find_currency(raw: str) -> str | None:
    """The ISO code of the first currency sign, code or name in `raw`; of a shared sign the usual one, if it has one."""
    for match in currency_pattern().finditer(as_ascii_digits(raw)):
        if code := _codes().get(match.group(0).lower()):
            return code
        if match.group(0) in known_currencies():
            return match.group(0)
    return next((word for word in re.findall(r"\b[A-Z]{3}\b", raw) if word in known_currencies()), None)


@lru_cache(maxsize=1)
def _sharing() -> dict[str, tuple[str, ...]]:
    """By sign: the currencies that are printed with it, the usual one first."""
    found: dict[str, list[str]] = {sign: [code] for sign, code in CURRENCY_SIGNS.items()}
    for code, sign in built_in_words().shared_sign.items():
        found.setdefault(sign, [])
        if code not in found[sign]:
            found[sign].append(code)
    return {sign: tuple(codes) for sign, codes in found.items() if len(codes) > 1}


@lru_cache(maxsize=1)
def _places() -> dict[str, re.Pattern[str]]:
    """By currency: the names of its places and registers."""
    by_code: dict[str, list[str]] = {}
    for place, code in built_in_words().currency_place.items():
        by_code.setdefault(code, []).append(place)
    return {
        code: re.compile("|".join(map(_place_pattern, sorted(names, key=len, reverse=True))), re.IGNORECASE)
        for code, names in by_code.items()
    }


def _place_pattern(name: str) -> str:
    is_spaced = name[0].isascii() or (name[0].isalpha() and ord(name[0]) < 0x2E80)
    return rf"(?<!\w){re.escape(name)}(?!\w)" if is_spaced else re.escape(name)


def shared_signs_on(texts: Sequence[str], locale: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Of each sign on the page that several countries share, what it stands for: the currency that the page names by its
    code, its name or a sign of its own; else that of the locale's country; else that of the places on the page, and then
    the usual one stays possible.
    """
    page = as_ascii_digits("\n".join(texts))
    found = dict.fromkeys(match.group(0) for match in currency_pattern().finditer(page))
    return tuple(
        (sign, _meanings(sign, codes, page, found, locale)) for sign, codes in _sharing().items() if sign in found
    )


def _meanings(sign: str, codes: tuple[str, ...], page: str, printed: Iterable[str], locale: str) -> tuple[str, ...]:
    named = {find_currency(other) for other in printed if other != sign}
    if len(explicit := [code for code in codes if code in named]) == 1:
        return (explicit[0],)
    local = [code for code in codes if code in _currencies_of(locale)]
    placed = [code for code in codes if code in _places() and _places()[code].search(page)]
    if local and not set(placed) - set(local):
        return (local[0],)
    if placed == [codes[0]] or not (explicit or placed):
        return (codes[0],) if sign in CURRENCY_SIGNS else codes
    return tuple(dict.fromkeys((*explicit, *placed, codes[0])))
