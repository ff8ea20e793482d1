"""Tesseract, the program, one run per page: the image goes in as pixels, words come back as hOCR.

hOCR, because its other table says nothing of a line's slope, which rows on a skewed page are found by.

The program gets no file names, no environment but its own, one thread, and limits of time and memory.
"""

from __future__ import annotations

import re
import resource
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from threading import Lock
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import ParseError

import cv2
import numpy as np

from idp_project.core.page_text import PageText
from idp_project.core.scripts import Script, letters_by_script, without_direction_marks
from idp_project.providers.errors import ModelMissing, OcrFailed
from idp_project.providers.ocr.base import PageImage, ReadLine, check_image, line_of_page, page_text_of
from idp_project.providers.ocr.reading_order import OcrBox, OcrWord, Quad
from idp_project.providers.ocr.tesseract_program import (
    ORIENTATION,
    PROGRAM,
    environment,
    installation_of,
    languages_here,
)
from idp_project.providers.ocr.word_gaps import without_false_spaces
from idp_project.providers.refusals import (
    TESSERACT_ENDED,
    TESSERACT_TOO_SLOW,
    TESSERACT_UNREADABLE,
    TESSERACT_WITHOUT_DATA,
)

_READING = 2  # raised when what we do around the program changes what `recognize` gives
_LAYOUT = "4"  # a column of text of all sizes: exacter on forms than 3 and 11; 6 takes minutes on noisy pages
_ONE_LINE = "7"
_SIDE, _MAX_SCALE = 2500, 2.5  # pages are enlarged to this longer side: F1 on pages of 100 dpi 0.51 → 0.73
_MIN_SCALE = 1.25  # less is not worth the resampling
_MIN_CONFIDENCE = 0.3  # below it are ruled lines and logos read as letters
_LONG_WORD = 4  # letters
_MAX_SLOPE = 0.2
_XHTML = "{http://www.w3.org/1999/xhtml}"
_ORIENTATION_SIDE = 1600
_ORIENTATION_LETTERS = 12  # fewer tell nothing; the program's own limit of 50 is more than a short receipt has
_MEMORY_BYTES = 2**30


class TesseractEngine:
    """The port's contract is in `base.OcrEngine`. Holds nothing in memory; the program loads its model for each page.

    Raises EngineMissing where the program is not there, ModelMissing where one of the languages is not.
    """

    name = "tesseract"
    is_inheritable = True

    @staticmethod
    def installation(*, program: str = PROGRAM, **_: Any) -> list[str]:
        return [f"languages with data here: {', '.join(sorted(languages_here(program=program)))}"]

    def __init__(self, *, program: str = PROGRAM, languages: Sequence[str] = ("eng",), seconds: float = 60.0) -> None:
        """`program` is a name on the path or an absolute path, `languages` its own codes, `seconds` its limit per page."""
        found = installation_of(program)
        missing = sorted({*languages, ORIENTATION} - found.languages)
        if missing:
            packages = ", ".join(f"tesseract-ocr-{code.replace('_', '-')}" for code in missing)
            raise ModelMissing(TESSERACT_WITHOUT_DATA(missing=", ".join(missing), packages=packages))
        self._program = found.program
        self._languages = "+".join(languages)
        self._seconds = seconds
        self._lock = Lock()
        self.version = f"{found.version} {self._languages}/{_READING}"

    def recognize(self, image: PageImage) -> PageText:
        return self._recognize(image, _LAYOUT)

    def recognize_line(self, image: PageImage) -> PageText:
        """Reads a picture of one line with paper around it; as `recognize`."""
        return self._recognize(image, _ONE_LINE)

    def _recognize(self, image: PageImage, layout: str) -> PageText:
        check_image(image)
        scaled, scale = _enlarged(image) if layout == _LAYOUT else (image, 1.0)
        output = self._run(scaled, "--psm", layout, "-l", self._languages, "-c", "tessedit_create_hocr=1")
        try:
            boxes = _boxes(output, scale)
        except (ParseError, ValueError, LookupError) as error:
            raise OcrFailed(TESSERACT_UNREADABLE()) from error
        return page_text_of(boxes, image, self)

    def detect_orientation(self, image: PageImage) -> int:
        check_image(image)
        scale = min(1.0, _ORIENTATION_SIDE / max(image.shape[:2]))
        small = image if scale == 1 else cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        try:
            output = self._run(
                small.astype(np.uint8, copy=False),
                *("--psm", "0", "-l", ORIENTATION, "-c", f"min_characters_to_try={_ORIENTATION_LETTERS}"),
            )
        except _TooFewLetters:
            return 0
        found = re.search(r"^Rotate: (\d+)", output, re.M)
        return int(found.group(1)) // 90 % 4 if found else 0

    def read_line(self, image: PageImage) -> ReadLine:
        return line_of_page(image, self)

    def _run(self, image: PageImage, *arguments: str) -> str:
        """What the program prints for the image. Raises OcrFailed."""
        command = [self._program, "stdin", "stdout", *arguments]
        with self._lock:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environment(),
            )
            try:
                _limit(process, self._seconds)
                out, complaints = process.communicate(_pixmap(image), timeout=self._seconds)
            except subprocess.TimeoutExpired:
                raise OcrFailed(TESSERACT_TOO_SLOW(seconds=self._seconds)) from None
            finally:
                if process.poll() is None:
                    process.kill()
                    process.communicate()
        if process.returncode == 0:
            return out.decode(errors="replace")
        if b"Too few characters" in complaints:
            raise _TooFewLetters
        raise OcrFailed(TESSERACT_ENDED(status=process.returncode))


class _TooFewLetters(OcrFailed):
    """The program sees too little text to tell a direction."""


def _limit(process: subprocess.Popen[bytes], seconds: float) -> None:
    """Set from outside right after the start: code between fork and exec is unsafe where there are threads."""
    cpu = int(seconds) + 1
    with suppress(ProcessLookupError):
        resource.prlimit(process.pid, resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
        resource.prlimit(process.pid, resource.RLIMIT_CPU, (cpu, cpu))


def _pixmap(image: PageImage) -> bytes:
    height, width = image.shape[:2]
    return b"P6 %d %d 255\n" % (width, height) + np.ascontiguousarray(image).tobytes()


def _enlarged(image: PageImage) -> tuple[PageImage, float]:
    scale = min(_MAX_SCALE, _SIDE / max(image.shape[:2]))
    if scale < _MIN_SCALE:
        return image, 1.0
    larger = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    return larger.astype(np.uint8, copy=False), scale


def _boxes(hocr: str, scale: float) -> list[OcrBox]:
    """A box for each of the program's lines, in pixels of the page as it was given."""
    boxes: list[OcrBox] = []
    for line in ElementTree.fromstring(hocr).iter(f"{_XHTML}span"):  # noqa: S314  # the program's own, without a DTD of ours
        title = line.get("title", "")
        slope = _numbers(title, "baseline", 2)[0] if "baseline" in title else 0.0
        if abs(slope) > _MAX_SLOPE:
            slope = 0.0
        words = [_word(item, slope, scale) for item in line.iter(f"{_XHTML}span") if item.get("class") == "ocrx_word"]
        kept = [
            word for word in words if word.text and (word.confidence >= _MIN_CONFIDENCE or _is_long_word(word.text))
        ]
        if line.get("class") != "ocrx_word" and kept:
            boxes.append(OcrBox(_quad(title, slope, scale), tuple(without_false_spaces(kept))))
    return boxes


def _is_long_word(text: str) -> bool:
    """Whether it is long, of a script that rules and logos are not taken for: a doubtful word of it is better than a gap."""
    letters = letters_by_script(text)
    return not text.isascii() and len(letters) == 1 and Script.LATIN not in letters and letters.total() >= _LONG_WORD


def _word(element: ElementTree.Element, slope: float, scale: float) -> OcrWord:
    title = element.get("title", "")
    confidence = min(1.0, _numbers(title, "x_wconf", 1)[0] / 100)
    text = without_direction_marks("".join(element.itertext())).strip()
    if letters_by_script(text)[Script.GREEK] > 1:
        text = text.replace("\u00b5", "\u03bc")  # the sign for micro, the letter mu
    return OcrWord(text, _quad(title, slope, scale), confidence)


def _quad(title: str, slope: float, scale: float) -> Quad:
    """The box, with the slope of its line inside it."""
    left, top, right, bottom = (value / scale for value in _numbers(title, "bbox", 4))
    rise = min(abs(slope) * (right - left), (bottom - top) * 2 / 3)
    begin, end = (0.0, rise) if slope >= 0 else (rise, 0.0)
    return (left, top + begin), (right, top + end), (right, bottom - rise + end), (left, bottom - rise + begin)


def _numbers(title: str, name: str, count: int) -> list[float]:
    """The numbers after a property's name, for example `bbox 12 30 88 52`. Raises ValueError where there are fewer."""
    found = re.search(rf"\b{name}((?: -?[\d.]+){{{count}}})", title)
    if found is None:
        raise ValueError(name)
    return [float(text) for text in found.group(1).split()]
