"""The part that a field of a schema plays: what its type says of its name and labels, turned round for orders."""

from __future__ import annotations

from functools import lru_cache

from documents.domain.field_types.registry import field_type
from documents.domain.field_types.roles import Role
from documents.domain.plain_text import plain
from documents.domain.schema_spec import FieldSpec, SchemaSpec
from documents.domain.words import Words, word_set

_OTHER_SIDE = {
    Role.ISSUER: Role.RECIPIENT,
    Role.RECIPIENT: Role.ISSUER,
    Role.ISSUER_ADDRESS: Role.RECIPIENT_ADDRESS,
    Role.RECIPIENT_ADDRESS: Role.ISSUER_ADDRESS,
}

SUM_ROLES = frozenset({Role.TOTAL, Role.SUBTOTAL, Role.TAX})
"""Of the amounts that a document ends with."""


@lru_cache(maxsize=1024)
def role_of(spec: FieldSpec, words: Words) -> Role:
    """The field's role; OTHER where nothing speaks for one."""
    names = (plain(spec.name), *(plain(label) for label in spec.labels))
    return field_type(spec.type).role(names, words)


def role_in(schema: SchemaSpec, spec: FieldSpec, words: Words) -> Role:
    """The field's role in documents of that schema: an order is written by the buyer, to the supplier; what confirms one
    is not."""
    role = role_of(spec, words)
    name = plain(schema.name)
    is_order = not word_set(words, "order_name").isdisjoint(name.split())
    is_confirmation = name in {plain(phrase) for phrase in words.kind_order_confirmation}
    return _OTHER_SIDE.get(role, role) if is_order and not is_confirmation else role
