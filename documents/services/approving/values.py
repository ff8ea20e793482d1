"""Writing field values: by a person, old value kept by the caller as a correction."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone

from documents.domain.provenance import Provenance
from documents.models import FieldValue


def field_value_write(
    field_value: FieldValue, *, value: str | None, raw_text: str, user_id: UUID, place: Provenance | None = None
) -> dict[str, Any]:
    """Sets a value as a person decided it and marks it confirmed; gives the old one.

    The machine's provenance is kept only while the value stays as the machine read it, or `place` names a new one.
    """
    old = {"value": field_value.value, "raw_text": field_value.raw_text, "provenance": field_value.provenance}
    field_value.is_confirmed = True
    is_cleared = value is None and raw_text != field_value.raw_text  # also of a text that nobody could read as its type
    if value != field_value.value or is_cleared or place is not None:
        field_value.value, field_value.raw_text = value, raw_text
        field_value.provenance = place.to_dict() if place else None
        field_value.corrected_by_id, field_value.corrected_at = user_id, timezone.now()
    field_value.save()
    return old
