"""Why single values need a look. The caller has passed a door."""

from __future__ import annotations

from uuid import UUID

from documents.models import FieldValue
from idp_project.core.reasons import Reason


def unsure_fields(sub_document_ids: list[UUID]) -> dict[UUID, list[Reason]]:
    """By sub-document: why its values, table cells included, need a look; in the schema's order."""
    seen = FieldValue.objects.filter(sub_document_id__in=sub_document_ids, sub_document__is_blind=False)
    values = seen.filter(is_confirmed=False).exclude(reasons=[])
    found: dict[UUID, list[Reason]] = {}
    for sub_document_id, reasons in values.order_by("position").values_list("sub_document_id", "reasons"):
        found.setdefault(sub_document_id, []).extend(reasons)
    return found
