"""Absent: somebody looked for a value, and it is not on the document, or not to be read there. Not the same as unread, empty or
cleared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self


class AbsenceCode(StrEnum):
    """How it is known. The codes are stored and never change."""

    NO_CANDIDATE = "no_candidate"  # every page was read, and nothing on them could be it; params: pages [first, last]
    NOT_ON_DOCUMENT = "not_on_document"  # a person says so
    NOT_OF_SENDER = "not_of_sender"  # people took it from this sender's documents; params: pages, documents
    ILLEGIBLE = "illegible"  # a person says that it is on the document, and that nobody can read it


@dataclass(frozen=True)
class Absence:
    """`confidence` (0..1) is how sure it is that the value is absent; None: not reported."""

    code: AbsenceCode
    params: Mapping[str, Any] = field(default_factory=dict)
    confidence: float | None = None

    def to_dict(self) -> dict[str, Any]:
        return {"code": self.code.value, "params": dict(self.params), "confidence": self.confidence}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        return cls(AbsenceCode(data["code"]), dict(data.get("params", {})), data.get("confidence"))


BY_A_PERSON = Absence(AbsenceCode.NOT_ON_DOCUMENT)
ILLEGIBLE = Absence(AbsenceCode.ILLEGIBLE)


def stored_absence(data: Mapping[str, Any] | None) -> Absence | None:
    """From a column or JSON that may be empty."""
    return Absence.from_dict(data) if data else None
