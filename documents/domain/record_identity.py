"""By what a record is known again: who wrote the document, under which number, for what amount."""

from __future__ import annotations

import re
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
_SHORTEST_NUMBER = 3  # letters and digits: "1" is the number of many


@dataclass(frozen=True)
class RecordIdentity:
    """`number` and each of `senders` are in the form in which they are compared; empty where the document states none."""

    number: str = ""
    senders: frozenset[str] = frozenset()
    amount: str = ""

    def is_same_as(self, other: RecordIdentity) -> bool:
        """The same number of the same sender. Where the two state nothing by which senders are compared, as a scan on which only
        the bank account was made out, or a name was misread, the amount decides.
        """
        if not self.number or self.number != other.number:
            return False
        if self.senders & other.senders:
            return True
        both = self._kinds & other._kinds
        is_open = not both or (both == {_NAME} and self._is_named_like(other))
        return is_open and self.amount != "" and self.is_of_amount(other)

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
    return f"{_NAME}:{name}" if name else ""


def _amount(text: str) -> Decimal | str:
    number = to_decimal(text)
    return text if number is None else number


def _marks(text: str) -> str:
    """Letters and digits, without leading zeros: "RE-0042" and "re 0042" are one number."""
    return re.sub(r"[\W_]+", "", text).upper().lstrip("0")
