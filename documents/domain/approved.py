"""An approved version's content: what leaves for the production database, with a birth certificate a cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from documents.domain.absence import Absence, stored_absence
from documents.domain.document_kinds import DocumentKind
from documents.domain.e_invoice_fields import DEVIATES
from documents.domain.overrides import Override
from documents.domain.provenance import Provenance
from documents.domain.schema_spec import FieldType


@dataclass(frozen=True)
class ApprovedCell:
    """One approved value. `provenance` is None where a person typed a value without a place.

    `confidence` is the machine's, None where there was none; `corrected_by` is a display name, empty where the
    machine's value stood. `item` is 0 for a field with one value and for a table's cell; items of a list count from 1, with
    gaps where one was taken away. A list without items is one cell without a value. `field_id` is the field's permanent id,
    empty in versions from before there were any; `absence` says that the document does not state it;
    `is_sensitive` that only those see it who may. `deviation`: what `deviation_in` says of it.
    """

    name: str
    type: FieldType
    value: str | None
    raw_text: str
    confidence: float | None
    provenance: Provenance | None
    corrected_by: str = ""
    item: int = 0
    field_id: str = ""
    absence: Absence | None = None
    is_sensitive: bool = False
    deviation: Mapping[str, Any] | None = None

    @property
    def is_empty_list(self) -> bool:
        return bool(self.item) and self.value is None and not self.raw_text

    def to_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "type": self.type.value,
            "value": self.value,
            "raw_text": self.raw_text,
            "confidence": self.confidence,
            "provenance": self.provenance.to_dict() if self.provenance else None,
            "corrected_by": self.corrected_by,
            "item": self.item,
            "field_id": self.field_id,
            "absence": self.absence.to_dict() if self.absence else None,
            **({"is_sensitive": True} if self.is_sensitive else {}),
            **({"deviation": dict(self.deviation)} if self.deviation else {}),
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        return cls(
            data["name"],
            FieldType(data["type"]),
            data["value"],
            data["raw_text"],
            data["confidence"],
            Provenance.from_dict(data["provenance"]) if data["provenance"] else None,
            data.get("corrected_by", ""),
            int(data.get("item", 0)),
            data.get("field_id", ""),
            stored_absence(data.get("absence")),
            is_sensitive=bool(data.get("is_sensitive", False)),
            deviation=data.get("deviation"),
        )


def deviation_in(candidates: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Where electronic invoice and page disagree, of a value's candidates as stored: `stated` with its `xml_path`, `printed`
    with its `page` and `polygon`. It stays whichever of them a person took."""
    first, *others = candidates or [{}]
    if not others or not (first.get("evidence") or {}).get(DEVIATES):
        return None
    place = others[0].get("provenance") or {}
    return {
        "stated": first.get("value") or first.get("raw_text", ""),
        "xml_path": (first.get("provenance") or {}).get("xml_path", ""),
        "printed": others[0].get("raw_text", ""),
        "page": place.get("page"),
        "polygon": place.get("polygon"),
    }


@dataclass(frozen=True)
class ApprovedContent:
    """Everything the production database learns of one approved sub-document. Ids are UUID strings, times ISO 8601 UTC.

    `tables` maps a table's name to its rows; `approved_by` is a display name, or `auto-approval`. `overrides` are the
    checks that failed when a person approved; versions from before they were kept have none. `kind` is a DocumentKind.
    `rests_on` is the bound that an automatic approval rests on, with where it comes from; None for a person's.
    """

    organization_id: str
    organization_slug: str
    team_id: str
    team_name: str
    batch_id: str
    document_id: str
    sub_document_id: str
    version: int
    schema_key: str
    schema_version: str
    file_name: str
    file_sha256: str
    first_page: int
    last_page: int
    approved_by: str
    approved_at: str
    fields: tuple[ApprovedCell, ...]
    tables: dict[str, tuple[tuple[ApprovedCell, ...], ...]]
    overrides: tuple[Override, ...] = ()
    kind: str = DocumentKind.UNKNOWN.value
    rests_on: Mapping[str, Any] | None = None

    @property
    def cells(self) -> Iterator[ApprovedCell]:
        """All of them: fields, then tables row by row."""
        yield from self.fields
        for rows in self.tables.values():
            for row in rows:
                yield from row

    def to_dict(self) -> dict[str, Any]:
        plain = {name: getattr(self, name) for name in _PLAIN}
        return plain | {
            "fields": [cell.to_dict() for cell in self.fields],
            "tables": {name: [[cell.to_dict() for cell in row] for row in rows] for name, rows in self.tables.items()},
            "overrides": [override.to_dict() for override in self.overrides],
            "kind": self.kind,
            "rests_on": dict(self.rests_on) if self.rests_on is not None else None,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        return cls(
            **{name: data[name] for name in _PLAIN},
            fields=tuple(ApprovedCell.from_dict(cell) for cell in data["fields"]),
            tables={
                name: tuple(tuple(ApprovedCell.from_dict(cell) for cell in row) for row in rows)
                for name, rows in data["tables"].items()
            },
            overrides=tuple(Override.from_dict(override) for override in data.get("overrides", ())),
            kind=data.get("kind", DocumentKind.UNKNOWN.value),
            rests_on=data.get("rests_on"),
        )


_SPECIAL = {"fields", "tables", "overrides", "kind", "rests_on"}
_PLAIN = tuple(name for name in ApprovedContent.__dataclass_fields__ if name not in _SPECIAL)
