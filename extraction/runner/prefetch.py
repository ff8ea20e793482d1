"""Reading ahead in one sandboxed child: a file is opened once for what several steps ask, which makes them fast."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from idp_project.core.errors import PermanentFailure
from idp_project.core.isolation.client import Attachment, ParsedPage, Sandbox

if TYPE_CHECKING:
    from numpy.typing import NDArray


class PrefetchingParser:
    """A FileParser for the given pages of one file: text layers and images at `view_dpi` come from one reading."""

    def __init__(self, sandbox: Sandbox, path: str, page_numbers: Sequence[int], view_dpi: int) -> None:
        self._sandbox = sandbox
        self._path = path
        self._numbers = page_numbers
        self._view_dpi = view_dpi

    @cached_property
    def _readings(self) -> dict[int, ParsedPage]:
        readings = self._sandbox.read_pages(self._path, self._numbers, self._view_dpi)
        return {reading.page_number: reading for reading in readings}

    def inspect(self, path: str) -> dict[str, Any]:
        return self._sandbox.inspect(path)

    def page_sizes(self, path: str) -> list[tuple[float, float]]:
        return self._sandbox.page_sizes(path)

    def read_text_layer(self, path: str, page_number: int) -> dict[str, Any]:
        reading = self._readings[page_number]
        return _value(reading.text_layer, reading.text_error)

    def read_attachments(self, path: str) -> list[Attachment]:
        return self._sandbox.read_attachments(path)

    def render(self, path: str, page_number: int, dpi: int) -> NDArray[Any]:
        if dpi != self._view_dpi:
            return self._sandbox.render(path, page_number, dpi)
        reading = self._readings[page_number]
        return _value(reading.image, reading.image_error)


class InspectingParser:
    """A FileParser for one document: what `metadata` asks also answers `page_split`, up to as many pages as `inspect`
    measures, and the `render` of a scan's first page. Threads and processes do not share it.
    """

    def __init__(self, sandbox: Sandbox, dpi: int) -> None:
        self._sandbox = sandbox
        self._dpi = dpi
        self._inspected: dict[str, Any] = {}
        self._inspected_path = ""
        self._first: ParsedPage | None = None

    def inspect(self, path: str) -> dict[str, Any]:
        self._inspected, self._inspected_path = {}, path
        self._inspected, self._first = self._sandbox.inspect_scan(path, self._dpi)
        return self._inspected

    def page_sizes(self, path: str) -> list[tuple[float, float]]:
        sizes = self._inspected.get("sizes", ()) if path == self._inspected_path else ()
        if sizes and len(sizes) == self._inspected["page_count"]:
            return [(float(width), float(height)) for width, height in sizes]
        return self._sandbox.page_sizes(path)

    def read_attachments(self, path: str) -> list[Attachment]:
        if path == self._inspected_path and not self._inspected.get("has_attachments", True):
            return []
        return self._sandbox.read_attachments(path)

    def render(self, path: str, page_number: int, dpi: int) -> NDArray[Any]:
        if self._first is not None and (path, page_number, dpi) == (self._inspected_path, 1, self._dpi):
            reading, self._first = self._first, None  # once: a page is large
            return _value(reading.image, reading.image_error)
        return self._sandbox.render(path, page_number, dpi)

    def read_text_layer(self, path: str, page_number: int) -> dict[str, Any]:
        return self._sandbox.read_text_layer(path, page_number)


def _value(value: Any, error: PermanentFailure | None) -> Any:
    if error is not None:
        raise error
    return value
