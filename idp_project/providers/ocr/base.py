"""The port of OCR engines. The docstrings are the contract; adapters inherit the contract suite."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from idp_project.core.geometry import Polygon
from idp_project.core.page_text import PageText, TextSource
from idp_project.providers.errors import OcrFailed
from idp_project.providers.ocr.reading_order import OcrBox, Quad, lines_of

PageImage = NDArray[np.uint8]
"""RGB, height × width × 3."""


OcrOptions = Mapping[str, Any]
"""What an installation sets for one engine: the keyword arguments of its class, each of which has a default."""


@dataclass(frozen=True)
class ReadLine:
    """What an engine reads in the picture of a line, and how sure it is, 0..1."""

    text: str
    confidence: float


class OcrEngine(Protocol):
    """Reads the words of a page image.

    An engine is loaded when it is constructed, and raises there if it cannot be used: ModelMissing where weights or a
    language are absent, EngineMissing where the program or library is. It works with one thread and starts no pools,
    so that a worker may construct it and then fork, unless `is_inheritable` is False. None but the vision engine, which
    asks its model, reaches the network. Threads may share an engine; it does one page at a time.
    """

    @property
    def name(self) -> str:
        """Name in the registry; stored with every word's provenance."""

    @property
    def version(self) -> str:
        """Changes whenever the same image may give another text: library, weights, our own reading order."""

    @property
    def is_inheritable(self) -> bool:
        """Whether a process may load it and then fork; False on a GPU, whose driver does not survive a fork."""

    def recognize(self, image: PageImage) -> PageText:
        """The words of an upright page, lines top-down, words of a line in the order in which they are read: left to right,
        right to left on a page of Arabic or Hebrew. The source is OCR, VISION of the vision engine.

        Boxes side by side (a label and its amount) form one line. Every word has a four-cornered polygon in page
        coordinates and a confidence 0..1. A page without text gives an empty PageText. The image is not changed.
        Raises OcrFailed (permanent) if the engine breaks down, ValueError for an array that is not a PageImage; the
        vision engine also what its model raises.
        """

    def detect_orientation(self, image: PageImage) -> int:
        """How many clockwise quarter turns (0..3) make the page upright; 0 where there is no text to tell by.

        `np.rot90(image, -turns)` applies them. Costs a fraction of `recognize`. Raises as `recognize` does.
        """

    def read_line(self, image: PageImage) -> ReadLine:
        """The text of a picture of one upright line that fills it; nothing is looked for. Costs a hundredth of `recognize`
        where the engine has a recogniser of lines. Raises OcrFailed, ValueError for an array that is not a PageImage.
        """


class OcrEngineClass(Protocol):
    """What the registry names: it makes an engine, and says what is there for one without making it."""

    def __call__(self, **options: Any) -> OcrEngine: ...
    def installation(self, **options: Any) -> list[str]:
        """Lines for `check_ocr`: programs, languages or weights, present or missing, and where they come from.

        Raises EngineMissing or ModelMissing where the engine would.
        """


def check_image(image: PageImage) -> None:
    """Raises ValueError for anything but RGB uint8 with at least one pixel."""
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8 or image.size == 0:
        raise ValueError(f"not an RGB uint8 image: {image.shape} {image.dtype}")


@contextmanager
def one_page_at_a_time(lock: Lock) -> Iterator[None]:
    """For engines inside this process: threads take turns, and whatever breaks in the engine is OcrFailed."""
    with lock:
        try:
            yield
        except Exception as error:
            raise OcrFailed from error


def line_of_page(image: PageImage, engine: OcrEngine) -> ReadLine:
    """`read_line` of an engine that reads pages only: the line with a margin, as a page."""
    margin = max(8, image.shape[0] // 2)
    page = np.pad(image, ((margin, margin), (margin, margin), (0, 0)), mode="edge")
    words = engine.recognize(page).words
    known = [word.confidence for word in words if word.confidence is not None]
    return ReadLine(" ".join(word.text for word in words), sum(known) / len(known) if known else 0.0)


def page_text_of(boxes: Sequence[OcrBox], image: PageImage, engine: OcrEngine, unread: Sequence[Quad] = ()) -> PageText:
    """What an engine found in pixels of the image, in reading order, as the page's text; and where it failed to read."""
    height, width = image.shape[:2]
    lines = [
        [(word.text, _polygon(word.quad, width, height), round(word.confidence, 4)) for word in line]
        for line in lines_of(boxes)
    ]
    text = PageText.from_lines(lines, source=TextSource.OCR, engine=engine.name, engine_version=engine.version)
    return replace(text, unread=tuple(_polygon(quad, width, height) for quad in unread))


def _polygon(quad: Quad, width: int, height: int) -> Polygon:
    """Polygon in page coordinates, starting at the corner nearest to the page's top left."""
    first = min(range(4), key=lambda index: quad[index][0] + quad[index][1])
    return Polygon.from_pixels(quad[first:] + quad[:first], width=width, height=height)
