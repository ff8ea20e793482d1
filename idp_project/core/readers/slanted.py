"""Lines of text that run along none of the page's sides: stamps and watermarks, whose letters would fall into other lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, radians, sin
from typing import Any

_SAME_ANGLE = 1.0  # degrees
_SAME_LINE = 0.35  # of the font size, across the line
_MOST_GAP = 1.6  # of the font size, along it
_SPACE = 0.2
_MOST_SLANTED = 0.5  # of the letters: more of them are the page's own text
_MOST_LINES = 40


@dataclass(frozen=True)
class SlantedLine:
    """`box`: x0, top, x1, bottom in the coordinates of the characters."""

    text: str
    box: tuple[float, float, float, float]
    is_visible: bool


def slanted_lines(characters: Sequence[dict[str, Any]]) -> list[SlantedLine]:
    """Finds slanted lines, in the order in which they are drawn; none if most of the page is slanted."""
    slanted = [char for char in characters if "slant" in char]
    letters = sum(not char["text"].isspace() for char in characters)
    if not slanted or sum(not char["text"].isspace() for char in slanted) > _MOST_SLANTED * letters:
        return []
    lines: list[list[dict[str, Any]]] = []
    for char in slanted:
        if lines and _gap(lines[-1][-1], char) is not None:
            lines[-1].append(char)
        else:
            lines.append([char])
    return [line for chars in lines[:_MOST_LINES] if (line := _line(chars)).text]


def level_characters(characters: Sequence[dict[str, Any]], lines: Sequence[SlantedLine]) -> Sequence[dict[str, Any]]:
    """Those that words are made of."""
    return [char for char in characters if "slant" not in char] if lines else characters


def _gap(before: dict[str, Any], after: dict[str, Any]) -> float | None:
    """Between two letters along their line, in points; None where the second does not follow the first."""
    if abs(before["slant"] - after["slant"]) > _SAME_ANGLE:
        return None
    size, angle = before["size"] or 1.0, radians(before["slant"])
    x, y = after["origin"][0] - before["origin"][0], after["origin"][1] - before["origin"][1]
    along, across = x * cos(angle) + y * sin(angle), y * cos(angle) - x * sin(angle)
    gap: float = along - before["advance"]
    return gap if abs(across) <= _SAME_LINE * size and -size < gap <= _MOST_GAP * size else None


def _line(chars: Sequence[dict[str, Any]]) -> SlantedLine:
    text = chars[0]["text"]
    for before, after in pairwise(chars):
        gap = _gap(before, after) or 0.0
        text += (" " if gap > _SPACE * before["size"] else "") + after["text"]
    drawn = [char for char in chars if not char["text"].isspace()] or list(chars)
    box = (
        min(char["x0"] for char in drawn),
        min(char["top"] for char in drawn),
        max(char["x1"] for char in drawn),
        max(char["bottom"] for char in drawn),
    )
    return SlantedLine(" ".join(text.split()), box, not any(char["is_invisible"] for char in drawn))
