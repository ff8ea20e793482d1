"""Documents as a fax machine would have sent them: rendered at its resolution, in black and white, with specks."""

from __future__ import annotations

import hashlib
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from benchmarks.quality.reading import KEPT_IN, engines

ACROSS = 204  # dots an inch
STANDARD, FINE = 98, 196  # lines an inch
_SPECKS = 0.0008  # share of the dots that the line turned over
_SEED = 14


def fax_of(path: Path, lines: int) -> Path:
    """The TIFF of a fax of the document, made once and kept; `lines` an inch are STANDARD or FINE."""
    kept = KEPT_IN / f"fax-{lines}" / f"{path.stem}-{hashlib.sha256(path.read_bytes()).hexdigest()[:12]}.tif"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        parser, _ = engines()
        count = len(parser.page_sizes(str(path)))
        pages = [_sent(parser.render(str(path), number, 2 * ACROSS), lines, number) for number in range(1, count + 1)]
        unfinished = kept.with_suffix(".part")
        pages[0].save(
            unfinished, "TIFF", save_all=True, append_images=pages[1:], compression="group4", dpi=(ACROSS, lines)
        )
        unfinished.rename(kept)
    return kept


def _sent(image: np.ndarray, lines: int, number: int) -> Image.Image:
    """One page: a little crooked, as sheets are fed, then every dot black or white."""
    gray = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    height, width = gray.shape
    chance = np.random.default_rng(_SEED + number)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), float(chance.uniform(-0.4, 0.4)), 1.0)
    gray = cv2.warpAffine(gray, turn, (width, height), borderValue=255)
    size = (width // 2, round(height / 2 * lines / ACROSS))
    dots = cv2.resize(gray, size, interpolation=cv2.INTER_AREA) > 150
    dots ^= chance.random(dots.shape) < _SPECKS
    return Image.fromarray(dots)
