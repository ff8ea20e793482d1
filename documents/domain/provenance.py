"""Where a value came from: page, place, characters, and who produced it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from idp_project.core.geometry import Polygon
from idp_project.core.spans import Span


@dataclass(frozen=True, slots=True)
class Provenance:
    """The place of a value on a page. `polygon` and `span` are None where the value was not located.

    `page_number` is 1-based within the document; the polygon is in page coordinates, the span indexes the page's text.
    """

    page_number: int
    polygon: Polygon | None
    span: Span | None
    engine: str
    engine_version: str

    @property
    def is_located(self) -> bool:
        return self.polygon is not None

    def to_dict(self) -> dict[str, Any]:
        return {
            "page": self.page_number,
            "polygon": self.polygon.to_list() if self.polygon else None,
            "span": self.span.to_list() if self.span else None,
            "engine": self.engine,
            "engine_version": self.engine_version,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        return cls(
            page_number=int(data["page"]),
            polygon=Polygon.from_list(data["polygon"]) if data.get("polygon") else None,
            span=Span.from_list(data["span"]) if data.get("span") else None,
            engine=data["engine"],
            engine_version=data["engine_version"],
        )
