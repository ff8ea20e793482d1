"""Pages as a person arranged them: read from the place in the file where they are, and upright as that person said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from extraction.context import FileParser

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from idp_project.core.isolation.client import Attachment


class PlacesParser:
    """A FileParser that reads a page of the document where it is in the file; `places` are those of moved pages, by number."""

    def __init__(self, parser: FileParser, places: Mapping[int, int]) -> None:
        self._parser, self._places = parser, places

    def inspect(self, path: str) -> dict[str, Any]:
        return self._parser.inspect(path)

    def page_sizes(self, path: str) -> list[tuple[float, float]]:
        return self._parser.page_sizes(path)

    def render(self, path: str, page_number: int, dpi: int) -> NDArray[Any]:
        return self._parser.render(path, self._places.get(page_number, page_number), dpi)

    def read_text_layer(self, path: str, page_number: int) -> dict[str, Any]:
        return self._parser.read_text_layer(path, self._places.get(page_number, page_number))

    def read_attachments(self, path: str) -> list[Attachment]:
        return self._parser.read_attachments(path)


class TurnedByPerson:
    """An OcrEngine that knows which way is up, as a person has said so; all else is the engine's own."""

    def __init__(self, engine: Any, quarter_turns: int) -> None:
        self._engine, self._quarter_turns = engine, quarter_turns

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def detect_orientation(self, image: object) -> int:
        """Clockwise quarter turns."""
        return self._quarter_turns
