"""Writing field values: by a person, old value kept by the caller as a correction."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from documents.domain.absence import Absence
from documents.domain.provenance import Provenance
from documents.models import FieldValue


def field_value_write(
    field_value: FieldValue,
    *,
    value: str | None,
    raw_text: str,
    user_id: UUID,
    place: Provenance | None = None,
    absence: Absence | None = None,
) -> dict[str, Any]:
    """Sets a value as a person decided it and marks it confirmed; gives the old one. With `absence` there is no value.

    The machine's provenance is kept only while the value stays as the machine read it, or `place` names a new one; what is
    known of its absence only while it stays without a value.
    """
    old = value_as_json(field_value)
    field_value.is_confirmed = True
    is_cleared = value is None and raw_text != field_value.raw_text  # also of a text that nobody could read as its type
    is_made_absent = absence is not None and absence != field_value.absent
    if value != field_value.value or is_cleared or place is not None or is_made_absent:
        field_value.value, field_value.raw_text = value, raw_text
        field_value.provenance = place.to_dict() if place else None
        field_value.absence = absence.to_dict() if absence else None
        field_value.corrected_by_id, field_value.corrected_at = user_id, timezone.now()
    field_value.save()
    return old


def value_as_json(field_value: FieldValue) -> dict[str, Any]:
    """As corrections keep it."""
    kept = {"value": field_value.value, "raw_text": field_value.raw_text, "provenance": field_value.provenance}
    return kept | {"absence": absent.to_dict() if (absent := field_value.absent) else None}


_SNAPSHOT = ("value", "raw_text", "provenance", "absence", "is_confirmed")


def value_snapshot(field_value: FieldValue) -> dict[str, Any]:
    """All of a value that a person changes, as JSON."""
    kept = {name: getattr(field_value, name) for name in _SNAPSHOT}
    corrected_at = field_value.corrected_at
    return kept | {
        "corrected_by": str(field_value.corrected_by_id) if field_value.corrected_by_id else None,
        "corrected_at": corrected_at.isoformat() if corrected_at else None,
    }


def field_value_restore(field_value: FieldValue, snapshot: dict[str, Any]) -> None:
    """Makes a value what it was when `value_snapshot` gave this."""
    for name in _SNAPSHOT:
        setattr(field_value, name, snapshot[name])
    corrected_by, corrected_at = snapshot["corrected_by"], snapshot["corrected_at"]
    field_value.corrected_by_id = UUID(corrected_by) if corrected_by else None
    field_value.corrected_at = datetime.fromisoformat(corrected_at) if corrected_at else None
    field_value.save()
