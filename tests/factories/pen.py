"""Marks that people make on paper, as lines and areas in points: ticks, crosses, scribbles, signatures. From a seed."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass

Point = tuple[float, float]
Box = tuple[float, float, float, float]

MARKS = ("printed_cross", "cross", "tick", "filled", "scribble")
CIRCLE_MARKS = ("cross", "tick", "dot", "scribble")
_LEVELS = (0, 20, 60, 90)


@dataclass(frozen=True)
class Shape:
    """`kind`: line (of `width`), area or disc (its box's corners in `points`); `level` 0 is black."""

    kind: str
    points: tuple[Point, ...]
    width: float
    level: int


def mark(kind: str, box: Box, rng: random.Random) -> Iterator[Shape]:
    """One of `MARKS` or `CIRCLE_MARKS` in the box, or over its edge."""
    x0, y0, x1, y1 = box
    w, h = x1 - x0, y1 - y0
    level, pen = rng.choice(_LEVELS), rng.uniform(0.8, 1.8)

    def at(across: float, down: float, wobble: float = 0.06) -> Point:
        return x0 + (across + rng.uniform(-wobble, wobble)) * w, y0 + (down + rng.uniform(-wobble, wobble)) * h

    if kind == "printed_cross":
        width, inset = rng.uniform(0.5, 1.3), rng.choice((0.0, 0.0, 0.2))
        for left, right in ((inset, 1 - inset), (1 - inset, inset)):
            yield Shape("line", (at(left, inset, 0), at(right, 1 - inset, 0)), width, 0)
    elif kind == "cross":
        out = rng.choice((-0.15, -0.05, 0.12, 0.3))
        for first, last in (((-out, -out), (1 + out, 1 + out)), ((1 + out, -out), (-out, 1 + out))):
            yield from _ink([at(*first), at(0.5, 0.5), at(*last)], pen, level, rng)
    elif kind == "tick":
        out = rng.choice((0.0, 0.25, 0.5))
        yield from _ink([at(0.12, 0.5), at(0.4, 0.85), at(0.95 + out, 0.05 - out)], pen, level, rng)
    elif kind in {"filled", "dot"}:
        inset = rng.choice((0.0, 0.12, 0.2)) if kind == "filled" else rng.uniform(0.18, 0.3)
        yield Shape(
            "area" if kind == "filled" else "disc", (at(inset, inset, 0), at(1 - inset, 1 - inset, 0)), 0, level
        )
    elif kind == "scribble":
        count = rng.randint(5, 9)
        points = [at(0.1 if n % 2 else 0.9, 0.12 + 0.76 * n / count, 0.1) for n in range(count + 1)]
        yield from _ink(points, pen, level, rng)


def signature(left: float, base: float, rng: random.Random) -> Iterator[Shape]:
    """Loops and ups and downs over `base`, perhaps with a flourish."""
    length, height = rng.uniform(55, 140), rng.uniform(11, 26)
    level, pen = rng.choice(_LEVELS), rng.uniform(0.7, 1.6)
    for _ in range(rng.randint(1, 3)):
        share, start, count = rng.uniform(0.45, 1.0), rng.uniform(0, 0.35), rng.randint(7, 16)
        points: list[Point] = []
        for number in range(count):
            along = start + share * (1 - start) * number / count + rng.uniform(-0.05, 0.03)
            up = rng.uniform(0.5, 1.0) if number % 2 else rng.uniform(-0.3, 0.3)
            points.append((left + along * length, base - (up if number else rng.uniform(0.8, 1.2)) * height))
        yield from _ink(points, pen, level, rng)
    if rng.random() < 0.4:
        low = [
            (left + 0.1 * length, base + 0.1 * height),
            (left + 0.5 * length, base),
            (left + length, base - 0.2 * height),
        ]
        yield from _ink(low, pen, level, rng)


def _ink(points: list[Point], width: float, level: int, rng: random.Random) -> Iterator[Shape]:
    """A pen's line, which is not of one width everywhere."""
    smooth = _curve(points)
    for number, (start, end) in enumerate(itertools.pairwise(smooth)):
        own = width * (1 + 0.25 * math.sin(number / 5) + rng.uniform(-0.08, 0.08))
        yield Shape("line", (start, end), own, level)


def _curve(points: list[Point], steps: int = 10) -> list[Point]:
    """A smooth line through the points (Catmull and Rom)."""
    ends = [points[0], *points, points[-1]]
    drawn: list[Point] = []
    for a, b, c, d in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        for step in range(steps):
            t = step / steps
            x, y = (
                0.5
                * (
                    2 * b[k]
                    + (c[k] - a[k]) * t
                    + (2 * a[k] - 5 * b[k] + 4 * c[k] - d[k]) * t * t
                    + (3 * b[k] - a[k] - 3 * c[k] + d[k]) * t**3
                )
                for k in (0, 1)
            )
            drawn.append((x, y))
    return [*drawn, points[-1]]
