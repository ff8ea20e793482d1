"""How bad a simulated scan is: the strength of each fault, drawn at random from the range of its grade."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class ScanQuality:
    """Strengths of the faults.

    `skew` in degrees; `blur` and `noise` as standard deviations in pixels and grey levels; `darkest` and `lightest`
    are the grey levels (0..255) that black and white end up as; `shade` (0..1) is how much darker the dark side is;
    `jpeg` is Pillow's quality.
    """

    dpi: int
    skew: float
    blur: float
    noise: float
    darkest: float
    lightest: float
    shade: float
    stains: int
    specks: int
    fading: float
    jpeg: int


def choose_scan(rng: random.Random) -> ScanQuality:
    """An office scanner on an ordinary day: every fault there, nothing unreadable."""
    return ScanQuality(
        dpi=200,
        skew=rng.uniform(0.4, 1.6) * rng.choice((-1, 1)),
        blur=rng.uniform(0.45, 0.7),
        noise=rng.uniform(3.0, 6.5),
        darkest=rng.uniform(25, 60),
        lightest=rng.uniform(232, 246),
        shade=rng.uniform(0.03, 0.12),
        stains=rng.choice((0, 1, 1, 2)),
        specks=rng.randint(20, 90),
        fading=rng.uniform(0.0, 0.18),
        jpeg=rng.randint(62, 74),
    )


def choose_feeder_scan(rng: random.Random) -> ScanQuality:
    """A scanner with a feeder, set to small files."""
    return replace(choose_scan(rng), dpi=150, noise=rng.uniform(1.2, 2.2), jpeg=rng.randint(46, 54), stains=0)


def choose_poor_scan(rng: random.Random) -> ScanQuality:
    """A faded, blurred copy with low contrast, of which a person can read the most and a machine only part."""
    return ScanQuality(
        dpi=130,
        skew=rng.uniform(2.2, 3.2) * rng.choice((-1, 1)),
        blur=rng.uniform(1.0, 1.15),
        noise=rng.uniform(7.0, 9.0),
        darkest=rng.uniform(100, 112),
        lightest=rng.uniform(206, 214),
        shade=rng.uniform(0.24, 0.32),
        stains=3,
        specks=200,
        fading=rng.uniform(0.42, 0.5),
        jpeg=34,
    )


@dataclass(frozen=True)
class PhotoQuality:
    """Of a picture taken by hand: `perspective` is how far corners are moved, as a share of the shorter side; `turn` in
    degrees; `blur` and `noise` as in ScanQuality; `shade` 0..1; `tint` multiplies red, green and blue.
    """

    dpi: int
    perspective: float
    turn: float
    blur: float
    noise: float
    shade: float
    tint: tuple[float, float, float]
    jpeg: int


def choose_photo(rng: random.Random) -> PhotoQuality:
    """A careful picture by lamplight: all of the sheet, not quite from above."""
    return PhotoQuality(
        dpi=180,
        perspective=rng.uniform(0.012, 0.03),
        turn=rng.uniform(0.3, 1.8) * rng.choice((-1, 1)),
        blur=rng.uniform(0.5, 0.75),
        noise=rng.uniform(2.5, 5.0),
        shade=rng.uniform(0.1, 0.22),
        tint=rng.choice(((1.0, 0.96, 0.88), (0.97, 1.0, 0.99), (1.0, 0.98, 0.93))),
        jpeg=rng.randint(68, 78),
    )
