"""The text layer of one PDF page, by pdfplumber: words, and facts that tell whether to trust it.

Child of the sandbox only. Coordinates are points of the upright, cropped page as pdfium renders it, origin top-left.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from pdfminer.pdfpage import PDFPage
from pdfplumber.pdf import PDF
from pdfplumber.utils.text import WordExtractor

from idp_project.core.readers.characters import CharacterPage
from idp_project.core.readers.overprint import layers_of
from idp_project.core.readers.slanted import level_characters, slanted_lines

_GRID = 64  # image coverage is counted on a grid of this many cells a side
_BOX_TOLERANCE = 1.5
_MOST_IMAGES = 200  # that are looked at
_LARGEST_IMAGES = 6  # whose places are told
_MOST_FONTS = 40  # of a page, that are told apart
_NARROW = 0.15  # of the font size: narrower than any letter that is drawn
_WORD_GAP = 0.15  # of the font size; a space is 0.2 to 0.3
_EXTRACTORS: dict[int, WordExtractor] = {  # by clockwise rotation of the reading direction
    0: WordExtractor(x_tolerance_ratio=_WORD_GAP),
    90: WordExtractor(line_dir_rotated="rtl", char_dir_rotated="ttb", y_tolerance_ratio=_WORD_GAP),
    180: WordExtractor(line_dir="btt", char_dir="rtl", x_tolerance_ratio=_WORD_GAP),
    270: WordExtractor(line_dir_rotated="ltr", char_dir_rotated="btt", y_tolerance_ratio=_WORD_GAP),
}


class TextLayerUnreadable(Exception):
    """pdfminer cannot read this file, or does not find the page that pdfium sees."""


@dataclass(frozen=True)
class PageFrame:
    """The page as pdfium shows it: crop box in PDF user space, and clockwise rotation in degrees."""

    left: float
    bottom: float
    right: float
    top: float
    rotation: int

    def origin_in(self, media: tuple[float, float, float, float]) -> tuple[float, float]:
        """Offset of the upright crop box, in points from the top-left corner of the upright media box."""
        x0, y0, x1, y1 = media
        return {
            0: (self.left - x0, y1 - self.top),
            90: (self.bottom - y0, self.left - x0),
            180: (x1 - self.right, self.bottom - y0),
            270: (y1 - self.top, x1 - self.right),
        }[self.rotation]

    def is_inside(self, media: tuple[float, float, float, float]) -> bool:
        x0, y0, x1, y1 = media
        overhang = max(x0 - self.left, y0 - self.bottom, self.right - x1, self.top - y1)
        return overhang <= _BOX_TOLERANCE

    @property
    def size(self) -> tuple[float, float]:
        width, height = self.right - self.left, self.top - self.bottom
        return (height, width) if self.rotation in (90, 270) else (width, height)


class TextLayerReader:
    """Reads pages of one PDF; fonts are parsed once. Raises TextLayerUnreadable."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.pdf: PDF | None = None
        self.pages: list[PDFPage] = []

    def read(self, number: int, frame: PageFrame) -> dict[str, Any]:
        """The text layer of one page:

        `width`, `height`; `words`: [text, x0, top, x1, bottom, clockwise rotation, font size, is_visible] each, as
        drawn, ligatures spelled out; `char_count` (without spaces); shares 0..1: `garbage_ratio` (characters without a
        meaning), `invisible_ratio` (render mode 3, white on white, off the page), `image_area` (of the page, under
        images); `images`: [x0, top, x1, bottom] of the largest that show something beside the words; `fonts`: a digest of
        each font whose glyphs or meanings are in the file, to the numbers of its words; `slanted`: [text, x0, top, x1,
        bottom] of lines that run along none of the page's sides, which are no words: stamps and watermarks.
        """
        try:
            page = self._page(number, frame)
            return _PageReading(page, frame).as_dict()
        except (MemoryError, TextLayerUnreadable):
            raise
        except Exception as error:  # pdfminer raises whatever its input leads it to
            raise TextLayerUnreadable(type(error).__name__) from error

    def _page(self, number: int, frame: PageFrame) -> CharacterPage:
        if self.pdf is None:
            self.pdf = PDF(io.BytesIO(self.data), raise_unicode_errors=False)
            self._iterator = PDFPage.create_pages(self.pdf.doc)
        self.pages.extend(islice(self._iterator, max(0, number - len(self.pages))))
        if number > len(self.pages):
            raise TextLayerUnreadable("page not found")
        found = self.pages[number - 1]
        found.rotate = frame.rotation
        found.attrs["Rotate"] = frame.rotation
        found.attrs["MediaBox"] = list(found.mediabox)
        if not frame.is_inside(_normalized(found.mediabox)):
            raise TextLayerUnreadable("another page")
        return CharacterPage(self.pdf, found, number)


def _normalized(box: Iterable[float]) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = (float(value) for value in box)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _with_extent(box: list[float], size: float, rotation: int) -> list[float]:
    """A font may give no width for a sign that it draws ("€"): the word has the width of a narrow letter then."""
    x0, top, x1, bottom = box
    least = _NARROW * size
    if rotation in (90, 270):
        return [x0, top, x1, max(bottom, round(top + least, 2))]
    return [x0, top, max(x1, round(x0 + least, 2)), bottom]


class _PageReading:
    """One page's objects, brought into the coordinates of its frame."""

    def __init__(self, page: CharacterPage, frame: PageFrame) -> None:
        self.page = page
        self.width, self.height = frame.size
        left, top = frame.origin_in(_normalized(page.page_obj.mediabox))
        self.left, self.top = page.bbox[0] + left, page.bbox[1] + top
        self.characters = [char for char in page.chars if not char["text"].isspace()]
        self.fonts: dict[str, list[int]] = {}
        self.slanted = slanted_lines(page.chars)

    def as_dict(self) -> dict[str, Any]:
        self._mark_invisible()
        return {
            "width": round(self.width, 3),
            "height": round(self.height, 3),
            "words": self._words(),
            "slanted": [[line.text, *self._box(line.box)] for line in self.slanted if line.is_visible],
            "char_count": len(self.characters),
            "garbage_ratio": self._share(_is_garbage(char["text"]) for char in self.characters),
            "invisible_ratio": self._share(char["is_invisible"] for char in self.characters),
            "image_area": self._image_area(),
            "images": self._image_boxes(),
            "fonts": self.fonts,
        }

    def _share(self, flags: Iterable[bool]) -> float:
        return round(sum(flags) / len(self.characters), 4) if self.characters else 0.0

    def _box(self, box: tuple[float, float, float, float]) -> list[float]:
        x0, top, x1, bottom = box
        return [
            round(x0 - self.left, 2),
            round(top - self.top, 2),
            round(x1 - self.left, 2),
            round(bottom - self.top, 2),
        ]

    def _mark_invisible(self) -> None:
        """White text counts as invisible unless something darker or an image lies under it."""
        has_white = any(char["is_white"] for char in self.characters)
        backdrops = [_corners(item) for item in self._backdrops()] if has_white else []
        right, bottom = self.left + self.width, self.top + self.height
        for char in self.characters:
            x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
            is_off_page = not (self.left <= x <= right and self.top <= y <= bottom)
            if is_off_page or (char["is_white"] and not _is_covered(x, y, backdrops)):
                char["is_invisible"] = True

    def _backdrops(self) -> list[dict[str, Any]]:
        shapes = [*self.page.rects, *self.page.curves]
        filled = [shape for shape in shapes if shape.get("fill") and not _is_white_paint(shape["non_stroking_color"])]
        return [*filled, *self.page.images]

    def _words(self) -> list[list[Any]]:
        by_rotation: dict[int, list[dict[str, Any]]] = {}
        for char in level_characters(self.page.chars, self.slanted):
            by_rotation.setdefault(char["rotation"], []).append(char)
        words: list[list[Any]] = []
        layers = [
            (rotation, layer)
            for rotation, characters in sorted(by_rotation.items())
            for layer in (layers_of(characters) if rotation == 0 else [characters])
        ]
        for rotation, characters in layers:
            for word, parts in _EXTRACTORS[rotation].iter_extract_tuples(characters):
                text = _readable(_spelled(word["text"], parts))
                if text:
                    size = round(max(p["size"] for p in parts), 2)
                    box = _with_extent(self._box((word["x0"], word["top"], word["x1"], word["bottom"])), size, rotation)
                    is_visible = not parts[len(parts) // 2].get("is_invisible", False)
                    self._note_font(parts[len(parts) // 2].get("font", ""), len(words))
                    words.append([text, *box, rotation, size, is_visible])
        return words

    def _note_font(self, font: str, word: int) -> None:
        if font and (font in self.fonts or len(self.fonts) < _MOST_FONTS):
            self.fonts.setdefault(font, []).append(word)

    def _image_area(self) -> float:
        covered = np.zeros((_GRID, _GRID), dtype=bool)
        for image in self.page.images:
            x0, top, x1, bottom = self._box(_corners(image))
            columns = [round(min(max(x / self.width, 0), 1) * _GRID) for x in (x0, x1)]
            rows = [round(min(max(y / self.height, 0), 1) * _GRID) for y in (top, bottom)]
            covered[rows[0] : rows[1], columns[0] : columns[1]] = True
        return round(float(covered.mean()), 4)

    def _image_boxes(self) -> list[list[float]]:
        boxes = {tuple(self._box(_corners(image))) for image in self.page.images[:_MOST_IMAGES]}
        largest = sorted(boxes, key=lambda box: (box[0] - box[2]) * (box[3] - box[1]))
        return [list(box) for box in largest[:_LARGEST_IMAGES]]


def _corners(item: dict[str, Any]) -> tuple[float, float, float, float]:
    return item["x0"], item["top"], item["x1"], item["bottom"]


def _is_covered(x: float, y: float, boxes: Iterable[tuple[float, float, float, float]]) -> bool:
    return any(x0 <= x <= x1 and y0 <= y <= y1 for x0, y0, x1, y1 in boxes)


def _is_white_paint(color: Any) -> bool:
    """Whether a filled shape is white: one or three full, or four empty, components; its colour space is not known."""
    parts = color if isinstance(color, tuple | list) else (color,)
    values = [value for value in parts if isinstance(value, int | float)]
    if len(values) in (1, 3):
        return min(values) >= 0.99
    return len(values) == 4 and max(values) <= 0.01


def _is_garbage(text: str) -> bool:
    """(cid:…), the replacement character, private use, control characters, surrogates."""
    if text.startswith("(cid:"):
        return True
    return any(
        unicodedata.category(character) in ("Co", "Cc", "Cs", "Cn") or character == "\ufffd" for character in text
    )


def _spelled(text: str, parts: list[dict[str, Any]]) -> str:
    """Words of right-to-left scripts are drawn with their last letter leftmost: turned into reading order."""
    if text.isascii():
        return text
    directions = {unicodedata.bidirectional(character) for character in text}
    if directions & {"R", "AL"} and not directions & {"L", "EN", "AN"}:
        return "".join(part["text"] for part in reversed(parts))
    return text


def _readable(text: str) -> str:
    """Strips control characters and surrogates, which neither JSON readers nor databases accept."""
    if text.isprintable():
        return text
    kept = (character if character.isprintable() or character in "\n " else " " for character in text)
    return "".join(kept).strip()
