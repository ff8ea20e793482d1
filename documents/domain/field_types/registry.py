"""The field types by name. A type without a module, or a module without a type, stops the import."""

from __future__ import annotations

from documents.domain.field_types.address import AddressRules
from documents.domain.field_types.amount import AmountRules
from documents.domain.field_types.base import CellKind, FieldTypeRules
from documents.domain.field_types.choice import ChoiceRules
from documents.domain.field_types.clause import ClauseRules
from documents.domain.field_types.currency import CurrencyRules
from documents.domain.field_types.date import DateRules
from documents.domain.field_types.email import EmailRules
from documents.domain.field_types.iban import IbanRules
from documents.domain.field_types.identifier import IdentifierRules
from documents.domain.field_types.name import NameRules
from documents.domain.field_types.number import NumberRules
from documents.domain.field_types.percentage import PercentageRules
from documents.domain.field_types.phone import PhoneRules
from documents.domain.field_types.signature import SignatureRules
from documents.domain.field_types.text import TextRules
from documents.domain.field_types.tick_box import TickBoxRules
from documents.domain.field_types.vat_number import VatNumberRules
from documents.domain.schema_spec import FieldSpec, FieldType

_ALL: tuple[type[FieldTypeRules], ...] = (
    TextRules, NameRules, AddressRules, IdentifierRules, DateRules, AmountRules, NumberRules, PercentageRules,
    CurrencyRules, IbanRules, VatNumberRules, EmailRules, PhoneRules, ChoiceRules, ClauseRules, TickBoxRules, SignatureRules,
)  # fmt: skip


def registered(kinds: tuple[type[FieldTypeRules], ...]) -> dict[FieldType, FieldTypeRules]:
    """The rules by type. Raises TypeError where a type has none, two, or rules that leave something out."""
    rules: dict[FieldType, FieldTypeRules] = {}
    for kind in kinds:
        lacking = [name for name in FieldTypeRules.__annotations__ if not hasattr(kind, name)]
        if lacking:
            raise TypeError(f"{kind.__name__} does not say: {', '.join(lacking)}")
        if kind.type in rules:
            raise TypeError(f"{kind.type} has two modules")
        rules[kind.type] = kind()
    if without := set(FieldType) - rules.keys():
        raise TypeError(f"no module in field_types for: {', '.join(sorted(without))}")
    return rules


_RULES = registered(_ALL)


def field_type(kind: FieldType) -> FieldTypeRules:
    """The rules of a type."""
    return _RULES[kind]


def cell_kind(column: FieldSpec) -> CellKind:
    """What a column is in a printed table."""
    return _RULES[column.type].cell_kind
