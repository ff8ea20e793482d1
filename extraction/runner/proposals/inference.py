"""Which type a printed value has, when nothing is known of its field: the narrowest that reads all of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from documents.domain.currencies import currency_pattern
from documents.domain.dates import find_dates
from documents.domain.field_types.identifier import numbered_pattern
from documents.domain.field_types.percentage import says_per_cent
from documents.domain.field_types.registry import field_type
from documents.domain.notation import Notation
from documents.domain.numbers import has_decimals, is_numeric
from documents.domain.parties import address_shape, has_company_suffix, name_shape
from documents.domain.plain_text import plain
from documents.domain.schema_spec import FieldType
from documents.domain.words import Words, word_set

# By their own shape, the narrowest first: what reads as an IBAN reads as an identifier too.
SHAPED = (
    FieldType.IBAN,
    FieldType.EMAIL,
    FieldType.VAT_NUMBER,
    FieldType.DATE,
    FieldType.PERCENTAGE,
)
_SHORTEST_PHONE = 7  # digits
_PHONE = re.compile(r"[+(\d][\d\s()/.\-–]{6,}\d")
_CODE = re.compile(r"[^\W_][\w/.\-#&]*", re.UNICODE)
_MOST_CODE_WORDS = 3
_NAME_SHAPE = 0.7
_ADDRESS_SHAPE = 0.55
_LONGEST_NAME = 60
_CURRENCY_CODE = re.compile(r"[A-Z]{3}|[$€£¥]")


def type_of(text: str, notation: Notation, words: Words, *, label: str = "") -> FieldType:
    """The type of one value. `label` decides between a number that counts and one that names."""
    bare = text.strip(" :;,")
    if not bare:
        return FieldType.TEXT
    for kind in SHAPED:
        if _reads_whole(kind, bare, notation):
            return kind
    if _CURRENCY_CODE.fullmatch(bare) and field_type(FieldType.CURRENCY).normalize(bare, notation.locale):
        return FieldType.CURRENCY
    if is_amount(bare, notation):
        return FieldType.AMOUNT
    digits = sum(mark.isdigit() for mark in bare)
    if _PHONE.fullmatch(bare) and _SHORTEST_PHONE <= digits <= 15 and _says_phone(label, bare, words):
        return FieldType.PHONE
    if bare.isdecimal() and len(bare) <= 4 and not names_a_number(label, words):
        return FieldType.NUMBER
    if _is_code(bare, digits):
        return FieldType.IDENTIFIER
    return _of_words(bare, words)


def _of_words(text: str, words: Words) -> FieldType:
    if address_shape(text, words) >= _ADDRESS_SHAPE and any(mark.isdigit() for mark in text):
        return FieldType.ADDRESS
    is_long = len(text) > _LONGEST_NAME
    capitals = [word for word in text.split() if word[:1].isupper()]
    looks_named = len(capitals) >= 2 and len(capitals) >= 0.6 * len(text.split())
    if has_company_suffix(text, words) and not is_long:
        return FieldType.NAME
    if name_shape(text, words) >= _NAME_SHAPE and looks_named and not is_long:
        return FieldType.NAME
    return FieldType.TEXT


def type_of_all(texts: Sequence[str], notation: Notation, words: Words, *, label: str = "") -> FieldType:
    """Of several values of one field: the type of nearly all, else the one that reads more of them, else text."""
    found = Counter(type_of(text, notation, words, label=label) for text in texts)
    if not found:
        return FieldType.TEXT
    kind, count = found.most_common(1)[0]
    if count >= 0.75 * len(texts):
        return kind
    kinds = set(found)
    if kinds <= {FieldType.AMOUNT, FieldType.NUMBER}:
        return FieldType.AMOUNT
    if kinds <= {FieldType.IDENTIFIER, FieldType.NUMBER, FieldType.PHONE, FieldType.AMOUNT}:
        return FieldType.IDENTIFIER
    if kinds <= {FieldType.NAME, FieldType.TEXT} and found[FieldType.NAME] >= found[FieldType.TEXT]:
        return FieldType.NAME
    return FieldType.TEXT


def value_of(kind: FieldType, text: str, notation: Notation) -> str | None:
    """The text in the type's notation; None where it cannot be read so."""
    return field_type(kind).read_in(text, notation)


def _reads_whole(kind: FieldType, text: str, notation: Notation) -> bool:
    """Whether the text is such a value and nothing else."""
    if kind is FieldType.DATE and (len(text) > 30 or len(find_dates(text, notation.locale, notation.date_order)) > 1):
        return False
    if kind is FieldType.PERCENTAGE and not says_per_cent(text):
        return False
    if kind is FieldType.PERCENTAGE and len(text) > 10:
        return False
    if kind is FieldType.EMAIL and ("@" not in text or " " in text):
        return False
    if kind is FieldType.VAT_NUMBER and not re.match(r"[A-Z]{2,3}[ .-]?\w", text):
        return False
    if kind is FieldType.IBAN and not re.match(r"[A-Z]{2}\d\d", text):
        return False
    return value_of(kind, text, notation) is not None


def is_amount(text: str, notation: Notation) -> bool:
    """A number with decimals, or with a sign of a currency."""
    signed = currency_pattern().sub("", text).strip()
    has_sign = signed != text.strip()
    if not is_numeric(signed.strip("()+- ")) or len(text) > 24:
        return False
    return (has_decimals(text) or has_sign) and value_of(FieldType.AMOUNT, text, notation) is not None


def names_a_number(label: str, words: Words) -> bool:
    """ "Invoice no." is followed by a code, whatever it looks like."""
    return (
        numbered_pattern(words).search(label.rstrip(" :.")) is not None
        or numbered_pattern(words).search(label) is not None
    )


def _says_phone(label: str, text: str, words: Words) -> bool:
    """By its label, or written as no other number is."""
    said = set(plain(label).split()) & (word_set(words, "contact") - word_set(words, "heading"))
    return bool(said) or text.startswith(("+", "("))


def _is_code(text: str, digits: int) -> bool:
    parts = text.split()
    if not digits or len(parts) > _MOST_CODE_WORDS or len(text) > 40:
        return False
    return digits >= 2 and all(_CODE.fullmatch(part.strip("#()")) or not part.strip("#()") for part in parts)
