"""A provider's key goes to that provider's own host: every address one might enter, every vendor, decoys all around."""

from __future__ import annotations

import httpx
import pytest

from idp_project.core.errors import IdpError
from idp_project.providers.catalog import PROVIDERS
from idp_project.providers.egress import EgressPolicy, EgressTransport, Location, ProviderEndpoint, check_endpoint
from idp_project.providers.embeddings.litellm import GatewayEmbeddings
from idp_project.providers.errors import EgressForbidden, EndpointInvalid
from idp_project.providers.llm.base import LanguageRequest, Message, Speaker
from idp_project.providers.llm.gateway import GatewayModel
from tests.contract.test_gateway import ADDRESSES, DECOYS

CLOUD_TOO = EgressPolicy(local_only=False)
KEY = "the-real-key"


def bases_around(own: str) -> list[str]:
    """The provider's own address bent in every way a person or an attacker might."""
    url = httpx.URL(own)
    host = url.host
    others = [row.cloud_base for row in PROVIDERS.values() if row.cloud_base != own]
    return [
        *others,
        *(
            f"https://{name}"
            for name in (f"{host}.evil.example", f"evil-{host}", f"evil.{host}", f"{host}.", f"x{host}")
        ),
        *(
            f"https://{host}{bent}"
            for bent in ("@evil.example", ":443@evil.example", ":8443", ":80", "\\@evil.example")
        ),
        *(f"https://evil.example/{bent}" for bent in (host, f"?{host}", f"#{host}", f"@{host}", f"%2f{host}")),
        *(f"https://evil.example{mark}{host}" for mark in ("?", "#", "\\", "%00", "%2e")),
        *(
            f"http://{host}",
            f"HTTP://{host}/v1",
            f"ftp://{host}",
            f"//{host}",
            host,
            "",
            " ",
            "https://",
            "https:///v1",
        ),
        *("https://127.0.0.1", "https://[::1]", "https://0x7f000001", "https://localhost", "https://169.254.169.254"),
        *(f"https://{host.replace('.', '。')}", f"https://{host.replace('o', 'о')}", f"https://{host}\t.evil.example"),
        *(f" {own}", f"{own}\n", own.upper(), f"{own}/", f"{own}/../..", own.replace("https://", "https:/")),
    ]


@pytest.mark.parametrize("name", PROVIDERS)
def test_no_address_but_the_own_one_is_let_through(name: str) -> None:
    own = PROVIDERS[name].cloud_base
    let_through = refused = 0
    for base in bases_around(own):
        endpoint = ProviderEndpoint(name, "m", base, KEY, Location.CLOUD)
        try:
            check_endpoint(endpoint, CLOUD_TOO)
            transport = EgressTransport(endpoint, CLOUD_TOO)
        except (EgressForbidden, EndpointInvalid):
            refused += 1
            continue
        let_through += 1
        url = httpx.URL(endpoint.base)
        assert (url.scheme, url.host, url.port) == ("https", httpx.URL(own).host, None), base
        for target in ("https://evil.example/v1/x", own.replace("https", "http"), f"https://{url.host}:8443/"):
            with pytest.raises(EgressForbidden):
                transport.handle_request(httpx.Request("POST", target, headers={"Authorization": f"Bearer {KEY}"}))
    assert refused > 30 and let_through <= 5


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_real_call_looks_up_its_own_host_and_no_other(
    name: str, no_sockets: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole of litellm runs with decoy keys and addresses in the environment; names are looked up and no further."""
    for variable, value in DECOYS.items():
        monkeypatch.setenv(variable, value)
    for variable in ADDRESSES:
        monkeypatch.setenv(variable, "https://evil.example/v1")
    row = PROVIDERS[name]
    asked: list[object] = []
    if row.llm_prefix:
        model = GatewayModel(ProviderEndpoint(name, row.llm, "", KEY, Location.CLOUD), CLOUD_TOO, asked.append)
        request = LanguageRequest(
            "", (Message(Speaker.USER, "hello"),), "test", json_schema={"type": "object"}, timeout=5
        )
        for call in (model.complete, model.extract, lambda request: list(model.stream(request))):
            with pytest.raises(IdpError):
                call(request)
    if row.embedding_prefix:
        endpoint = ProviderEndpoint(name, row.embedding, "", KEY, Location.CLOUD)
        with pytest.raises(IdpError):
            GatewayEmbeddings(endpoint, CLOUD_TOO, asked.append).embed(["hello"])
    own = httpx.URL(row.cloud_base).host
    looked_up = {arguments[0] for kind, arguments in no_sockets if kind == "getaddrinfo"}  # type: ignore[misc]
    assert asked and looked_up <= {own, own.encode()} and looked_up
    assert not [attempt for attempt in no_sockets if attempt[0] == "connect"]  # type: ignore[index]
