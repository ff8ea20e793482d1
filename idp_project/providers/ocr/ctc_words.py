"""From a recogniser's decoded characters, each with its column, to words with corners and confidences.

A CTC recogniser tells for each character the column of its output at which it appeared; columns divide the crop evenly.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean, median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idp_project.providers.ocr.reading_order import OcrWord, Point, Quad

# A space the recogniser dropped shows as a wide gap. On 30 receipts 15 such gaps, all but one or two of them real.
_GAP_RATIO = 2.2  # of the line's median distance between characters
_GAP_COLUMNS = 4  # at least; a column is 1/6 of the line's height
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # the model writes some ASCII signs full width


@dataclass(frozen=True)
class DecodedLine:
    """`text` with spaces; one confidence a character of it; one column a character that is not a space.

    `columns_total` is the number of columns the crop takes, not rounded.
    """

    text: str
    confidences: Sequence[float]
    columns: Sequence[int]
    columns_total: float

    @property
    def confidence(self) -> float:
        """Mean of its characters, 0..1; 0 of an empty line."""
        return fmean(self.confidences) if self.confidences else 0.0


@dataclass(frozen=True)
class _Fragment:
    text: str
    confidence: float
    first: int
    last: int


def decode_greedily(chances: NDArray[Any], characters: Sequence[str], columns_total: float) -> DecodedLine:
    """The likeliest character of each column, repetitions and blanks dropped.

    `chances` is columns × characters, 0..1; the first of `characters` is the blank.
    """
    best = chances.argmax(axis=1)
    is_start = best != 0
    is_start[1:] &= best[1:] != best[:-1]
    columns = np.flatnonzero(is_start)
    text = [characters[index] for index in best[columns]]
    return DecodedLine(
        "".join(text),
        chances[columns, best[columns]].tolist(),
        [column for column, character in zip(columns.tolist(), text, strict=True) if not character.isspace()],
        columns_total,
    )


def words_of(line: DecodedLine, quad: Quad) -> tuple[OcrWord, ...]:
    """The words of a line whose crop was cut out along `quad`."""
    fragments = _fragments(line)
    if not fragments:
        return ()
    half = _pitch(line.columns) / 2
    edges = [0.0]
    for one, other in pairwise(fragments):
        edges.append((one.last + other.first + 1) / 2)
    edges.append(line.columns_total)
    words: list[OcrWord] = []
    for fragment, low, high in zip(fragments, edges, edges[1:], strict=False):
        start = max(low, fragment.first + 0.5 - half) / line.columns_total
        end = min(high, fragment.last + 0.5 + half) / line.columns_total
        words.append(OcrWord(fragment.text, slice_of(quad, start, end), min(1.0, max(0.0, fragment.confidence))))
    return tuple(words)


def _fragments(line: DecodedLine) -> list[_Fragment]:
    widest = max(_GAP_COLUMNS, _GAP_RATIO * _pitch(line.columns))
    fragments: list[_Fragment] = []
    letters: list[tuple[str, float, int]] = []
    columns = iter(line.columns)
    for character, confidence in zip(line.text, line.confidences, strict=True):
        if character.isspace():
            _close(letters, fragments)
            continue
        column = next(columns)
        if letters and column - letters[-1][2] > widest:
            _close(letters, fragments)
        letters.append((character, confidence, column))
    _close(letters, fragments)
    return fragments


def _close(letters: list[tuple[str, float, int]], fragments: list[_Fragment]) -> None:
    if letters:
        text = "".join(letter for letter, _, _ in letters).translate(_FULL_WIDTH)
        text = unicodedata.normalize("NFC", text)
        fragments.append(_Fragment(text, fmean(c for _, c, _ in letters), letters[0][2], letters[-1][2]))
        letters.clear()


def _pitch(columns: Sequence[int]) -> float:
    """Median distance between neighbouring characters, in columns."""
    return median(b - a for a, b in pairwise(columns)) if len(columns) > 1 else 3.0


def slice_of(quad: Quad, start: float, end: float) -> Quad:
    """The part of a line's quad between two shares of its length."""
    start, end = min(1.0, max(0.0, start)), min(1.0, max(0.0, end))
    top_left, top_right, bottom_right, bottom_left = quad
    return (
        _between(top_left, top_right, start),
        _between(top_left, top_right, end),
        _between(bottom_left, bottom_right, end),
        _between(bottom_left, bottom_right, start),
    )


def _between(one: Point, other: Point, fraction: float) -> Point:
    return one[0] + (other[0] - one[0]) * fraction, one[1] + (other[1] - one[1]) * fraction
