"""Regions of a page that are no text: tick boxes, signatures, stamps, handwriting. Stored with the facts of the page's steps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from idp_project.core.geometry import BoundingBox
from idp_project.core.translation import gettext_noop as _

_LEAST_SHARED = 0.15  # of the smaller area


class RegionKind(StrEnum):
    """What a region is."""

    TICK_BOX = "tick_box"  # a box or a circle to mark
    SIGNATURE = "signature"  # strokes where somebody signs
    STAMP = "stamp"  # framed or turned print over the page's own: "RECEIVED", "PAID"
    HANDWRITING = "handwriting"


LABELS = {
    RegionKind.TICK_BOX: _("Tick box"),
    RegionKind.SIGNATURE: _("Signature"),
    RegionKind.STAMP: _("Stamp"),
    RegionKind.HANDWRITING: _("Handwriting"),
}


@dataclass(frozen=True)
class Region:
    """One region, in page coordinates. `score` (0..1) is how sure its kind is, of a tick box also how sure its state.

    `is_marked`: of a tick box, whether it is ticked, crossed or filled; None for other kinds. `text` is what was read in it.
    """

    kind: RegionKind
    box: BoundingBox
    score: float
    is_marked: bool | None = None
    text: str = ""

    def to_dict(self) -> dict[str, Any]:
        box = self.box
        plain: dict[str, Any] = {
            "kind": self.kind.value,
            "box": [round(float(side), 4) for side in (box.left, box.top, box.right, box.bottom)],
            "score": round(float(self.score), 3),
        }
        if self.is_marked is not None:
            plain["is_marked"] = bool(self.is_marked)
        return plain | ({"text": self.text} if self.text else {})

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        kind, box = RegionKind(data["kind"]), BoundingBox(*data["box"])
        return cls(kind, box, float(data["score"]), data.get("is_marked"), data.get("text", ""))


def stored_regions(facts: dict[str, Any]) -> list[Region]:
    """All regions that the steps of a page have found, from the page's facts by step name."""
    found = [entry for step in facts.values() if isinstance(step, dict) for entry in step.get("regions", ())]
    return [Region.from_dict(entry) for entry in found]


def of_kind(regions: Iterable[Region], kind: RegionKind) -> list[Region]:
    return [region for region in regions if region.kind is kind]


def share_inside(box: BoundingBox, around: BoundingBox) -> float:
    """The share of the smaller one's area that both have in common, 0..1."""
    width = min(box.right, around.right) - max(box.left, around.left)
    height = min(box.bottom, around.bottom) - max(box.top, around.top)
    if width <= 0 or height <= 0:
        return 0.0
    smaller = min(box.width * box.height, around.width * around.height)
    return min(1.0, width * height / smaller) if smaller > 0 else 0.0


def handwriting_at(box: BoundingBox, regions: Sequence[Region]) -> float:
    """How sure it is that handwriting touches the box, 0 where none does."""
    return max(
        (
            region.score
            for region in regions
            if region.kind in (RegionKind.HANDWRITING, RegionKind.SIGNATURE)
            and share_inside(box, region.box) > _LEAST_SHARED
        ),
        default=0.0,
    )
