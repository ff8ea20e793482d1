"""What a document is worth: the total that is printed on it, by which waiting tasks are ordered."""

from __future__ import annotations

from decimal import Decimal

from documents.domain.field_roles import Role, role_in
from documents.domain.numbers import to_decimal
from documents.domain.schema_spec import FieldType
from documents.domain.words.in_force import words_in_force
from documents.models import FieldValue, SubDocument

_LARGEST = Decimal(10) ** 17


def amount_of(sub_document: SubDocument) -> Decimal | None:
    """The field that is the total, else the largest amount outside tables; None where no amount was read."""
    version = sub_document.schema_version
    values = FieldValue.objects.filter(sub_document=sub_document, table_row__isnull=True, type=FieldType.AMOUNT)
    found = {value.name: abs(read) for value in values if (read := to_decimal(value.value)) is not None}
    found = {name: amount for name, amount in found.items() if amount < _LARGEST}
    if not found or version is None:
        return None
    words = words_in_force()
    totals = [spec.name for spec in version.spec.fields if role_in(version.spec, spec, words) == Role.TOTAL]
    return next((found[name] for name in totals if name in found), max(found.values())).quantize(Decimal("0.01"))
