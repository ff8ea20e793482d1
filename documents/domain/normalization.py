"""The one way from raw text to a normalised value, for engines, the desk and language models alike. Idempotent."""

from __future__ import annotations

from documents.domain.field_types.registry import field_type
from documents.domain.schema_spec import FieldSpec


def normalize_value(spec: FieldSpec, raw_text: str, locale: str) -> str | None:
    """`raw_text` in the notation of the field's type, or None where it cannot be read as that type."""
    return field_type(spec.type).normalize(raw_text, locale, spec.choices)
