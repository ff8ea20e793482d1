"""What happens to a sheet before it is scanned: a rubber stamp, folds. On pixel arrays as in `degradation`."""

from __future__ import annotations

import random
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from idp_project.operations.samples.drawing.paper import FONTS
from idp_project.operations.samples.scanning.degradation import Page, cloud

_INK = 96.0  # grey level that a stamp's ink ends up as, where it is not worn
_STAMP_MM = 52.0
_MM_PER_INCH = 25.4


@dataclass(frozen=True)
class Handling:
    """`stamp` is its word, empty for none; `folds`: 0 none, 1 across the middle, 2 in thirds as a letter, 3 also lengthways."""

    stamp: str = ""
    day: str = ""
    folds: int = 0


def choose_handling(rng: random.Random, stamps: tuple[str, ...]) -> Handling:
    """Two sheets in five of the kinds that offices stamp have a stamp, one in three is folded."""
    if not stamps:
        return Handling()
    stamp, day = rng.choice(stamps), f"{rng.randint(1, 28):02d} {rng.choice(('JAN', 'MAR', 'JUN', 'SEP', 'NOV'))} 2026"
    is_stamped, folds = rng.random() < 0.4, rng.choice((0, 0, 0, 0, 1, 2, 2, 3))
    return Handling(stamp if is_stamped else "", day, folds)


def handle(page: Page, handling: Handling, rng: np.random.Generator, *, dpi: int) -> Page:
    """The sheet after it went through an office."""
    if handling.stamp:
        page = _stamp(page, handling, rng, dpi)
    return fold(page, handling.folds, rng) if handling.folds else page


def fold(page: Page, folds: int, rng: np.random.Generator) -> Page:
    """Creases with a bright ridge and a dark valley; the panels between them catch the light differently."""
    _height, _width = page.shape
    across = {1: (0.5,), 2: (1 / 3, 2 / 3), 3: (1 / 3, 2 / 3)}[folds]
    for place in across:
        page = _crease(page, place + rng.uniform(-0.012, 0.012), rng)
    if folds == 3:
        page = _crease(page.T, 0.5 + rng.uniform(-0.012, 0.012), rng).T
    return np.ascontiguousarray(page, dtype=np.float32)


def _crease(page: Page, place: float, rng: np.random.Generator) -> Page:
    height, width = page.shape
    wobble = (cloud((1, width), 5, rng) - 0.5) * height * 0.004
    distance = (np.arange(height, dtype=np.float32)[:, None] - place * height - wobble) / max(height * 0.0022, 1.2)
    relief = 20.0 * np.exp(-((distance - 1.0) ** 2)) - 46.0 * np.exp(-(distance**2))
    shading = 1.0 - rng.uniform(0.03, 0.07) * np.exp(-np.clip(distance, 0, None) / 60.0) * (distance > 0)
    return np.clip((page + relief) * shading, 0, 255).astype(np.float32)


def _stamp(page: Page, handling: Handling, rng: np.random.Generator, dpi: int) -> Page:
    """Put where the sheet is emptiest, as people do; turned by hand and worn."""
    ink = _stamp_ink(handling, rng, dpi)
    height, width = ink.shape
    top, left = _emptiest(page, (height, width), rng)
    part = page[top : top + height, left : left + width]
    worn = 0.55 + 0.45 * (cloud((height, width), 22, rng) > 0.34)
    strength = cv2.GaussianBlur((ink * worn).astype(np.float32), (0, 0), 0.6)
    page = page.copy()
    page[top : top + height, left : left + width] = part * (1.0 - strength * (1.0 - _INK / 255.0))
    return page


def _stamp_ink(handling: Handling, rng: np.random.Generator, dpi: int) -> NDArray[np.float32]:
    """Ink 0..1 of the turned stamp: the word over the date in a double frame."""
    width = round(_STAMP_MM / _MM_PER_INCH * dpi)
    height, line = round(width * 0.42), max(2, dpi // 70)
    image = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(image)
    for inset in (line, 3 * line):
        draw.rounded_rectangle((inset, inset, width - inset, height - inset), radius=4 * line, outline=255, width=line)
    for text, size, middle in ((handling.stamp, 0.38, 0.38), (handling.day, 0.22, 0.72)):
        font = ImageFont.truetype(str(FONTS / "barlow-condensed-bold.ttf"), round(height * size))
        draw.text((width / 2, height * middle), text, fill=255, font=font, anchor="mm")
    turned = image.rotate(float(rng.uniform(-11, 11)), expand=True, resample=Image.Resampling.BICUBIC)
    return np.asarray(turned, dtype=np.float32) / 255.0


def _emptiest(page: Page, shape: tuple[int, int], rng: np.random.Generator) -> tuple[int, int]:
    """Top and left of a place of that size with the least print, one of the best by chance."""
    height, width = shape
    edge = max(8, page.shape[1] // 16)
    print_sum = cv2.integral((page < 200).astype(np.uint8))
    tops = np.arange(edge, page.shape[0] - height - edge, max(4, height // 6))
    lefts = np.arange(edge, page.shape[1] - width - edge, max(4, width // 8))
    top, left = (grid.ravel() for grid in np.meshgrid(tops, lefts, indexing="ij"))
    covered = (
        print_sum[top + height, left + width]
        - print_sum[top, left + width]
        - print_sum[top + height, left]
        + print_sum[top, left]
    )
    best = np.flatnonzero(covered <= covered.min() + 4)
    chosen = int(best[int(rng.integers(0, len(best)))])
    return int(top[chosen]), int(left[chosen])
