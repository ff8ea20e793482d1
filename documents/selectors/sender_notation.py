"""How the sender of a document wrote its earlier, approved documents in the same organisation."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q

from documents.domain.schema_spec import FieldType
from documents.domain.sender_notation import SenderNotation, WrittenValue, shown_notation
from documents.domain.statuses import APPROVED_STATUSES
from documents.models import FieldValue
from idp_project.core.tenancy import organization_scope

_SENDER_TYPES = (FieldType.VAT_NUMBER.value, FieldType.IBAN.value, FieldType.NAME.value)
_MOST_DOCUMENTS = 20  # the latest
_MOST_VALUES = 400


def sender_notation_of(organization_id: UUID, keys: Sequence[tuple[str, str]]) -> SenderNotation:
    """`keys` are pairs of a field's name and its value, of which one is enough to know the sender. One query, by the index
    of senders; nothing of another organisation is seen.
    """
    same_sender = Q()
    for name, value in keys:
        same_sender |= Q(name=name, value=value)
    with organization_scope(organization_id):
        of_sender = (
            FieldValue.objects.filter(same_sender, value__in=[value for _, value in keys], type__in=_SENDER_TYPES)
            .filter(table_row=None, sub_document__status__in=APPROVED_STATUSES)
            .order_by("-created_at")
            .values("sub_document_id")[:_MOST_DOCUMENTS]
        )
        found = FieldValue.objects.filter(
            sub_document_id__in=of_sender, type__in=(FieldType.DATE, FieldType.AMOUNT), value__isnull=False
        ).exclude(raw_text="")
        rows = list(found.values_list("sub_document_id", "type", "raw_text", "value")[:_MOST_VALUES])
    values = [WrittenValue(kind, raw_text, value or "") for _, kind, raw_text, value in rows]
    return shown_notation(values, len({document for document, *_ in rows}))
