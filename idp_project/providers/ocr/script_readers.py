"""Pages of scripts that the usual engine cannot read: which script it is, and the engine that reads it on this machine.

RapidOCR reads Latin and Chinese or Japanese characters. Every other script is read by Tesseract where Debian's data for it
is installed (`make languages`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from idp_project.core.geometry import Polygon
from idp_project.core.page_text import PageText
from idp_project.core.scripts import NAMES, Script
from idp_project.providers.errors import ModelMissing
from idp_project.providers.ocr.base import OcrOptions, PageImage
from idp_project.providers.ocr.crops import RgbImage, cut, quad_of
from idp_project.providers.ocr.script_classifier import ScriptVote, vote
from idp_project.providers.ocr.script_data import codes_for
from idp_project.providers.ocr.tesseract import TesseractEngine
from idp_project.providers.ocr.tesseract_program import languages_here
from idp_project.providers.refusals import SCRIPT_WITHOUT_DATA

_LATIN = "eng"
_MOST_LINES = 12  # the longest ones tell most


class LineReader(Protocol):
    """The parts of RapidOCR that tell scripts apart."""

    def recognize(self, image: PageImage) -> PageText:
        """Reads a page as `OcrEngine` does; says where it failed to read."""

    def chances_of(self, crop: RgbImage) -> NDArray[Any]:
        """Columns × characters of a horizontal line, 0..1."""


class ScriptReaders:
    """What the page steps ask about scripts. `options` are those of Tesseract; engines are kept once they were needed."""

    def __init__(self, options: OcrOptions | None, line_reader: Callable[[], LineReader]) -> None:
        self._options = dict(options or {})
        self._line_reader = line_reader
        self._engines: dict[tuple[Script, bool], TesseractEngine] = {}

    def first_reading(self, image: PageImage) -> PageText:
        """RapidOCR's, which says where it failed, for pages that another engine hardly read."""
        return self._line_reader().recognize(image)

    def tell(self, image: PageImage, places: Sequence[Polygon]) -> ScriptVote | None:
        """The script of the lines at these places of the page; None without any. 50 ms a line."""
        height, width = image.shape[:2]
        quads = [
            quad_of(np.array([(x * width, y * height) for x, y in place.points]))
            for place in places
            if len(place.points) == 4
        ]
        lines = sorted((cut(image, quad) for quad in quads), key=lambda crop: -crop.shape[1] / crop.shape[0])
        reader = self._line_reader()
        longest = lines[:_MOST_LINES]
        turned = [np.ascontiguousarray(line[::-1, ::-1]) for line in longest]
        return vote([reader.chances_of(line) for line in longest], [reader.chances_of(line) for line in turned])

    def engine_for(self, script: Script, *, has_latin: bool = False) -> TesseractEngine:
        """`has_latin`: for a page that is mostly in Latin letters. Raises EngineMissing where Tesseract is not installed,
        ModelMissing where its data for the script is not.
        """
        if (script, has_latin) not in self._engines:
            installed = languages_here(**self._options)
            codes = codes_for(script, installed)
            if not codes:
                raise ModelMissing(SCRIPT_WITHOUT_DATA(script=NAMES[script]))
            if has_latin and _LATIN in installed:
                codes = (*codes, _LATIN)
            self._engines[script, has_latin] = TesseractEngine(**{**self._options, "languages": codes})
        return self._engines[script, has_latin]
