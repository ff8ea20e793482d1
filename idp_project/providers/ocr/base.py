"""The port of OCR engines. The docstrings are the contract; adapters inherit the contract suite."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from idp_project.core.page_text import PageText

PageImage = NDArray[np.uint8]
"""RGB, height × width × 3."""


class OcrEngine(Protocol):
    """Reads the words of a page image.

    An engine is loaded when it is constructed, and raises ModelMissing there if its weights are absent. It works with
    one thread, starts no pools and reaches no network, so that a worker may construct it and then fork. Threads may
    share an engine; it does one page at a time.
    """

    @property
    def name(self) -> str:
        """As in the registry; stored with every word's provenance."""

    @property
    def version(self) -> str:
        """Changes whenever the same image may give another text: library, weights, our own reading order."""

    def recognize(self, image: PageImage) -> PageText:
        """The words of an upright page, lines top-down, words of a line left to right, source OCR.

        Boxes side by side (a label and its amount) form one line. Every word has a four-cornered polygon in page
        coordinates and a confidence 0..1. A page without text gives an empty PageText. The image is not changed.
        Raises OcrFailed (permanent) if the engine breaks down, ValueError for an array that is not a PageImage.
        """

    def detect_orientation(self, image: PageImage) -> int:
        """How many clockwise quarter turns (0..3) make the page upright; 0 where there is no text to tell by.

        `np.rot90(image, -turns)` applies them. Costs a fraction of `recognize`. Raises as `recognize` does.
        """


def check_image(image: PageImage) -> None:
    """Raises ValueError for anything but RGB uint8 with at least one pixel."""
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8 or image.size == 0:
        raise ValueError(f"not an RGB uint8 image: {image.shape} {image.dtype}")
