"""In which language and country the examples write: what numbers and dates are read by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from babel.core import Locale, UnknownLocaleError

from documents.domain.currencies import find_currency
from documents.domain.dates import shown_date_order
from documents.domain.schema_spec import SchemaSpec

DEFAULT: str = SchemaSpec.locale
_USUAL = {"en": "US", "pt": "PT", "sv": "SE", "da": "DK", "cs": "CZ", "el": "GR", "et": "EE", "nb": "NO", "sl": "SI"}
_USUAL |= {"uk": "UA", "he": "IL", "hi": "IN", "ar": "SA", "ja": "JP", "ko": "KR", "zh": "CN", "vi": "VN", "ms": "MY"}
_BY_CURRENCY = {"GBP": "GB", "USD": "US", "MYR": "MY", "INR": "IN", "AUD": "AU", "CAD": "CA", "NZD": "NZ", "SGD": "SG"}
_BY_CURRENCY |= {"HKD": "HK", "CHF": "CH", "BRL": "BR", "MXN": "MX", "ARS": "AR", "CLP": "CL", "COP": "CO"}
_DAY_FIRST = "GB"  # English that writes the day before the month, where no currency says whose


def locale_of(languages: Sequence[str], texts: Sequence[str]) -> str:
    """`texts` are the lines of all examples. The default where nothing tells."""
    known = Counter(language[:2].lower() for language in languages if language)
    language = known.most_common(1)[0][0] if known else DEFAULT[:2]
    currencies = Counter(code for text in texts if (code := find_currency(text)))
    country = next((_BY_CURRENCY[code] for code, _ in currencies.most_common(2) if code in _BY_CURRENCY), "")
    if country and _is_known(f"{language}_{country}"):
        return f"{language}_{country}"
    country = _USUAL.get(language, language.upper())
    if language == "en" and shown_date_order(texts, DEFAULT).upper().startswith("D"):
        country = _DAY_FIRST
    return f"{language}_{country}" if _is_known(f"{language}_{country}") else DEFAULT


def _is_known(locale: str) -> bool:
    try:
        return bool(Locale.parse(locale).territory)
    except (UnknownLocaleError, ValueError, TypeError):
        return False
