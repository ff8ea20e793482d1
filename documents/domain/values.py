"""Field candidates, merged values, table rows and check results: what extraction hands from step to step."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as default
from enum import StrEnum
from typing import Any, Self

from documents.domain.absence import Absence, stored_absence
from documents.domain.provenance import Provenance
from idp_project.core.reasons import Reason, reason_of, reasons_of, text_of


@dataclass(frozen=True)
class FieldCandidate:
    """One possible value of a field, found on one page.

    `value` is normalised (see FieldType), None where the raw text could not be read as the field's type;
    `score` (0..1) ranks candidates of one field against each other; `evidence` holds named features 0..1
    (for example `label`, `type`, `place`, `reading`) that the confidence is made of.
    """

    field: str
    raw_text: str
    value: str | None
    score: float
    provenance: Provenance
    evidence: dict[str, float] = default(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        return {
            "field": self.field,
            "raw_text": self.raw_text,
            "value": self.value,
            "score": self.score,
            "provenance": self.provenance.to_dict(),
            "evidence": self.evidence,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        return cls(
            data["field"],
            data["raw_text"],
            data["value"],
            float(data["score"]),
            Provenance.from_dict(data["provenance"]),
            dict(data.get("evidence", {})),
        )


@dataclass(frozen=True)
class CandidateRow:
    """One row of a table on one page: a candidate per column found. `unread` are amounts that stand in it in no column.

    What the page prints about its rows stays with the row beside it: `carried_in` above the page's first and `carried_out`
    below its last are sums that it carries over, as decimals; `printed_count` how many rows the whole table has. A row without
    cells holds nothing but such marks.
    """

    table: str
    cells: tuple[FieldCandidate, ...]
    unread: tuple[str, ...] = ()
    carried_in: str = ""
    carried_out: str = ""
    printed_count: int | None = None

    def to_dict(self) -> dict[str, Any]:
        return {
            "table": self.table,
            "cells": [cell.to_dict() for cell in self.cells],
            "unread": list(self.unread),
            "carried_in": self.carried_in,
            "carried_out": self.carried_out,
            "printed_count": self.printed_count,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        return cls(
            data["table"],
            tuple(FieldCandidate.from_dict(cell) for cell in data["cells"]),
            tuple(data.get("unread", ())),
            carried_in=data.get("carried_in", ""),
            carried_out=data.get("carried_out", ""),
            printed_count=data.get("printed_count"),
        )


class CheckOutcome(StrEnum):
    """Of one check on one field."""

    PASSED = "passed"
    FAILED = "failed"
    MISSING = "missing"  # something that it needs was not found: not passed, yet nothing that was read is wrong
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True)
class CheckResult:
    """What one check said. `fields` are the names it speaks of (see `checks.names_of`), `reason` is for people, and
    only there where it did not pass. `notes` say what else that is printed a check that passed has counted."""

    check: str
    outcome: CheckOutcome
    fields: tuple[str, ...]
    reason: Reason | None = None
    notes: tuple[Reason, ...] = ()

    @property
    def message(self) -> str:
        """The reason's text."""
        return text_of(self.reason)

    def to_dict(self) -> dict[str, Any]:
        """What is stored. Earlier releases do not know MISSING, so it is stored as not applicable, with a mark beside it."""
        is_missing = self.outcome is CheckOutcome.MISSING
        plain = {
            "check": self.check,
            "outcome": (CheckOutcome.NOT_APPLICABLE if is_missing else self.outcome).value,
            "fields": list(self.fields),
            "reason": self.reason.to_dict() if self.reason else None,
        }
        said = {"is_missing": True} if is_missing else {}
        return plain | said | ({"notes": [note.to_dict() for note in self.notes]} if self.notes else {})

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        return cls(
            data["check"],
            CheckOutcome.MISSING if data.get("is_missing") else CheckOutcome(data["outcome"]),
            tuple(data["fields"]),
            reason_of(data.get("reason") or data.get("message")),
            notes=reasons_of(data.get("notes")),
        )


@dataclass(frozen=True)
class MergedField:
    """The value a sub-document has for a field, the chosen candidate first among `candidates`.

    `confidence` is None until the confidence check; `reasons` say why a person should look, beside the checks that
    failed. `item` is 0 for a field with one value; the items of a list count from 1. `refused` are candidates that were not
    good enough, or another field's. `absence` says that there is no value on the pages, where there is no candidate.
    """

    field: str
    candidates: tuple[FieldCandidate, ...]
    confidence: float | None = None
    reasons: tuple[Reason, ...] = ()
    refused: tuple[FieldCandidate, ...] = ()
    item: int = 0
    absence: Absence | None = None

    @property
    def chosen(self) -> FieldCandidate | None:
        return self.candidates[0] if self.candidates else None

    def to_dict(self) -> dict[str, Any]:
        return {
            "field": self.field,
            "candidates": [candidate.to_dict() for candidate in self.candidates],
            "confidence": self.confidence,
            "reasons": [reason.to_dict() for reason in self.reasons],
            "refused": [candidate.to_dict() for candidate in self.refused],
            "item": self.item,
            "absence": self.absence.to_dict() if self.absence else None,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        return cls(
            data["field"],
            tuple(FieldCandidate.from_dict(candidate) for candidate in data["candidates"]),
            data.get("confidence"),
            reasons_of(data.get("reasons")),
            refused=tuple(FieldCandidate.from_dict(candidate) for candidate in data.get("refused", ())),
            item=int(data.get("item", 0)),
            absence=stored_absence(data.get("absence")),
        )


@dataclass(frozen=True)
class MergedRow:
    """One row of a sub-document's table; `number` is 1-based over all its pages. `unread` as in `CandidateRow`;
    `doubts` say that rows beside it were printed and not read.
    """

    table: str
    number: int
    cells: tuple[MergedField, ...]
    unread: tuple[str, ...] = ()
    doubts: tuple[Reason, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {
            "table": self.table,
            "number": self.number,
            "cells": [cell.to_dict() for cell in self.cells],
            "unread": list(self.unread),
            "doubts": [reason.to_dict() for reason in self.doubts],
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        cells = tuple(MergedField.from_dict(cell) for cell in data["cells"])
        return cls(
            data["table"], int(data["number"]), cells, tuple(data.get("unread", ())), reasons_of(data.get("doubts"))
        )
