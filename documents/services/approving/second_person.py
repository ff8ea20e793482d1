"""Whether a second person decides too: by amount, by field, always, or by a random share that nobody can foresee."""

from __future__ import annotations

import hashlib
import hmac
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from documents.domain.field_roles import role_in
from documents.domain.field_types.roles import Role
from documents.domain.numbers import to_decimal
from documents.domain.schema_spec import FieldType
from documents.models import FieldValue, ReviewRule, SubDocument
from documents.selectors.words import words_of

_PURPOSE = b"second-person:"
_LARGEST = Decimal(10) ** 17


def amount_of(sub_document: SubDocument) -> Decimal | None:
    """What a document is worth: the field that is its total, else the largest amount outside tables; None without any."""
    version = sub_document.schema_version
    values = FieldValue.objects.filter(sub_document=sub_document, table_row__isnull=True, type=FieldType.AMOUNT)
    found = {value.name: abs(read) for value in values if (read := to_decimal(value.value)) is not None}
    found = {name: amount for name, amount in found.items() if amount < _LARGEST}
    if not found or version is None:
        return None
    words = words_of(sub_document.organization)
    totals = [spec.name for spec in version.spec.fields if role_in(version.spec, spec, words) == Role.TOTAL]
    return next((found[name] for name in totals if name in found), max(found.values())).quantize(Decimal("0.01"))


def second_person_rule(sub_document: SubDocument) -> ReviewRule | None:
    """The rule of its type, where that asks for a second person at all."""
    version = sub_document.schema_version
    rule = ReviewRule.objects.filter(schema_id=version.schema_id).first() if version else None
    return rule if rule and rule.asks_for_second else None


def needs_second_person(sub_document: SubDocument, *, is_automatic: bool = False) -> bool:
    """By the rule of its type, for the values as they are now.

    A field brings a second person in where a person typed or changed it (one of its cells, for table.column); before an
    automatic approval, where it has a value.
    """
    rule = second_person_rule(sub_document)
    if rule is None or (is_automatic and not rule.is_second_automatic):
        return False
    if rule.is_second_always or is_drawn_for(sub_document.id, rule.second_percent):
        return True
    if rule.second_amount is not None and (amount_of(sub_document) or Decimal(0)) >= rule.second_amount:
        return True
    return _has_chosen_field(sub_document, rule, is_automatic=is_automatic)


def _has_chosen_field(sub_document: SubDocument, rule: ReviewRule, *, is_automatic: bool) -> bool:
    chosen = Q()
    for path in rule.second_fields:
        table, _, column = path.partition(".")
        named = Q(table_row__table=table, name=column) if column else Q(table_row__isnull=True, name=path)
        chosen |= named
    if not chosen:
        return False
    values = FieldValue.objects.filter(chosen, sub_document=sub_document)
    if is_automatic:
        return values.exclude(value__isnull=True, raw_text="").exists()
    return values.filter(corrected_by__isnull=False).exists()


def is_drawn_for(object_id: UUID, percent: int) -> bool:
    """Whether an id is among that share of all ids, by a hash under the installation's key: asking again gives the same."""
    digest = hmac.new(settings.SECRET_KEY.encode(), _PURPOSE + object_id.bytes, hashlib.sha256).digest()
    return int.from_bytes(digest[:8]) * 100 < percent << 64
