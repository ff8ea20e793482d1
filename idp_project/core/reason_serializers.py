"""How the API gives reasons: as text in the caller's language, and beside it as data."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from idp_project.core.reasons import Reason

_SHAPE = {
    "type": "object",
    "nullable": True,
    "properties": {
        "code": {"type": "string"},
        "params": {"type": "object", "additionalProperties": True},
        "text": {"type": "string"},
    },
    "required": ["code", "params", "text"],
}


class ReasonTextField(serializers.CharField):
    """The text; empty where there is no reason."""

    def get_attribute(self, instance: Any) -> Any:
        return super().get_attribute(instance) or ""


@extend_schema_field(_SHAPE)
class ReasonDataField(serializers.Field):  # type: ignore[type-arg]
    """`{"code", "params", "text"}`; null where there is no reason."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"read_only": True, **options})

    def to_representation(self, value: Reason) -> dict[str, Any]:
        return value.shown()
