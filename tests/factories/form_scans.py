"""What scanners and fax machines make of a drawn form: noise, skew, JPEG, fax, fewer dots an inch."""

from __future__ import annotations

import random

import cv2
import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.uint8]

WAYS = ("clean", "noise", "skew", "jpeg", "fax", "pale")


def scanned(page: Gray, way: str, rng: random.Random) -> Gray:
    """The page as `way` of `WAYS` leaves it: same size, grey."""
    dice = np.random.default_rng(rng.randrange(2**32))
    if way == "clean":
        return page
    found = page.astype(np.float32)
    if way == "pale":
        found = 70 + found * (165 / 255)
    found = cv2.GaussianBlur(found, (0, 0), rng.uniform(0.4, 0.9))
    if way in ("skew", "fax"):
        found = _turned(found, rng.choice((-1, 1)) * rng.uniform(0.7, 2.0 if way == "skew" else 1.0))
    if way == "fax":
        return _faxed(found, dice)
    found = found + dice.normal(0, rng.uniform(3, 12 if way == "noise" else 6), found.shape)
    if way == "noise":
        _speckle(found, dice, rng.randint(50, 600))
    small = np.clip(found, 0, 255).astype(np.uint8)
    if way == "jpeg":
        _, data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, rng.randint(30, 65)])
        return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)
    return small


def _turned(page: NDArray[np.float32], degrees: float) -> NDArray[np.float32]:
    height, width = page.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return cv2.warpAffine(page, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=255.0).astype(np.float32)


def _faxed(page: NDArray[np.float32], dice: np.random.Generator) -> Gray:
    """Black or white, half the rows of a fine scan, some specks."""
    height, width = page.shape
    small = cv2.resize(page, (width, round(height * 0.6)), interpolation=cv2.INTER_AREA)
    small = small + dice.normal(0, 8, small.shape)
    bits = np.where(small < 150, 0, 255).astype(np.uint8)
    flips = dice.random(bits.shape) < 0.0004
    bits[flips] = 255 - bits[flips]
    big = cv2.resize(bits, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.where(big < 128, 0, 255).astype(np.uint8)


def _speckle(page: NDArray[np.float32], dice: np.random.Generator, count: int) -> None:
    height, width = page.shape
    for _ in range(count):
        x, y = int(dice.integers(0, width)), int(dice.integers(0, height))
        cv2.circle(page, (x, y), int(dice.integers(0, 2)), float(dice.choice((60, 120, 250))), -1)
