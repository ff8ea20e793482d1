"""Text that is drawn over other text: columns that are too wide, a shadow. By their places alone the letters of both would mix.

What is drawn without going back is one run. A run of which a letter lies on a letter of an earlier run is another layer.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

_BACK = 0.2  # of the font size, that kerning draws nearer
_SAME_LINE = 0.4
_ROW = 8.0  # points: lines are looked for by rows of that height
_LOOK_BACK = 64  # runs of a row that are compared: bounds what a hostile page can cost
_MOST_LAYERS = 4


@dataclass
class _Run:
    """`letters` are its letters and digits by place, `lefts` where they begin."""

    characters: list[dict[str, Any]]
    layer: int = 0
    letters: list[dict[str, Any]] = field(default_factory=list)
    lefts: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.letters = sorted((one for one in self.characters if one["text"].isalnum()), key=lambda one: one["x0"])
        self.lefts = [one["x0"] for one in self.letters]

    @property
    def middle(self) -> float:
        return float(self.letters[0]["top"] + self.letters[0]["bottom"]) / 2

    def is_on(self, other: _Run) -> bool:
        """Whether a letter's middle lies within a letter of the other run."""
        if self.letters[0]["x0"] > other.letters[-1]["x1"] or self.letters[-1]["x1"] < other.letters[0]["x0"]:
            return False
        if abs(self.middle - other.middle) > _SAME_LINE * self.letters[0]["size"]:
            return False
        return any(other._has_letter_at((one["x0"] + one["x1"]) / 2) for one in self.letters)

    def _has_letter_at(self, x: float) -> bool:
        place = bisect_right(self.lefts, x) - 1
        return place >= 0 and x < self.letters[place]["x1"]


def layers_of(characters: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The characters of one direction of writing, level lines, in the order of drawing; nearly always one layer."""
    rows: dict[int, list[_Run]] = {}
    layers: list[list[dict[str, Any]]] = [[]]
    for run in _runs(characters):
        if run.letters:
            row = int(run.middle // _ROW)
            near = [one for at in (row - 1, row, row + 1) for one in rows.get(at, ())[-_LOOK_BACK:]]
            below = [one.layer for one in near if run.is_on(one)]
            run.layer = min(max(below, default=-1) + 1, _MOST_LAYERS - 1)
            rows.setdefault(row, []).append(run)
        while len(layers) <= run.layer:
            layers.append([])
        layers[run.layer] += run.characters
    return layers


def _runs(characters: Sequence[dict[str, Any]]) -> Iterator[_Run]:
    run: list[dict[str, Any]] = []
    for one in characters:
        if run and not _follows(run[-1], one):
            yield _Run(run)
            run = []
        run.append(one)
    if run:
        yield _Run(run)


def _follows(before: dict[str, Any], after: dict[str, Any]) -> bool:
    size: float = before["size"] or 1.0
    is_level = abs(before["top"] - after["top"]) <= _SAME_LINE * size
    return is_level and bool(after["x0"] - before["x0"] > -_BACK * size)
