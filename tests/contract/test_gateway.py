"""The gateway keeps the contract of language models, with the real litellm against a server on the loopback."""

from __future__ import annotations

import ast
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest

from idp_project.providers.calls import CallRecord
from idp_project.providers.catalog import PROVIDERS
from idp_project.providers.egress import EgressPolicy, Location, ProviderEndpoint, check_endpoint
from idp_project.providers.errors import EgressForbidden, EndpointInvalid, ProviderUnknown
from idp_project.providers.llm.gateway import GatewayModel
from tests.contract.language_model import SCHEMA, LanguageModelContract, question, says
from tests.fake_providers.anthropic import FakeAnthropic
from tests.fake_providers.gemini import FakeGemini
from tests.fake_providers.groq import FakeGroq
from tests.fake_providers.ollama import FakeOllama
from tests.fake_providers.openai import FakeOpenAi
from tests.fake_providers.replies import Answerer, Received
from tests.fake_providers.server import FakeServer

LOCAL_ONLY = EgressPolicy(local_only=True)
CLOUD_TOO = EgressPolicy(local_only=False)
DECOYS = {
    name: f"decoy-{name.lower()}"
    for name in (
        "OPENAI_API_KEY",
        "OLLAMA_API_KEY",
        "ANTHROPIC_API_KEY",
        "GEMINI_API_KEY",
        "GOOGLE_API_KEY",
        "GROQ_API_KEY",
        "VOYAGE_API_KEY",
        "VOYAGE_AI_API_KEY",
        "LITELLM_API_KEY",
    )
}


CREDENTIALS = {"authorization", "x-api-key", "x-goog-api-key", "api-key"}
ADDRESSES = (
    *("OLLAMA_API_BASE", "OPENAI_API_BASE", "OPENAI_BASE_URL", "ANTHROPIC_API_BASE", "ANTHROPIC_BASE_URL"),
    *("GEMINI_API_BASE", "GROQ_API_BASE", "VOYAGE_API_BASE", "HTTP_PROXY", "http_proxy", "ALL_PROXY"),
)


class GatewayContract(LanguageModelContract):
    """A server that is local, or that the test's own catalog names as the provider's cloud."""

    provider = ""
    server: type[FakeServer] = FakeOllama
    location = Location.LOCAL

    @pytest.fixture(autouse=True)
    def _servers(self, socket_enabled: None) -> Iterator[None]:
        self.received: list[Received] = []
        self.records: list[CallRecord] = []
        with ExitStack() as self.stack:
            yield

    def make(
        self,
        answer: Answerer,
        *,
        location: Location | None = None,
        policy: EgressPolicy | None = None,
        **endpoint: object,
    ) -> GatewayModel:
        fake = self.stack.enter_context(self.server(answer))
        self.received = fake.requests
        values: dict[str, object] = {"provider": self.provider, "model": fake.models[0], "api_base": fake.base}
        values |= {"location": location or self.location, **endpoint}
        own = replace(PROVIDERS[self.provider], cloud_base=str(values["api_base"] or "https://cloud.example"))
        allowed = policy or EgressPolicy(local_only=self.location is Location.LOCAL)
        made = ProviderEndpoint(**values)  # type: ignore[arg-type]
        return GatewayModel(made, allowed, self.records.append, {self.provider: own})

    def test_keys_of_the_environment_go_nowhere(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, value in DECOYS.items():
            monkeypatch.setenv(name, value)
        self.make(says('{"total": "1"}')).extract(question())
        list(self.make(says("one")).stream(question()))
        seen = [received.headers for received in self.received]
        assert seen and "decoy" not in json.dumps(seen)
        assert not any(CREDENTIALS & set(headers) for headers in seen)

    def test_addresses_of_the_environment_are_not_used(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ADDRESSES:
            monkeypatch.setenv(name, "http://127.0.0.1:9")
        assert self.make(says('{"total": "1"}')).extract(question()).data == {"total": "1"}

    def test_the_key_of_the_endpoint_is_sent(self) -> None:
        self.make(says('{"total": "1"}'), api_key="own-key").extract(question())
        (received,) = self.received
        sent = {name: value for name, value in received.headers.items() if name in CREDENTIALS}
        bearer = "Bearer " if self.server.key_header == "authorization" else ""
        assert sent == {self.server.key_header: f"{bearer}own-key"} and "own-key" not in received.path

    def test_a_local_name_that_leads_outside_is_not_connected_to(self, monkeypatch: pytest.MonkeyPatch) -> None:
        connected: list[object] = []
        outside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 80))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: outside)
        monkeypatch.setattr(socket.socket, "connect", lambda self, address: connected.append(address))
        local = {"location": Location.LOCAL, "api_base": "http://models.internal:11434"}
        self.refusal(EgressForbidden, says("{}"), **local)
        assert connected == []


class TestOllamaThroughTheGateway(GatewayContract):
    provider = "ollama"

    def test_the_schema_travels_as_format_and_the_context_is_set(self) -> None:
        self.make(says('{"total": "1"}'), context_tokens=5000).extract(question(max_tokens=50))
        body = self.received[0].body
        assert self.received[0].path == "/api/chat"
        assert body["format"] == SCHEMA
        assert (body["options"]["num_ctx"], body["options"]["num_predict"], body["options"]["temperature"]) == (
            5000,
            50,
            0,
        )

    @pytest.mark.parametrize("policy", [LOCAL_ONLY, CLOUD_TOO])
    @pytest.mark.parametrize("model", ["gpt-oss:120b-cloud", "kimi-k2:cloud", "GLM-4.6:Cloud"])
    def test_cloud_models_are_refused_on_a_local_server(self, model: str, policy: EgressPolicy) -> None:
        self.refusal(EgressForbidden, says("{}"), model=model, policy=policy)
        assert not self.received


class TestOpenAiCompatibleThroughTheGateway(GatewayContract):
    provider = "openai"
    server = FakeOpenAi

    def test_a_model_that_takes_no_temperature_is_asked_without(self) -> None:
        thinking = "gpt-5-mini"
        with FakeOpenAi(says('{"total": "1"}'), models=(thinking,)) as fake:
            model = self.make(says("{}"), model=thinking, api_base=fake.base)
            assert model.extract(question()).data == {"total": "1"}
            assert "temperature" not in fake.requests[0].body and fake.requests[0].schema == SCHEMA


@pytest.mark.slow
class TestOpenAiThroughTheGateway(GatewayContract):
    provider = "openai"
    server = FakeOpenAi
    location = Location.CLOUD


class TestAnthropicThroughTheGateway(GatewayContract):
    provider = "anthropic"
    server = FakeAnthropic
    location = Location.CLOUD

    def test_model_without_structured_outputs_gets_schema_as_tool(self) -> None:
        older = "claude-3-haiku-20240307"
        with FakeAnthropic(says('{"total": "1"}'), models=(older,)) as fake:
            model = self.make(says("{}"), model=older, api_base=fake.base)
            assert model.extract(question()).data == {"total": "1"}
            assert fake.requests[0].body["tools"][0]["input_schema"] == SCHEMA


class TestGeminiThroughTheGateway(GatewayContract):
    provider = "gemini"
    server = FakeGemini
    location = Location.CLOUD


class TestGroqThroughTheGateway(GatewayContract):
    provider = "groq"
    server = FakeGroq
    location = Location.CLOUD


@pytest.mark.parametrize(
    ("provider", "base"),
    [
        ("openai", "https://evil.example/v1"),
        ("openai", "http://api.openai.com/v1"),
        ("openai", "https://api.openai.com.evil.example/v1"),
        ("openai", "https://api.openai.com:8443/v1"),
        ("openai", "https://api.anthropic.com/v1"),
        ("anthropic", "https://api.openai.com"),
        ("unheard-of", "https://api.unheard-of.example"),
    ],
)
def test_a_cloud_key_is_bound_to_its_own_host(provider: str, base: str) -> None:
    with pytest.raises(EgressForbidden):
        check_endpoint(ProviderEndpoint(provider, "m", base, "key", Location.CLOUD), CLOUD_TOO)


def test_a_cloud_providers_own_host_follows_the_policy() -> None:
    for base in ("", "https://api.openai.com/v1", "https://API.openai.com:443/v1"):
        endpoint = ProviderEndpoint("openai", "m", base, "key", Location.CLOUD)
        check_endpoint(endpoint, CLOUD_TOO)
        with pytest.raises(EgressForbidden):
            check_endpoint(endpoint, LOCAL_ONLY)


@pytest.mark.parametrize(
    "base", ["", "ftp://127.0.0.1", "http://", "http://user:pw@127.0.0.1", "http://127.0.0.1/?key=1"]
)
def test_addresses_that_cannot_be_used_are_named(base: str) -> None:
    with pytest.raises(EndpointInvalid):
        check_endpoint(ProviderEndpoint("ollama", "m", base), LOCAL_ONLY)


def test_an_unknown_provider_is_a_clear_error() -> None:
    with pytest.raises(ProviderUnknown, match="ollama"):
        GatewayModel(ProviderEndpoint("nobody", "m", "http://127.0.0.1"), LOCAL_ONLY, lambda record: None)


def test_a_key_is_not_shown() -> None:
    assert "s3cret" not in repr(ProviderEndpoint("openai", "m", "http://127.0.0.1", "s3cret"))


_COUNTING = """
import socket, sys, time
attempts = []
real = socket.socket.connect
def connect(self, address):
    attempts.append(address)
    return real(self, address)
socket.socket.connect = connect
look = socket.getaddrinfo
def getaddrinfo(host, *rest, **more):
    attempts.append(("name", host))
    return look(host, *rest, **more)
socket.getaddrinfo = getaddrinfo
import idp_project.providers.llm.gateway as gateway
assert "litellm" not in sys.modules, "the gateway must load litellm at the first call only"
from idp_project.providers.catalog import PROVIDERS
from idp_project.providers.egress import EgressPolicy, ProviderEndpoint
from idp_project.providers.llm.base import LanguageRequest, Message, Speaker
model = gateway.GatewayModel(ProviderEndpoint("ollama", "reader:1b", sys.argv[1]), EgressPolicy(True), lambda r: None)
model.complete(LanguageRequest("", (Message(Speaker.USER, "hello"),), "test"))
time.sleep(1)  # whatever runs in the background
print(attempts)
"""


@pytest.mark.usefixtures("socket_enabled")
def test_a_first_call_reaches_the_endpoint_and_nothing_else() -> None:
    with FakeOllama() as fake:
        command = [sys.executable, "-c", _COUNTING, fake.url]
        done = subprocess.run(
            command, env={**os.environ, **DECOYS}, capture_output=True, text=True, timeout=110, check=False
        )
        assert done.returncode == 0, done.stderr
        address = fake.url.removeprefix("http://").split(":")
    assert set(ast.literal_eval(done.stdout)) == {("name", address[0]), (address[0], int(address[1]))}
    assert [received.path for received in fake.requests] == ["/api/chat"]
