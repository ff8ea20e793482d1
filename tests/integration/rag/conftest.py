"""Documents that are indexed with a cheap model of the same port, where the vectors themselves do not matter."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from accounts.models import Organization, Team
from documents.models import Batch, Document
from idp_project.providers.embeddings.base import Vectors
from rag.services import asking, indexing
from rag.services.indexing import document_index
from tests.factories.reading import read_document
from tests.fake_providers.vectors import DIMENSIONS, embedding


class BagOfWords:
    """Texts that share words are near; counts what it was asked."""

    name = "test/bag-of-words"
    version = "1"
    dimensions = DIMENSIONS

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return np.array([embedding(text) for text in texts], dtype=np.float32).reshape(-1, DIMENSIONS)


@pytest.fixture
def bag_of_words(monkeypatch: pytest.MonkeyPatch) -> BagOfWords:
    """The model of every organisation."""
    model = BagOfWords()
    for module in (asking, indexing):
        monkeypatch.setattr(module, "embedding_model_for", lambda organization: model)
    return model


IndexedDocument = Callable[..., Document]


@pytest.fixture
def indexed() -> IndexedDocument:
    """indexed(organization, team, ["text of page 1", …], name=…): a read document with its chunks."""

    def make(
        organization: Organization, team: Team, pages: Sequence[str], *, name: str = "a.pdf", batch: Batch | None = None
    ) -> Document:
        document = read_document(organization, team, pages, name=name, batch=batch)
        assert document_index(organization.id, document.id) is not None
        return document

    return make
