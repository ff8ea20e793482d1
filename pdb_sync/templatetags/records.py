"""How places and values of approved data look in templates."""

from __future__ import annotations

from typing import Any

from django import template

from documents.domain.field_types.base import PdbColumn
from documents.domain.field_types.registry import field_type
from documents.domain.schema_spec import FieldType

register = template.Library()


@register.filter
def is_numeric(name: str) -> bool:
    """Numbers and dates are set in figures of one width."""
    return name in tuple(FieldType) and field_type(FieldType(name)).pdb_column is not PdbColumn.TEXT


@register.filter
def spoken(name: str) -> Any:
    """A stored name as words: `line_items` is Line items."""
    return name.replace("_", " ").capitalize()


@register.filter
def short_hash(sha256: str) -> str:
    """The first twelve characters; the whole stands in the title."""
    return sha256[:12]
