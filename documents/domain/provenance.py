"""Where a value came from: page, place, characters, and who produced it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self

from idp_project.core.geometry import Polygon
from idp_project.core.reasons import Reason, reasons_of
from idp_project.core.spans import Span


@dataclass(frozen=True, slots=True)
class Provenance:
    """The place of a value on a page. `polygon` and `span` are None where the value was not located.

    `page_number` is 1-based within the document; the polygon is in page coordinates, the span indexes the page's text.
    `notes` say what was guessed, repaired or read otherwise than printed on the way from the text to the value.
    `xml_path` is the place in the XML of a value that an electronic invoice states; then polygon and span are where a page
    prints the same.
    """

    page_number: int
    polygon: Polygon | None
    span: Span | None
    engine: str
    engine_version: str
    notes: tuple[Reason, ...] = ()
    xml_path: str = ""

    def noting(self, note: Reason) -> Self:
        """With one more note; each is said once."""
        return self if note in self.notes else replace(self, notes=(*self.notes, note))

    @property
    def is_located(self) -> bool:
        return self.polygon is not None

    def to_dict(self) -> dict[str, Any]:
        plain = {
            "page": self.page_number,
            "polygon": self.polygon.to_list() if self.polygon else None,
            "span": self.span.to_list() if self.span else None,
            "engine": self.engine,
            "engine_version": self.engine_version,
        }
        said = {"notes": [note.to_dict() for note in self.notes], "xml_path": self.xml_path}
        return plain | {name: value for name, value in said.items() if value}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        return cls(
            page_number=int(data["page"]),
            polygon=Polygon.from_list(data["polygon"]) if data.get("polygon") else None,
            span=Span.from_list(data["span"]) if data.get("span") else None,
            engine=data["engine"],
            engine_version=data["engine_version"],
            notes=tuple(reasons_of(data.get("notes", ()))),
            xml_path=data.get("xml_path", ""),
        )
