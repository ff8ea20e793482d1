"""Serializers with a field that has the name of an attribute of theirs."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class ReservedNamesSerializer(serializers.Serializer[Any]):
    """A field that would replace an attribute of serializers (`fields`, `label`) is declared with an underscore behind its name;
    callers of the API know it without.
    """

    def get_fields(self) -> dict[str, Any]:
        return {name.removesuffix("_"): field for name, field in super().get_fields().items()}
