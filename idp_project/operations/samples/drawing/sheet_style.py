"""The stationery of one firm: typeface, colours, and which of the usual arrangements its letters have."""

from __future__ import annotations

import random
from dataclasses import dataclass

from idp_project.operations.samples.drawing.paper import Color
from idp_project.operations.samples.world.locales import SampleLocale

_ACCENTS: tuple[Color, ...] = ((24, 62, 108), (128, 32, 40), (20, 98, 84), (70, 70, 74), (176, 92, 20), (84, 52, 120))
_SIZES = {"eb-garamond": 10.8, "times": 10.5, "barlow-condensed": 11.0, "courier": 9.0}


@dataclass(frozen=True)
class SheetStyle:
    """`size` in points; widths and margins in millimetres."""

    typeface: str
    size: float
    accent: Color
    letterhead: str  # band, classic, centered
    references: str  # column (label and value side by side), strip (value below its label)
    table: str  # ruled, zebra, grid
    bank_place: str  # footer, block
    has_unit: bool
    has_colons: bool
    has_money_marks: bool
    date_pattern: str
    width: float
    height: float
    margin: float

    @property
    def right(self) -> float:
        return self.width - self.margin

    @property
    def bottom(self) -> float:
        """Height at which the footer begins."""
        return self.height - 30.0


def choose_style(rng: random.Random, locale: SampleLocale) -> SheetStyle:
    typeface = rng.choice(
        ("inter", "inter", "libre-franklin", "eb-garamond", "helvetica", "helvetica", "times", "courier")
    )
    width, height = (210.0, 297.0) if locale.paper == "A4" else (215.9, 279.4)
    return SheetStyle(
        typeface=typeface,
        size=_SIZES.get(typeface, 9.6),
        accent=rng.choice(_ACCENTS),
        letterhead=rng.choice(("band", "classic", "centered")),
        references=rng.choice(("column", "column", "strip")),
        table=rng.choice(("ruled", "zebra", "grid")),
        bank_place=rng.choice(("footer", "block")),
        has_unit=rng.random() < 0.6,
        has_colons=rng.random() < 0.5,
        has_money_marks=rng.random() < 0.35,
        date_pattern=rng.choice(locale.date_patterns),
        width=width,
        height=height,
        margin=rng.uniform(17.0, 22.0),
    )
