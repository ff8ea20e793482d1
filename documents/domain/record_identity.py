"""By what a record is known again: who wrote the document, under which number, for what amount."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from documents.domain.field_roles import role_in
from documents.domain.field_types.registry import field_type
from documents.domain.field_types.roles import Role
from documents.domain.numbers import to_decimal
from documents.domain.plain_text import plain
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec
from documents.domain.words import Words, built_in_words

_SIGNS_OF_SENDER = frozenset({FieldType.IBAN, FieldType.VAT_NUMBER})
_SHORTEST_NUMBER = 3  # letters and digits: "1" is the number of many


@dataclass(frozen=True)
class RecordIdentity:
    """`number` and each of `senders` are in the form in which they are compared; empty where the document states none."""

    number: str = ""
    senders: frozenset[str] = frozenset()
    amount: str = ""

    def is_same_as(self, other: RecordIdentity) -> bool:
        """The same number of the same sender. Where they have nothing in common by which a sender is known, as a scan whose
        name was misread or on which only the bank account was made out, the amount decides; not against two VAT numbers.
        """
        if not self.number or self.number != other.number:
            return False
        if self.senders & other.senders:
            return True
        if self._signs(FieldType.VAT_NUMBER) and other._signs(FieldType.VAT_NUMBER):
            return False
        return self.amount != "" and _amount(self.amount) == _amount(other.amount)

    def _signs(self, kind: FieldType) -> frozenset[str]:
        return frozenset(sender for sender in self.senders if sender.startswith(f"{kind.value}:"))

    def is_of_amount(self, other: RecordIdentity) -> bool:
        """Whether both are for the same amount, however many decimal places it has."""
        return _amount(self.amount) == _amount(other.amount)


def identity_of(schema: SchemaSpec, values: Mapping[str, str], words: Words | None = None) -> RecordIdentity:
    """Of a record with these normalised values by field. The number is that of the first required field which tells
    documents of the type apart; a sender is an issuer's name, an IBAN or a VAT number."""
    known = words or built_in_words()
    number = next((_marks(values[spec.name]) for spec in _numbers(schema) if values.get(spec.name)), "")
    senders = {sender for spec in schema.fields if (sender := _sender(schema, spec, values.get(spec.name, ""), known))}
    total = next((spec for spec in schema.fields if role_in(schema, spec, known) is Role.TOTAL), None)
    amount = values.get(total.name, "").removeprefix("-") if total else ""
    return RecordIdentity(number if len(number) >= _SHORTEST_NUMBER else "", frozenset(senders), amount)


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
    return f"name:{name}" if name else ""


def _amount(text: str) -> Decimal | str:
    number = to_decimal(text)
    return text if number is None else number


def _marks(text: str) -> str:
    """Letters and digits, without leading zeros: "RE-0042" and "re 0042" are one number."""
    return re.sub(r"[\W_]+", "", text).upper().lstrip("0")
