"""What every embedding model keeps to; an adapter's test inherits it and says how one is made."""

from __future__ import annotations

import numpy as np

from idp_project.providers.embeddings.base import EmbeddingModel

TEXTS = (
    "The council meets on the first Monday of the month.",
    "The council meets on the first Monday of each month.",
    "Diesel, 40 litres, pump four.",
)


class EmbeddingModelContract:
    def make(self) -> EmbeddingModel:
        raise NotImplementedError

    def test_a_row_a_text_of_length_one(self) -> None:
        model = self.make()
        vectors = model.embed(TEXTS)
        assert vectors.dtype == np.float32
        assert vectors.shape == (len(TEXTS), model.dimensions)
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)

    def test_near_texts_have_near_vectors(self) -> None:
        first, second, other = self.make().embed(TEXTS)
        assert first @ second > first @ other + 0.2

    def test_the_order_and_the_company_of_texts_change_nothing(self) -> None:
        model = self.make()
        together = model.embed(TEXTS)
        assert np.allclose(together[::-1], model.embed(TEXTS[::-1]), atol=1e-4)
        for row, text in zip(together, TEXTS, strict=True):
            assert np.allclose(row, model.embed([text])[0], atol=1e-4)

    def test_no_texts_are_no_rows(self) -> None:
        assert len(self.make().embed([])) == 0

    def test_many_and_odd_texts_are_served(self) -> None:
        vectors = self.make().embed(["word " * 100, "x", "Ünïcödé 名前 ١٢", *(f"line {n}" for n in range(60))])
        assert vectors.shape[0] == 63 and np.isfinite(vectors).all()

    def test_it_says_what_its_vectors_depend_on(self) -> None:
        model = self.make()
        provider, _, name = model.name.partition("/")
        assert provider and name and model.version
