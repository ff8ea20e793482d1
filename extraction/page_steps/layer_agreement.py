"""Whether a PDF page's own text is what is printed: a strip of each font is read by OCR, and words without ink are no text.

A strip costs the recogniser of lines only, about 15 ms, and each font of a process is looked at once.
"""

from __future__ import annotations

import unicodedata
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

import cv2
import numpy as np
from rapidfuzz.distance import Levenshtein

from extraction.local.paper import Image, to_gray
from idp_project.core.errors import IdpError
from idp_project.providers.ocr.base import OcrEngine

_LEAST_CONTRAST = 16  # of 255, between the lightest and the darkest pixel of a printed word
_SMALLEST_PRINT = 1.5  # points; nobody reads smaller letters
_MOST_UNPRINTED = 0.5  # of the letters: more of them means that text and picture do not belong together
_SHORTEST = 4  # letters and digits of a strip that can be compared
_LONGEST = 18
_MOST_FONTS = 4  # of a page that are looked at
_SAME = 0.5  # of the letters at least, where an engine reads what the layer says
_SURE = 0.6  # confidence of an engine whose reading counts
_LEAST_DIGITS = 4
_READ_SCRIPTS = ("LATIN", "DIGIT", "CJK", "HIRAGANA", "KATAKANA", "FULLWIDTH")
_STRIPS = 2  # of a font that have to disagree, where it has as many
_REMEMBERED = 4096

_agreeing: OrderedDict[str, bool] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class _Strip:
    """Neighbouring words of one font on one line."""

    words: Sequence[Sequence[Any]]

    @property
    def text(self) -> str:
        return " ".join(word[0] for word in self.words)

    @property
    def worth(self) -> int:
        """How much it can show: different letters, digits above all."""
        letters = set(_key(self.text))
        return len(letters) + 2 * sum(letter.isdigit() for letter in letters)


def hide_unprinted(layer: dict[str, Any], image: Image) -> float:
    """Marks words of the layer that show nothing on the page's image, or too small to be read, as invisible.

    `image` is upright by the page's own rotation, as the layer is. Gives the share of the letters taken for visible before
    that are not printed.
    """
    words = [word for word in layer["words"] if word[7]]
    if not words:
        return 0.0
    for word, is_edged in zip(words, _have_edges(image, words, layer), strict=True):
        if word[6] < _SMALLEST_PRINT or not (is_edged or _has_ink(image, word, layer)):
            word[7] = False
    return sum(len(word[0]) for word in words if not word[7]) / sum(len(word[0]) for word in words)


def is_unprinted(share: float) -> bool:
    """Whether that share is too much for a layer that stands for its page."""
    return share > _MOST_UNPRINTED


def disagrees(layer: dict[str, Any], image: Image, engine: OcrEngine) -> bool:
    """Whether a font of the layer means other letters than are printed, as far as the engine can tell: it is unsure of
    scripts that it does not read. Never fails: an engine that cannot be used tells nothing.
    """
    read_line = getattr(engine, "read_line", None)
    if read_line is None:
        return False
    fonts = sorted(layer.get("fonts", {}).items(), key=lambda item: -len(item[1]))
    try:
        return any(
            _is_wrong(f"{engine.name} {font}", layer, words, image, read_line) for font, words in fonts[:_MOST_FONTS]
        )
    except IdpError:
        return False


def _is_wrong(font: str, layer: dict[str, Any], numbers: Sequence[int], image: Image, read_line: Any) -> bool:
    with _lock:
        if font in _agreeing:
            _agreeing.move_to_end(font)
            return False
    verdicts: list[bool] = []
    strips = sorted(_strips([(number, layer["words"][number]) for number in numbers]), key=lambda each: -each.worth)
    for strip in strips[: 2 * _STRIPS]:
        verdict = _verdict(strip, layer, image, read_line)
        if verdict is False:
            _remember(font)
            return False
        if verdict:
            verdicts.append(True)
        if len(verdicts) == _STRIPS:
            break
    return bool(verdicts)


def _remember(font: str) -> None:
    with _lock:
        _agreeing[font] = True
        while len(_agreeing) > _REMEMBERED:
            _agreeing.popitem(last=False)


def _strips(words: Sequence[tuple[int, Sequence[Any]]]) -> Iterator[_Strip]:
    current: list[Sequence[Any]] = []
    last = -2
    for number, word in words:
        if not word[7]:
            continue
        if current and not (number == last + 1 and _follows(current, word)):
            yield from _usable(current)
            current = []
        current.append(word)
        last = number
    yield from _usable(current)


def _usable(words: list[Sequence[Any]]) -> Iterator[_Strip]:
    strip = _Strip(tuple(words))
    letters = [mark for mark in strip.text if not mark.isspace()]
    if len(letters) >= _SHORTEST and sum(map(_is_comparable, letters)) >= 0.8 * len(letters):
        yield strip


def _follows(words: list[Sequence[Any]], word: Sequence[Any]) -> bool:
    """On the same line, no further away than two letters, while the strip is not long enough."""
    before, size = words[-1], word[6] or 1.0
    if before[5] != 0 or word[5] != 0 or abs(before[2] - word[2]) > 0.3 * size:
        return False
    return -size < word[1] - before[3] < 2 * size and sum(len(each[0]) for each in words) < _LONGEST


def _is_comparable(mark: str) -> bool:
    """A letter of a script that engines read, punctuation, or a sign, which may stand for a letter."""
    if not mark.isalpha():
        return True
    name = unicodedata.name(mark, "")
    return name.startswith(_READ_SCRIPTS)


def _verdict(strip: _Strip, layer: dict[str, Any], image: Image, read_line: Any) -> bool | None:
    """Whether something else is printed; None where the engine cannot tell."""
    crop = _crop(image, strip.words, layer)
    if crop is None:
        return None
    line = read_line(crop)
    said, seen = _key(strip.text), _key(line.text)
    if line.confidence < _SURE or len(seen) < _SHORTEST:
        return None
    if Levenshtein.normalized_similarity(said, seen) < _SAME:
        return True
    digits, seen_digits = (list(filter(str.isdigit, text)) for text in (said, seen))
    if min(len(digits), len(seen_digits)) < _LEAST_DIGITS:
        return False
    return Levenshtein.normalized_similarity(digits, seen_digits) < _SAME


def _key(text: str) -> str:
    """Letters and digits alone, without case, accents and the width of signs."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(mark for mark in plain if mark.isalnum())


def _crop(image: Image, words: Sequence[Sequence[Any]], layer: dict[str, Any]) -> Image | None:
    rotation = int(words[0][5])
    x0, top = min(word[1] for word in words), min(word[2] for word in words)
    x1, bottom = max(word[3] for word in words), max(word[4] for word in words)
    margin = 0.1 * words[0][6]
    crop = _pixels(image, (x0 - margin, top - margin, x1 + margin, bottom + margin), layer)
    if crop is None:
        return None
    upright = np.rot90(crop, k=rotation // 90) if rotation else crop
    if upright.shape[0] < 4 or upright.shape[1] < 4:
        return None
    scale = max(1.0, 48 / upright.shape[0])
    return cv2.resize(np.ascontiguousarray(upright), None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)


def _have_edges(image: Image, words: Sequence[Sequence[Any]], layer: dict[str, Any]) -> list[bool]:
    """For all words at once, by the page's grey alone: a word with a strong edge inside needs no closer look."""
    gray = to_gray(image)
    edges = cv2.absdiff(gray[:, 1:], gray[:, :-1]) >= _LEAST_CONTRAST
    counts = cv2.integral(edges.astype(np.uint8))
    rows, columns = edges.shape
    boxes = np.array([word[1:5] for word in words], float)
    inner = 0.15 * (boxes[:, 3] - boxes[:, 1])
    across, down = columns / (float(layer["width"]) or 1.0), rows / (float(layer["height"]) or 1.0)
    left, right = (np.clip(boxes[:, side] * across, 0, columns).astype(int) for side in (0, 2))
    top = np.clip((boxes[:, 1] + inner) * down, 0, rows).astype(int)
    bottom = np.clip((boxes[:, 3] - inner) * down, 0, rows).astype(int)
    found = counts[bottom, right] - counts[top, right] - counts[bottom, left] + counts[top, left]
    return list(found > 0)


def _has_ink(image: Image, word: Sequence[Any], layer: dict[str, Any]) -> bool:
    """Words of signs alone, and what lies off the page, are left to others."""
    text, x0, top, x1, bottom = word[:5]
    if not any(mark.isalnum() for mark in text):
        return True
    crop = _pixels(image, (x0, top + 0.15 * (bottom - top), x1, bottom - 0.15 * (bottom - top)), layer)
    return crop is None or int(np.ptp(crop, axis=(0, 1)).max()) >= _LEAST_CONTRAST


def _pixels(image: Image, box: tuple[float, float, float, float], layer: dict[str, Any]) -> Image | None:
    rows, columns = image.shape[:2]
    across, down = columns / (float(layer["width"]) or 1.0), rows / (float(layer["height"]) or 1.0)
    left, right = max(0, int(box[0] * across)), int(np.ceil(box[2] * across))
    top, bottom = max(0, int(box[1] * down)), int(np.ceil(box[3] * down))
    crop = image[top:bottom, left:right]
    return crop if crop.size else None
