"""By what a record is known again: who wrote the document, under which number, for what amount."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher

from documents.domain.field_roles import role_in
from documents.domain.field_types.registry import field_type
from documents.domain.field_types.roles import Role
from documents.domain.numbers import to_decimal
from documents.domain.plain_text import plain
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec
from documents.domain.words import Words, built_in_words

_SIGNS_OF_SENDER = frozenset({FieldType.IBAN, FieldType.VAT_NUMBER})
_NAME = "name"
_ALIKE = 0.85  # of two names: a letter or two was misread
_FEW_MARKS = 2  # letters and digits: "1" is the number of many
_LOOK_ALIKE = str.maketrans("OIL", "011")
_LETTERS_OF_A_NUMBER = re.compile(r"(?<![^\W\d_])[OIL]+(?=\d)|(?<=\d)[OIL]+(?![^\W\d_])")
_GROUP = re.compile(r"\d+|[^\W\d_]+")


@dataclass(frozen=True)
class RecordIdentity:
    """`number`, each of `numbers` (the forms in which it is compared) and each of `senders`; empty where the document states
    none. A record stored by an earlier release has `number` alone.
    """

    number: str = ""
    senders: frozenset[str] = frozenset()
    amount: str = ""
    numbers: frozenset[str] = frozenset()

    def is_same_as(self, other: RecordIdentity) -> bool:
        """The same number of the same sender. Where the two state nothing by which senders are compared, as a scan on which only
        the bank account was made out, or a name was misread, the amount decides; it does for numbers of a mark or two.
        """
        if not self.is_numbered_as(other):
            return False
        if len(min(self.number, other.number, key=len)) <= _FEW_MARKS:
            return bool(self.senders & other.senders) and self.is_of_amount(other)
        if self.senders & other.senders:
            return True
        both = self._kinds & other._kinds
        is_open = not both or (both == {_NAME} and self._is_named_like(other))
        return is_open and self.amount != "" and self.is_of_amount(other)

    def is_numbered_as(self, other: RecordIdentity) -> bool:
        """Whether one person would take the two for one number."""
        return bool(self.number) and (self.number == other.number or bool(self.numbers & other.numbers))

    @property
    def _kinds(self) -> set[str]:
        return {sender.partition(":")[0] for sender in self.senders}

    def _is_named_like(self, other: RecordIdentity) -> bool:
        return any(
            SequenceMatcher(None, one, another).ratio() >= _ALIKE for one in self.senders for another in other.senders
        )

    def is_of_amount(self, other: RecordIdentity) -> bool:
        """Whether both are for the same amount, however many decimal places it has."""
        return _amount(self.amount) == _amount(other.amount)


def identity_of(schema: SchemaSpec, values: Mapping[str, str], words: Words | None = None) -> RecordIdentity:
    """Of a record with these normalised values by field. The number is that of the first required field which tells
    documents of the type apart; a sender is an issuer's name, an IBAN or a VAT number."""
    known = words or built_in_words()
    number = next((values[spec.name] for spec in _numbers(schema) if values.get(spec.name)), "")
    senders = {sender for spec in schema.fields if (sender := _sender(schema, spec, values.get(spec.name, ""), known))}
    total = next((spec for spec in schema.fields if role_in(schema, spec, known) is Role.TOTAL), None)
    amount = values.get(total.name, "").removeprefix("-") if total else ""
    return RecordIdentity(_marks(number), frozenset(senders), amount, number_forms(number))


def number_forms(number: str) -> frozenset[str]:
    """The forms in which a number is compared with another: its marks without what stands between them, and its groups of
    digits and letters without leading zeros: "RE-0042", "re 42" and "RE/OO42" are one number, 2024-101 and 2024-11 are two.
    """
    marks = unicodedata.normalize("NFKC", number).upper()
    digits = _LETTERS_OF_A_NUMBER.sub(lambda found: found[0].translate(_LOOK_ALIKE), marks)
    groups = (group.lstrip("0") or "0" if group.isdigit() else group for group in _GROUP.findall(digits))
    return frozenset(filter(None, (_marks(marks.translate(_LOOK_ALIKE)), " ".join(groups))))


def _numbers(schema: SchemaSpec) -> list[FieldSpec]:
    told_apart = [spec for spec in schema.fields if field_type(spec.type).tells_documents_apart and not spec.is_list]
    return [spec for spec in told_apart if spec.is_required] or told_apart[:1]


def _sender(schema: SchemaSpec, spec: FieldSpec, value: str, words: Words) -> str:
    if not value or spec.is_list:
        return ""
    if spec.type in _SIGNS_OF_SENDER:
        return f"{spec.type.value}:{_marks(value)}"
    if role_in(schema, spec, words) is not Role.ISSUER:
        return ""
    name = " ".join(word for word in plain(value).split() if word not in words.legal_words)
    return f"{_NAME}:{name}" if name else ""


def _amount(text: str) -> Decimal | str:
    number = to_decimal(text)
    return text if number is None else number


def _marks(text: str) -> str:
    """Letters and digits, without leading zeros: "RE-0042" and "re 0042" are one number."""
    return re.sub(r"[\W_]+", "", text).upper().lstrip("0")
