"""The one place that turns raw text into normalised values, in the notations of FieldType. Idempotent."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz import fuzz, process

from documents.domain.dates import read_date
from documents.domain.numbers import find_currency, known_currencies, read_number, write_number
from documents.domain.schema_spec import FieldSpec, FieldType

_CHOICE_CUTOFF = 80.0
EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def normalize_value(spec: FieldSpec, raw_text: str, locale: str) -> str | None:
    """`raw_text` in the notation of the field's type, or None where it cannot be read as that type."""
    return normalize(spec.type, raw_text, locale, spec.choices)


def normalize(kind: FieldType, raw_text: str, locale: str, choices: Sequence[str] = ()) -> str | None:
    """As normalize_value, for a bare type."""
    text = _clean(raw_text)
    if not text:
        return None
    match kind:
        case FieldType.AMOUNT | FieldType.NUMBER:
            return _normalize_number(text, locale)
        case FieldType.DATE:
            return _normalize_date(text, locale)
        case FieldType.CURRENCY:
            return text.upper() if text.upper() in known_currencies() else find_currency(text)
        case FieldType.IBAN | FieldType.VAT_NUMBER:
            return _compact_code(text, kind)
        case FieldType.EMAIL:
            found = EMAIL.search(text.replace(" ", ""))
            return found.group(0).lower() if found else None
        case FieldType.PHONE:
            return _normalize_phone(text, locale)
        case FieldType.CHOICE:
            return _nearest_choice(text, tuple(choices))
        case FieldType.IDENTIFIER:
            return text.strip(" :;.,#*") or None
        case FieldType.ADDRESS:
            return _normalize_address(raw_text)
        case _:
            return text


def _clean(raw_text: str) -> str:
    text = unicodedata.normalize("NFC", raw_text)
    return " ".join("".join(mark for mark in text if mark.isprintable() or mark.isspace()).split())


def _normalize_number(text: str, locale: str) -> str | None:
    value = read_number(text, locale)
    return write_number(value) if value is not None else None


def _normalize_date(text: str, locale: str) -> str | None:
    found = read_date(text, "en_CA" if _ISO_DATE.fullmatch(text) else locale)
    return found.isoformat() if found else None


def _compact_code(text: str, kind: FieldType) -> str | None:
    code = re.sub(r"[^A-Za-z0-9]", "", text).upper()
    if kind is FieldType.IBAN:
        return code if re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{8,30}", code) else None
    return code if re.search(r"\d{4}", code) else None


@lru_cache(maxsize=1024)
def _normalize_phone(text: str, locale: str) -> str | None:
    import phonenumbers

    region = locale.replace("-", "_").split("_")[-1].upper() if "_" in locale.replace("-", "_") else None
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _nearest_choice(text: str, choices: tuple[str, ...]) -> str | None:
    for choice in choices:
        if choice.casefold() == text.casefold():
            return choice
    lowered = [choice.casefold() for choice in choices]
    found = process.extractOne(text.casefold(), lowered, scorer=fuzz.ratio, score_cutoff=_CHOICE_CUTOFF)
    return choices[found[2]] if found else None


def _normalize_address(raw_text: str) -> str | None:
    lines = (_clean(line).strip(" ,;") for line in raw_text.splitlines())
    return ", ".join(line for line in lines if line) or None
