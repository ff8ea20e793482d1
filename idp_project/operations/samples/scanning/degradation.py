"""The faults of scans on pixel arrays: skew, fading, blur, stains, uneven light, low contrast, noise.

Pages are float32 arrays (height, width), 0 black to 255 white. Randomness comes from the caller's generator only.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from idp_project.operations.samples.scanning.quality import ScanQuality

Page = NDArray[np.float32]


def degrade(page: Page, quality: ScanQuality, rng: np.random.Generator, *, bed: int) -> NDArray[np.uint8]:
    """The scanned page. `bed` is how many pixels of the scanner's lid show around the sheet."""
    page = fade(page, quality.fading, rng)
    page = wrinkle(page, rng)
    page = stain(page, quality.stains, rng)
    page = skew(lay_on_bed(page, bed), quality.skew, lid=226.0 if bed else 250.0)
    page = cv2.GaussianBlur(page, (0, 0), quality.blur).astype(np.float32)
    page = flatten_contrast(page, quality.darkest, quality.lightest)
    page = light_unevenly(page, quality.shade, rng)
    page = speckle(page, quality.specks, rng)
    page = page + rng.normal(0.0, quality.noise, page.shape).astype(np.float32)
    return np.clip(np.rint(page), 0, 255).astype(np.uint8)


def fade(page: Page, strength: float, rng: np.random.Generator) -> Page:
    """Thermal print that lost its black, in vertical streaks and in patches. `strength` 0..1."""
    height, width = page.shape
    streaks = cv2.GaussianBlur(rng.random((1, width), np.float32), (0, 0), max(width / 90, 1.0))
    patches = cloud((height, width), 7, rng)
    loss = strength * np.clip(0.25 + 0.9 * _unit(streaks) * 0.5 + 0.9 * patches * 0.5, 0.0, 1.0)
    return (255.0 - (255.0 - page) * (1.0 - loss)).astype(np.float32)


def wrinkle(page: Page, rng: np.random.Generator) -> Page:
    """The soft relief of paper that was folded once or twice."""
    height, width = page.shape
    relief = (cloud((height, width), 14, rng) - 0.5) * 7.0
    rows = np.arange(height, dtype=np.float32)[:, None]
    for _ in range(int(rng.integers(1, 3))):
        fold = float(rng.uniform(0.2, 0.8)) * height
        distance = (rows - fold) / max(height * 0.006, 2.0)
        relief = relief - 16.0 * np.exp(-(distance**2)) + 9.0 * np.exp(-((distance - 1.6) ** 2))
    return np.clip(page + relief, 0, 255).astype(np.float32)


def stain(page: Page, count: int, rng: np.random.Generator) -> Page:
    """Coffee rings and drops, which darken what lies below them."""
    height, width = page.shape
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    unit = min(height, width)
    for _ in range(count):
        x, y = rng.uniform(0.05, 0.95) * width, rng.uniform(0.05, 0.95) * height
        radius = rng.uniform(0.06, 0.16) * unit
        wobble = 1.0 + 0.025 * np.sin(2.0 * np.arctan2(rows - y, columns - x) + rng.uniform(0, 6.28))
        distance = np.hypot(rows - y, columns - x) * wobble / radius
        ring = 0.13 * np.exp(-(((distance - 1.0) / 0.07) ** 2)) + 0.045 * (distance < 1.0)
        page = page * (1.0 - cv2.GaussianBlur(ring.astype(np.float32), (0, 0), 1.5))
    return page.astype(np.float32)


def lay_on_bed(page: Page, bed: int) -> Page:
    """The sheet on the scanner's grey lid, with the thin shadow of its edges."""
    if not bed:
        return page
    framed = cv2.copyMakeBorder(page, bed, bed, bed, bed, cv2.BORDER_CONSTANT, value=226.0)
    shadow = np.zeros_like(framed)
    cv2.rectangle(shadow, (bed, bed), (framed.shape[1] - bed, framed.shape[0] - bed), 70.0, 2)
    shadow = cv2.GaussianBlur(shadow, (0, 0), 1.6)
    return np.clip(framed - shadow, 0, 255).astype(np.float32)


def skew(page: Page, degrees: float, *, lid: float) -> Page:
    """Turned about its middle; what comes into view is the lid (grey level)."""
    height, width = page.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return cv2.warpAffine(page, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=lid).astype(np.float32)


def flatten_contrast(page: Page, darkest: float, lightest: float) -> Page:
    return (darkest + np.clip(page, 0, 255) / 255.0 * (lightest - darkest)).astype(np.float32)


def light_unevenly(page: Page, shade: float, rng: np.random.Generator) -> Page:
    """Darker to one side and in the corners, as under a lid that does not close."""
    height, width = page.shape
    rows = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    columns = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    angle = rng.uniform(0, 2 * np.pi)
    slope = 0.5 + 0.5 * (np.cos(angle) * columns + np.sin(angle) * rows)
    dark = 0.75 * np.clip(slope, 0, 1) + 0.25 * (rows**2 + columns**2) / 2
    return (page * (1.0 - shade * dark)).astype(np.float32)


def speckle(page: Page, count: int, rng: np.random.Generator) -> Page:
    """Dust, dark and light."""
    height, width = page.shape
    for _ in range(count):
        center = (int(rng.integers(0, width)), int(rng.integers(0, height)))
        level = float(rng.choice((60.0, 110.0, 250.0)))
        cv2.circle(page, center, int(rng.integers(0, 2)), level, -1)
    return page


def cloud(shape: tuple[int, int], cells: int, rng: np.random.Generator) -> Page:
    """Smooth random values 0..1 with about `cells` hills a side."""
    coarse = rng.random((cells, cells), np.float32)
    return _unit(cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC))


def _unit(values: NDArray[Any]) -> Page:
    low, high = float(values.min()), float(values.max())
    return ((values - low) / max(high - low, 1e-6)).astype(np.float32)
