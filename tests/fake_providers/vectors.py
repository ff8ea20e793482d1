"""Embeddings that a fake server can make: hashed bags of words, so that texts which share words are near."""

from __future__ import annotations

import hashlib
import math

DIMENSIONS = 384


def embedding(text: str) -> list[float]:
    """Of unit length."""
    vector = [0.0] * DIMENSIONS
    for word in text.lower().split():
        vector[int.from_bytes(hashlib.sha256(word.encode()).digest()[:4]) % DIMENSIONS] += 1.0
    length = math.sqrt(sum(value * value for value in vector)) or 1.0
    return [value / length for value in vector]
