"""The port of embedding models: texts in, unit vectors out. Adapters inherit the contract suite."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class EmbeddingModel(Protocol):
    """One model that places texts so that near meanings have near vectors.

    Vectors of different names or versions must never be compared. Threads may share a model.
    """

    @property
    def name(self) -> str:
        """For settings and stored vectors: `provider/model`."""

    @property
    def version(self) -> str:
        """What a vector depends on besides the name; a stored vector of another version is made again."""

    @property
    def dimensions(self) -> int: ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Rows in the order of the texts, float32, each of length 1: their product is the cosine.

        Any number of texts; long ones are cut at the model's window. Raises ModelMissing, EgressForbidden,
        ProviderUnavailable and their kin.
        """


def normalized(vectors: Vectors) -> Vectors:
    """Each row at length 1; a row of zeros stays."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    result: Vectors = (vectors / np.where(lengths == 0, 1, lengths)).astype(np.float32)
    return result
