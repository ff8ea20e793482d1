"""Page coordinates: fractions 0..1 of the upright page, origin top-left. The only place that converts them.

Pixels, PDF points and rotated frames enter and leave here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

_PRECISION = 5  # 0.00001 of a page is 0.02 px of an A4 page at 200 dpi


def _clamp(value: float) -> float:
    return round(min(1.0, max(0.0, value)), _PRECISION)


@dataclass(frozen=True, slots=True)
class BoundingBox:
    """An axis-aligned rectangle in page coordinates."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def center(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def union(self, other: BoundingBox) -> BoundingBox:
        return BoundingBox(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def horizontal_overlap(self, other: BoundingBox) -> float:
        """Shared width as a fraction of the smaller width, 0..1."""
        shared = min(self.right, other.right) - max(self.left, other.left)
        return max(0.0, shared) / (min(self.width, other.width) or 1.0)

    def to_polygon(self) -> Polygon:
        return Polygon(
            ((self.left, self.top), (self.right, self.top), (self.right, self.bottom), (self.left, self.bottom))
        )

    @classmethod
    def from_pixels(cls, left: float, top: float, right: float, bottom: float, *, width: float, height: float) -> Self:
        """Makes a box from any unit whose page is `width` × `height`, origin top-left; clamped to the page."""
        return cls(_clamp(left / width), _clamp(top / height), _clamp(right / width), _clamp(bottom / height))


@dataclass(frozen=True, slots=True)
class Polygon:
    """Vertices clockwise from top-left, in page coordinates. Words have four."""

    points: tuple[tuple[float, float], ...]

    @property
    def bounding_box(self) -> BoundingBox:
        xs = [x for x, _ in self.points]
        ys = [y for _, y in self.points]
        return BoundingBox(min(xs), min(ys), max(xs), max(ys))

    def to_list(self) -> list[float]:
        """Flat `[x1, y1, x2, y2, …]`, for JSON."""
        return [round(value, _PRECISION) for point in self.points for value in point]

    @classmethod
    def from_list(cls, flat: Sequence[float]) -> Self:
        if len(flat) < 6 or len(flat) % 2:
            raise ValueError("a polygon needs at least three points")
        return cls(tuple((float(flat[i]), float(flat[i + 1])) for i in range(0, len(flat), 2)))

    @classmethod
    def from_pixels(cls, points: Iterable[Sequence[float]], *, width: float, height: float) -> Self:
        """Makes a polygon from vertices in any unit whose page is `width` × `height`, origin top-left; clamped to the page."""
        return cls(tuple((_clamp(x / width), _clamp(y / height)) for x, y in points))

    def rotated(self, quarter_turns: int) -> Polygon:
        """The same place after the page is turned clockwise by `quarter_turns` × 90°; vertices again start top-left."""
        turns = quarter_turns % 4
        points = self.points
        for _ in range(turns):
            points = tuple((_clamp(1 - y), _clamp(x)) for x, y in points)
        shift = -turns % len(points) if len(points) == 4 else 0
        return Polygon(points[shift:] + points[:shift])


def enclosing_box(polygons: Iterable[Polygon]) -> BoundingBox:
    """The smallest box around all polygons. Raises ValueError without any."""
    boxes = [polygon.bounding_box for polygon in polygons]
    if not boxes:
        raise ValueError("no polygons")
    result = boxes[0]
    for box in boxes[1:]:
        result = result.union(box)
    return result
