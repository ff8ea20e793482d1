"""The text layer of a PDF page: whether to trust it, and its words as a PageText of the upright page.

A layer (see the sandbox's reader) has `width`, `height`, `words` as [text, x0, top, x1, bottom, clockwise rotation, font
size, is_visible] in points, `slanted` lines as [text, x0, top, x1, bottom], `char_count`, and shares `garbage_ratio`,
`invisible_ratio`, `image_area`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from documents.domain.regions import Region, RegionKind
from extraction.page_steps.reading_order import LooseWord, order_lines
from extraction.page_steps.right_to_left import in_reading_order, plain_letters
from idp_project.core.geometry import Polygon
from idp_project.core.page_text import PageText, TextSource

ENGINE, ENGINE_VERSION = "pdf_text", "2"
_MOST_GARBAGE = 0.05
_MOST_INVISIBLE = 0.30
_SCANNED_AREA = 0.60  # a page covered so far by images is a scan, unless it carries much visible text
_MUCH_TEXT = 400
_LITTLE_TEXT = 20
_DECORATION_AREA = 0.05
_FEWEST_ALONE, _MOST_ALONE = 12, 0.6  # letters that stand alone, and their share of all words
_WRITTEN = 0.95  # score of a stamp whose letters are in the file
_TOUCH = 0.02  # of the font size: less than any space


@dataclass(frozen=True)
class LayerVerdict:
    """Whether the words of a text layer may stand for what a person sees, and why not, as a code."""

    is_trusted: bool
    reason: str


def judge_text_layer(layer: dict[str, Any] | None) -> LayerVerdict:
    """Trusts a layer of visible, meaningful characters on a page that is no picture."""
    if layer is None:
        return LayerVerdict(False, "no_text_layer")
    characters = int(layer.get("char_count", 0))
    visible = characters * (1 - float(layer.get("invisible_ratio", 0.0)))
    area = float(layer.get("image_area", 0.0))
    if characters == 0:
        return LayerVerdict(False, "no_characters")
    if float(layer.get("garbage_ratio", 0.0)) > _MOST_GARBAGE:
        return LayerVerdict(False, "characters_without_meaning")
    if float(layer.get("invisible_ratio", 0.0)) > _MOST_INVISIBLE:
        return LayerVerdict(False, "invisible_characters")
    if _is_spaced(layer):
        return LayerVerdict(False, "letters_apart")
    if area > _SCANNED_AREA and visible < _MUCH_TEXT:
        return LayerVerdict(False, "covered_by_image")
    if visible < _LITTLE_TEXT and area > _DECORATION_AREA:
        return LayerVerdict(False, "little_text")
    return LayerVerdict(True, "visible_text")


def _is_spaced(layer: dict[str, Any]) -> bool:
    """Most letters stand alone, as words do in scripts that are written without spaces only."""
    words = [word[0] for word in layer.get("words", ()) if word[7] and word[0].isalpha() and word[0].isascii()]
    alone = sum(len(word) == 1 for word in words)
    return alone >= _FEWEST_ALONE and alone > _MOST_ALONE * len(words)


def quarter_turns_of(layer: dict[str, Any]) -> int:
    """Clockwise quarter turns that make most of the layer's text upright."""
    letters: Counter[int] = Counter()
    for text, *_, rotation, _size, is_visible in layer["words"]:
        letters[int(rotation) % 360] += len(text) if is_visible else 0
    if not letters:
        return 0
    rotation = letters.most_common(1)[0][0]
    return (-rotation // 90) % 4


def page_text_of(layer: dict[str, Any], quarter_turns: int, in_pictures: Sequence[LooseWord] = ()) -> PageText:
    """The layer's visible words in the coordinates of the page turned clockwise by `quarter_turns`, and those that were
    read `in_pictures` of it.
    """
    width, height = float(layer["width"]) or 1.0, float(layer["height"]) or 1.0
    words: list[LooseWord] = list(in_pictures)
    for text, x0, top, x1, bottom, _rotation, _size, is_visible in _whole_words(layer["words"]):
        if not is_visible or not _is_on_page(x0, top, x1, bottom, width, height):
            continue
        corners = ((x0, top), (x1, top), (x1, bottom), (x0, bottom))
        polygon = Polygon.from_pixels(corners, width=width, height=height).rotated(quarter_turns)
        for part, place in _split_at_spaces(plain_letters(text), polygon):
            words.append((part, place, None))
    return PageText.from_lines(
        in_reading_order(order_lines(words)), source=TextSource.TEXT_LAYER, engine=ENGINE, engine_version=ENGINE_VERSION
    )


def stamps_of(layer: dict[str, Any], quarter_turns: int) -> list[Region]:
    """The layer's slanted lines, on the page turned clockwise by `quarter_turns`: they are no lines of its text."""
    width, height = float(layer["width"]) or 1.0, float(layer["height"]) or 1.0
    found = []
    for text, x0, top, x1, bottom in layer.get("slanted", ()):
        corners = ((x0, top), (x1, top), (x1, bottom), (x0, bottom))
        polygon = Polygon.from_pixels(corners, width=width, height=height).rotated(quarter_turns)
        found.append(Region(RegionKind.STAMP, polygon.bounding_box, _WRITTEN, text=text))
    return found


def _whole_words(words: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """A space of no width does not part what touches: "4" and "71102" are one word."""
    whole: list[list[Any]] = []
    for word in words:
        if whole and _touches(whole[-1], word):
            before = whole[-1]
            before[0], before[3] = f"{before[0]}{word[0]}", word[3]
        else:
            whole.append(list(word))
    return whole


def _touches(before: Sequence[Any], after: Sequence[Any]) -> bool:
    """Upright words of one line and size, with nothing between them, each with letters or digits."""
    size = after[6] or 1.0
    is_alike = before[5] == after[5] == 0 and before[6] == after[6] and before[7] == after[7]
    if not is_alike or abs(before[2] - after[2]) > _TOUCH * size or abs(after[1] - before[3]) > _TOUCH * size:
        return False
    return bool(before[0][-1:].isalnum() and after[0][:1].isalnum())


def _is_on_page(x0: float, top: float, x1: float, bottom: float, width: float, height: float) -> bool:
    return x1 > 0 and bottom > 0 and x0 < width and top < height and x1 > x0 and bottom > top


def _split_at_spaces(text: str, polygon: Polygon) -> list[tuple[str, Polygon]]:
    parts: Sequence[str] = text.split()
    if len(parts) <= 1:
        return [(text.strip(), polygon)] if text.strip() else []
    box, length = polygon.bounding_box, len(text)
    placed, offset = [], 0
    for part in parts:
        start = text.index(part, offset)
        offset = start + len(part)
        left, right = box.left + box.width * start / length, box.left + box.width * offset / length
        placed.append((part, Polygon(((left, box.top), (right, box.top), (right, box.bottom), (left, box.bottom)))))
    return placed
