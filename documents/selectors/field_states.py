"""What a desk needs to know of single values: their state, other readings, and whether anything has changed since."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from documents.domain.absence import Absence, AbsenceCode
from documents.domain.list_reasons import NOT_LISTED_NEAREST
from documents.domain.schema_spec import FieldType
from documents.models import FieldValue, SubDocument
from idp_project.core.reasons import Reason

_LONG_TYPES = (FieldType.ADDRESS.value, FieldType.CLAUSE.value)
_ONE_LINE = 44  # characters that an entry of the desk shows


def is_long(kind: str, text: str) -> bool:
    """Whether an input of one line is too short for the value, or often would be."""
    return kind in _LONG_TYPES or "\n" in text or len(text) > _ONE_LINE


def values_version(sub_document: SubDocument) -> str:
    """A digest that changes with anything of it that a desk shows."""
    values = FieldValue.objects.filter(sub_document=sub_document).order_by("id")
    rows = values.values_list("id", "value", "raw_text", "is_confirmed", "absence", "table_row")
    own = (
        sub_document.status,
        sub_document.first_page,
        sub_document.last_page,
        sub_document.schema_version_id,
        sub_document.is_blind,
    )
    return hashlib.sha256(repr((own, sub_document.checks, list(rows))).encode()).hexdigest()[:24]


def state_of(value: FieldValue, *, has_failed: bool, is_required: bool) -> str:
    """See `readable.field_view`."""
    if has_failed:
        return "failed"
    if value.is_confirmed:
        return _state_by_person(value.absent)
    has_text = bool(value.value or value.raw_text)
    if value.reasons or (is_required and not has_text):
        return "needs"
    return "machine" if has_text else "absent" if value.absent else "empty"


def _state_by_person(absent: Absence | None) -> str:
    if absent is None:
        return "person"
    return "person_illegible" if absent.code is AbsenceCode.ILLEGIBLE else "person_absent"


def candidate_view(entry: dict[str, Any]) -> dict[str, Any]:
    """Another reading of a value, and where it stands."""
    place = entry.get("provenance") or {}
    text = entry.get("value") or entry.get("raw_text", "")
    return {"text": text, "page": place.get("page"), "polygon": place.get("polygon"), "span": place.get("span")}


def nearest_views(reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    """The entries of a list of master data that come nearest to a value that is not in it, as further readings."""
    texts = (text for reason in reasons if reason.code == NOT_LISTED_NEAREST.code for text in reason.params["nearest"])
    return [{**candidate_view({"value": text}), "is_listed": True} for text in texts]
