"""What one decided document teaches of its sender: where each value stands, beside which words, and what it was not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import UUID

from idp_project.core.geometry import BoundingBox

MEMORY, MEMORY_VERSION = "memory", "1"
"""The engine in the provenance of a value that was chosen by what is remembered of its sender."""


@dataclass(frozen=True)
class Surroundings:
    """A place as it is known again: words of the line before it (`left`), the words above it, and its box.

    `from_start` and `from_end` count the pages of the sub-document from 0. Words are lower case, without digits.
    """

    from_start: int
    from_end: int
    box: BoundingBox
    left: str = ""
    above: str = ""

    def to_dict(self) -> dict[str, Any]:
        box = self.box
        return {
            "pages": [self.from_start, self.from_end],
            "box": [box.left, box.top, box.right, box.bottom],
            "left": self.left,
            "above": self.above,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        first, last = data["pages"]
        return cls(first, last, BoundingBox(*data["box"]), data["left"], data["above"])


@dataclass(frozen=True)
class LearnedField:
    """One approved field: its value, as it was printed, and `place`, None where it was not found on the pages.

    `field_id` is the permanent id, empty where an older release wrote the value. `is_corrected`: the machine had read
    something else, at `refused` where that had a place.
    """

    field_id: str
    name: str
    value: str
    raw_text: str
    place: Surroundings | None = None
    is_corrected: bool = False
    refused: Surroundings | None = None

    def to_dict(self) -> dict[str, Any]:
        return {
            "field_id": self.field_id,
            "name": self.name,
            "value": self.value,
            "raw_text": self.raw_text,
            "place": self.place.to_dict() if self.place else None,
            "is_corrected": self.is_corrected,
            "refused": self.refused.to_dict() if self.refused else None,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        place, refused = (
            Surroundings.from_dict(data[name]) if data.get(name) else None for name in ("place", "refused")
        )
        return cls(
            data["field_id"], data["name"], data["value"], data["raw_text"], place, bool(data["is_corrected"]), refused
        )


@dataclass(frozen=True)
class LearnedDocument:
    """What a sub-document of a sender teaches. `codes` are the VAT numbers and IBANs that were approved, `name` is who issued it,
    `head` the text of its first lines; by these its sender is known again. `id` is that of its row, once it is stored."""

    codes: tuple[str, ...] = ()
    name: str = ""
    head: str = ""
    fields: tuple[LearnedField, ...] = ()
    id: UUID | None = field(default=None, compare=False)

    @property
    def is_empty(self) -> bool:
        return not self.fields

    def field_named(self, field_id: str, name: str) -> LearnedField | None:
        """By the permanent id, by the name where one of them has none."""
        for one in self.fields:
            if one.field_id == field_id if field_id and one.field_id else one.name == name:
                return one
        return None

    def to_dict(self) -> dict[str, Any]:
        return {
            "codes": list(self.codes),
            "name": self.name,
            "head": self.head,
            "fields": [one.to_dict() for one in self.fields],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], row_id: UUID | None = None) -> Self:
        fields = tuple(LearnedField.from_dict(one) for one in data["fields"])
        return cls(tuple(data["codes"]), data["name"], data["head"], fields, row_id)
