"""A sheet on a table, photographed with a telephone: perspective, a table's grain, shadows, tinted light."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from idp_project.operations.samples.scanning.degradation import Page, cloud, wrinkle
from idp_project.operations.samples.scanning.quality import PhotoQuality

_TABLES = ((118, 86, 60), (92, 94, 98), (62, 70, 66))  # wood, slate, felt: red, green, blue


def photograph(page: Page, quality: PhotoQuality, rng: np.random.Generator) -> NDArray[np.uint8]:
    """RGB pixels with the whole sheet in view."""
    margin = round(0.07 * max(page.shape))
    height, width = page.shape[0] + 2 * margin, page.shape[1] + 2 * margin
    matrix = _perspective(page.shape, margin, quality, rng)
    sheet = cv2.warpPerspective(wrinkle(page, rng), matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=255)
    cover = cv2.warpPerspective(np.ones_like(page), matrix, (width, height), flags=cv2.INTER_LINEAR)
    picture = _table((height, width), rng) * (1.0 - 0.45 * _shadow_of(cover))[:, :, None]
    picture = picture * (1.0 - cover[:, :, None]) + np.clip(sheet, 0, 255)[:, :, None] * cover[:, :, None]
    picture = picture * _light((height, width), quality, rng)[:, :, None]
    picture = cv2.GaussianBlur(picture, (0, 0), quality.blur)
    picture = picture + rng.normal(0.0, quality.noise, picture.shape)
    return np.clip(np.rint(picture * np.array(quality.tint)), 0, 255).astype(np.uint8)


def _perspective(shape: tuple[int, ...], margin: int, quality: PhotoQuality, rng: np.random.Generator) -> NDArray[Any]:
    """Maps the sheet's corners to where the camera sees them: each moved a little, all turned together."""
    height, width = shape
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    moved = corners + rng.uniform(-1, 1, (4, 2)).astype(np.float32) * quality.perspective * min(height, width)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), quality.turn, 1.0)
    turned = cv2.transform(moved[None], turn)[0] + margin
    return np.asarray(cv2.getPerspectiveTransform(corners, turned.astype(np.float32)))


def _table(shape: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float32]:
    color = np.array(_TABLES[int(rng.integers(0, len(_TABLES)))], np.float32)
    grain = cv2.GaussianBlur(rng.random((shape[0], 1), np.float32), (1, 0), sigmaX=0.01, sigmaY=3.0)
    pattern = 0.8 + 0.25 * cloud(shape, 9, rng) + 0.5 * (grain - grain.mean())
    return (color * pattern[:, :, None]).astype(np.float32)


def _shadow_of(cover: NDArray[Any]) -> NDArray[np.float32]:
    """The sheet's soft shadow on the table, to one side."""
    reach = max(4.0, cover.shape[1] / 110)
    shift = np.array([[1, 0, reach], [0, 1, reach]], np.float32)
    moved = cv2.warpAffine(cover, shift, (cover.shape[1], cover.shape[0]))
    return cv2.GaussianBlur(moved, (0, 0), reach).astype(np.float32)


def _light(shape: tuple[int, int], quality: PhotoQuality, rng: np.random.Generator) -> NDArray[np.float32]:
    """Brighter towards the lamp; the photographer's own shadow falls in from one edge."""
    rows, columns = np.mgrid[0:1:64j, 0:1:64j].astype(np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    slope = 0.5 + 0.5 * (np.cos(angle) * (2 * columns - 1) + np.sin(angle) * (2 * rows - 1))
    edge, across = rng.uniform(0.2, 0.8), rng.uniform(0.25, 0.45)
    shadow = np.exp(-(((columns - edge) / across) ** 2 + ((rows - 1.05) / 0.4) ** 2) * 2.0)
    light = 1.0 - quality.shade * np.clip(slope, 0, 1) - quality.shade * shadow
    return cv2.resize(light.astype(np.float32), (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
