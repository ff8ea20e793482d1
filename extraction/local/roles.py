"""Which part a field of a schema plays, guessed from its type, name and labels."""

from __future__ import annotations

import re
from functools import lru_cache

from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec
from extraction.local import lexicon
from extraction.local.lexicon import Role


@lru_cache(maxsize=32768)
def plain(text: str) -> str:
    """Lower case, letters and digits only, single spaces: the form in which labels are compared."""
    return " ".join(re.sub(r"[^\w]+|_", " ", text.lower()).split())


@lru_cache(maxsize=1024)
def role_of(spec: FieldSpec) -> Role:
    """The field's role; OTHER where nothing speaks for one."""
    names = (plain(spec.name), *(plain(label) for label in spec.labels))
    match spec.type:
        case FieldType.AMOUNT:
            return _amount_role(names)
        case FieldType.DATE:
            return _date_role(names)
        case FieldType.NAME:
            return _party_role(names, Role.ISSUER, Role.RECIPIENT)
        case FieldType.ADDRESS:
            party = _party_role(names, Role.ISSUER_ADDRESS, Role.RECIPIENT_ADDRESS)
            return Role.ISSUER_ADDRESS if party is Role.OTHER else party
        case _:
            return Role.OTHER


_OTHER_SIDE = {
    Role.ISSUER: Role.RECIPIENT,
    Role.RECIPIENT: Role.ISSUER,
    Role.ISSUER_ADDRESS: Role.RECIPIENT_ADDRESS,
    Role.RECIPIENT_ADDRESS: Role.ISSUER_ADDRESS,
}


def role_in(schema: SchemaSpec, spec: FieldSpec) -> Role:
    """The field's role in documents of that schema: an order is written by the buyer, to the supplier."""
    role = role_of(spec)
    is_order = bool({"order", "bestellung"} & set(plain(schema.name).split()))
    return _OTHER_SIDE.get(role, role) if is_order else role


def _amount_role(names: tuple[str, ...]) -> Role:
    def has(phrases: tuple[str, ...]) -> bool:
        return any(name in phrases for name in names[:2])

    first = " ".join(names[:2])
    if has(lexicon.SUBTOTAL_PHRASES) or re.search(r"\b(net|subtotal|sub|untaxed|excl\w*|netto|before)\b", first):
        return Role.SUBTOTAL
    if has(lexicon.TAX_PHRASES) or re.search(r"\b(tax|vat|gst|mwst|tva|btw)\b", first):
        return Role.TAX
    if has(lexicon.TOTAL_PHRASES) or re.search(r"\b(total|gross|due|payable|sum)\b", first) or names[0] == "amount":
        return Role.TOTAL
    return Role.OTHER


def _date_role(names: tuple[str, ...]) -> Role:
    first = " ".join(names[:2])
    if re.search(r"\b(due|end|start|from|to|until|expiry|delivery|birth|period|check)\b", first):
        return Role.OTHER_DATE
    return Role.ISSUE_DATE


def _party_role(names: tuple[str, ...], issuer: Role, recipient: Role) -> Role:
    first = " ".join(names[:2])
    if any(re.search(rf"\b{re.escape(word)}\b", first) for word in lexicon.RECIPIENT_WORDS):
        return recipient
    if any(re.search(rf"\b{re.escape(word)}\b", first) for word in lexicon.ISSUER_WORDS):
        return issuer
    return Role.OTHER
