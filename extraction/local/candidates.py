"""Everything on a page that could be a value of a given type, before it is known which field it belongs to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from documents.domain.dates import find_dates, page_date_order
from documents.domain.normalization import EMAIL, normalize_value
from documents.domain.numbers import CURRENCY_CODES, amount_pattern, find_currency
from documents.domain.schema_spec import FieldSpec, FieldType
from extraction.local.page_view import PageView, Place, Segment, join_places
from extraction.local.parties import find_addresses, find_names

_PATTERN_WORDS = 6
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b")
_IBAN_COUNTRIES = re.compile(
    "A[DELTZ]|B[AEGHRY]|C[HRYZ]|D[EKO]|E[EGS]|F[IOR]|G[BEILRT]|H[RU]|I[ELQST]|JO|K[WZ]|L[BCITUV]|M[CDEKRTU]|N[LO]|"
    "P[KLST]|QA|R[OS]|S[ACEIKMT]|T[LNR]|UA|V[AG]|XK"
)
_VAT_COUNTRIES = (
    "AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|EU|FI|FR|GB|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK|XI|CHE|NO|IS|LI|UA|RS|TR"
)
_VAT = re.compile(
    rf"\b(?:{_VAT_COUNTRIES})[ -]?[\dA-Z](?:[ .-]?[\dA-Z]){{6,13}}\b|\b\d{{2}}[A-Z]{{5}}\d{{4}}[A-Z]\dZ[A-Z\d]\b|\b\d{{9,15}}\b"
)
_PHONE = re.compile(r"(?<![\w.,/-])\+?\(?\d[\d ()./-]{6,18}\d(?![\d%]|[.,/]\d)")
_IDENTIFIER = re.compile(r"#?[A-Za-z0-9](?:[A-Za-z0-9]|[/_.\-#](?=[A-Za-z0-9#]))*")
_CURRENCY = re.compile(rf"(?<![A-Za-z])(?:{CURRENCY_CODES}|RM|Rs\.?|US\$|S\$|zł)(?![A-Za-z])|[$€£¥₹₩₺]")


@dataclass(frozen=True)
class Found:
    """A possible value and its place: `[start, end)` of `segment.text`; no segment where it spans several lines."""

    raw_text: str
    value: str | None
    place: Place
    segment: Segment | None
    start: int
    end: int


def find_values(view: PageView, spec: FieldSpec, locale: str) -> list[Found]:
    """Values of the field's type anywhere on the page. Types without a shape of their own (text, choice) give none."""
    key = (spec.type.value, spec.pattern, locale)
    if key not in view.found_values:
        view.found_values[key] = tuple(_find(view, spec, locale))
    return list(view.found_values[key])


def _find(view: PageView, spec: FieldSpec, locale: str) -> Iterator[Found]:
    finder = _FINDERS.get(spec.type)
    if finder is not None:
        yield from (item for item in finder(view, spec, locale) if matches_pattern(spec, item.raw_text))
    elif spec.pattern:
        yield from _by_pattern(view, spec, locale)


@lru_cache(maxsize=512)
def compiled(pattern: str) -> re.Pattern[str] | None:
    """A schema's pattern, None where it is no valid regular expression."""
    try:
        return re.compile(pattern)
    except re.error:
        return None


def matches_pattern(spec: FieldSpec, raw_text: str) -> bool:
    """Whether the whole raw text matches the field's pattern; True where it has none."""
    pattern = compiled(spec.pattern) if spec.pattern else None
    return pattern is None or pattern.fullmatch(raw_text) is not None


def _match(segment: Segment, start: int, end: int, spec: FieldSpec, locale: str) -> Found | None:
    raw = segment.text[start:end]
    if not raw.strip():
        return None
    start += len(raw) - len(raw.lstrip())
    end = start + len(raw.strip())
    place = segment.place(start, end)
    return Found(place.text, normalize_value(spec, place.text, locale), place, segment, start, end)


def _matches(view: PageView, pattern: re.Pattern[str], spec: FieldSpec, locale: str) -> Iterator[Found]:
    for segment in view.segments:
        for match in pattern.finditer(segment.text):
            found = _match(segment, match.start(), match.end(), spec, locale)
            if found and found.value is not None:
                yield found


def _by_pattern(view: PageView, spec: FieldSpec, locale: str) -> Iterator[Found]:
    """Runs of up to six words that match a text field's pattern from end to end."""
    for segment in view.segments:
        for first in range(len(segment.words)):
            for last in range(min(len(segment.words), first + _PATTERN_WORDS), first, -1):
                start, end = segment.offsets[first], segment.offsets[last - 1] + len(segment.words[last - 1].text)
                if matches_pattern(spec, segment.text[start:end]) and (
                    found := _match(segment, start, end, spec, locale)
                ):
                    yield found
                    break


def _amounts(view: PageView, spec: FieldSpec, locale: str) -> Iterator[Found]:
    yield from _matches(view, amount_pattern(locale), spec, locale)


def _dates(view: PageView, spec: FieldSpec, locale: str) -> Iterator[Found]:
    order = page_date_order((segment.text for segment in view.segments), locale)
    for segment in view.segments:
        if not any(mark.isdigit() for mark in segment.text):
            continue
        for start, end, day in find_dates(segment.text, locale, order):
            place = segment.place(start, end)
            yield Found(place.text, day.isoformat(), place, segment, start, end)


def _identifiers(view: PageView, spec: FieldSpec, locale: str) -> Iterator[Found]:
    for segment in view.segments:
        dates = [(start, end) for start, end, _ in find_dates(segment.text, locale)]
        for match in _IDENTIFIER.finditer(segment.text):
            text = match.group(0)
            if sum(mark.isdigit() for mark in text) < 2 or len(text) < 3:
                continue
            if any(start < match.end() and match.start() < end for start, end in dates):
                continue
            found = _match(segment, match.start(), match.end(), spec, locale)
            if found:
                yield found


def _ibans(view: PageView, spec: FieldSpec, locale: str) -> Iterator[Found]:
    """Valid ones, cut where other text follows; and those of a known country whose check digits alone are wrong."""
    for found in _matches(view, _IBAN, spec, locale):
        value = found.value or ""
        valid = next((value[:cut] for cut in range(len(value), 14, -1) if is_valid_iban(value[:cut])), None)
        if valid or has_wrong_check_digits(value):
            yield Found(found.raw_text, valid or value, found.place, found.segment, found.start, found.end)


@lru_cache(maxsize=2048)
def is_valid_iban(value: str) -> bool:
    """Structure, length and check digits."""
    from stdnum import iban

    return bool(iban.is_valid(value))


@lru_cache(maxsize=2048)
def has_wrong_check_digits(value: str) -> bool:
    """An IBAN in everything but its check digits: one letter misread."""
    from stdnum import iban
    from stdnum.exceptions import InvalidChecksum, ValidationError

    try:
        iban.validate(value, check_country=False)
    except InvalidChecksum:
        return _IBAN_COUNTRIES.match(value) is not None
    except ValidationError:
        return False
    return True


def _vat_numbers(view: PageView, spec: FieldSpec, locale: str) -> Iterator[Found]:
    for found in _matches(view, _VAT, spec, locale):
        digits = sum(mark.isdigit() for mark in found.raw_text)
        if digits >= 7 and not is_valid_iban(found.value or ""):
            yield found


def _emails(view: PageView, spec: FieldSpec, locale: str) -> Iterator[Found]:
    yield from _matches(view, EMAIL, spec, locale)


def _phones(view: PageView, spec: FieldSpec, locale: str) -> Iterator[Found]:
    for found in _matches(view, _PHONE, spec, locale):
        if not find_dates(found.raw_text, locale):
            yield found


def _currencies(view: PageView, spec: FieldSpec, locale: str) -> Iterator[Found]:
    for segment in view.segments:
        for match in _CURRENCY.finditer(segment.text):
            code = find_currency(match.group(0))
            if code:
                place = segment.place(match.start(), match.end())
                yield Found(place.text, code, place, segment, match.start(), match.end())


def _names(view: PageView, spec: FieldSpec, locale: str) -> Iterator[Found]:
    for places in find_names(view):
        place = join_places(places, " ")
        yield Found(place.text, normalize_value(spec, place.text, locale), place, None, 0, 0)


def _addresses(view: PageView, spec: FieldSpec, locale: str) -> Iterator[Found]:
    for places in find_addresses(view):
        place = join_places(places)
        yield Found(place.text, normalize_value(spec, place.text, locale), place, None, 0, 0)


Finder = Callable[[PageView, FieldSpec, str], Iterator[Found]]
_FINDERS: dict[FieldType, Finder] = {
    FieldType.AMOUNT: _amounts,
    FieldType.NUMBER: _amounts,
    FieldType.DATE: _dates,
    FieldType.IDENTIFIER: _identifiers,
    FieldType.IBAN: _ibans,
    FieldType.VAT_NUMBER: _vat_numbers,
    FieldType.EMAIL: _emails,
    FieldType.PHONE: _phones,
    FieldType.CURRENCY: _currencies,
    FieldType.NAME: _names,
    FieldType.ADDRESS: _addresses,
}
