"""Where calls may go: endpoints, the policy of an organisation, and the transport that enforces both.

The transport is the wall: whatever a vendor's SDK does, it can only reach the endpoint's own host, follows no
redirect, carries no credential but the endpoint's, and for a local endpoint connects to local addresses only.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import httpx

from idp_project.providers.catalog import PROVIDERS, Catalog
from idp_project.providers.errors import EgressForbidden, EndpointInvalid, ProviderUnavailable

_LOCAL_NETWORKS = (
    "127.0.0.0/8",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "::1/128",
    "fc00::/7",
)
_CREDENTIAL_HEADERS = ("authorization", "api-key", "x-api-key", "x-goog-api-key")


class Location(StrEnum):
    """Of a provider, as its organisation declares it."""

    LOCAL = "local"
    CLOUD = "cloud"


@dataclass(frozen=True)
class EgressPolicy:
    """What an organisation allows.

    `local_networks` (CIDR) are further networks that count as local, for sites with public addresses inside.
    """

    local_only: bool
    local_networks: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProviderEndpoint:
    """One model at one address. An empty `api_base` is the provider's own cloud address.

    `context_tokens` is the window that prompt and answer must fit into together.
    """

    provider: str
    model: str
    api_base: str
    api_key: str = field(repr=False, default="")
    location: Location = Location.LOCAL
    context_tokens: int = 8192

    @property
    def base(self) -> str:
        """The address calls go to, without a trailing slash."""
        row = PROVIDERS.get(self.provider) if self.location is Location.CLOUD else None
        return (self.api_base or (row.cloud_base if row else "")).rstrip("/")

    @property
    def host(self) -> str:
        """Empty where the address cannot be read."""
        try:
            return httpx.URL(self.base).host
        except httpx.InvalidURL:
            return ""


def check_endpoint(endpoint: ProviderEndpoint, policy: EgressPolicy, catalog: Catalog = PROVIDERS) -> None:
    """Refuses, before any socket or name look-up, an endpoint that the policy forbids or that contradicts itself.

    A cloud provider's key is sent to the address that its row in the catalog names, and to no other. Raises
    EgressForbidden or EndpointInvalid.
    """
    if policy.local_only and endpoint.location is Location.CLOUD:
        raise EgressForbidden(
            f"This organisation allows local AI providers only; {endpoint.provider} is in the cloud and was not called."
        )
    if endpoint.location is Location.LOCAL and runs_in_cloud(endpoint.provider, endpoint.model):
        raise EgressForbidden(
            f"“{endpoint.model}” is computed in Ollama's cloud, not on the local server. Choose another model."
        )
    url = _url(endpoint.base)
    if url.scheme not in ("http", "https") or not url.host or url.userinfo or url.query or url.fragment:
        raise EndpointInvalid
    if endpoint.location is Location.CLOUD:
        _check_cloud(endpoint, url, catalog)


def _check_cloud(endpoint: ProviderEndpoint, url: httpx.URL, catalog: Catalog) -> None:
    own = catalog.get(endpoint.provider)
    if own is None or _place(url) != _place(httpx.URL(own.cloud_base)):
        raise EgressForbidden(
            f"The key of {endpoint.provider} may only be sent to {endpoint.provider}'s own host. "
            "A server in your own network is declared with the location “local”."
        )


def runs_in_cloud(provider: str, model: str) -> bool:
    """Whether an Ollama server would pass the prompt on to Ollama's cloud: tags `cloud` and `…-cloud`."""
    tag = model.strip().lower().rpartition(":")[2]
    return provider == "ollama" and (tag == "cloud" or tag.endswith("-cloud"))


def _url(base: str) -> httpx.URL:
    try:
        return httpx.URL(base)
    except httpx.InvalidURL as error:
        raise EndpointInvalid from error


def _place(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host.lower(), url.port or {"http": 80, "https": 443}.get(url.scheme)


class EgressTransport(httpx.BaseTransport):
    """One endpoint's only way out, made for one call; remembers the last answer's status and any refusal.

    Raises EgressForbidden for another host, a foreign credential, a redirect, or a local endpoint whose name leads
    to an address outside the local networks. The name is resolved once and the connection made to that address, so
    that a second look-up cannot give another (DNS rebinding).
    """

    def __init__(self, endpoint: ProviderEndpoint, policy: EgressPolicy, catalog: Catalog = PROVIDERS) -> None:
        check_endpoint(endpoint, policy, catalog)
        self._endpoint = endpoint
        self._networks = [ip_network(text) for text in (*_LOCAL_NETWORKS, *policy.local_networks)]
        self._place = _place(_url(endpoint.base))
        self._inner = httpx.HTTPTransport(verify=self._place[0] == "https", trust_env=False, retries=0)
        self.refusal: EgressForbidden | ProviderUnavailable | None = None
        self.status: int | None = None
        self.retry_after: float | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        try:
            self._check(request)
            if self._endpoint.location is Location.LOCAL:
                self._pin(request)
            response = self._inner.handle_request(request)
            self._remember(response)
        except (EgressForbidden, ProviderUnavailable) as refusal:
            self.refusal = refusal
            raise
        return response

    def close(self) -> None:
        self._inner.close()

    def _check(self, request: httpx.Request) -> None:
        if _place(request.url) != self._place:
            raise EgressForbidden(f"A call to another host than {self._endpoint.host} was stopped.")
        for name in _CREDENTIAL_HEADERS:
            if name not in request.headers:
                continue
            if not self._endpoint.api_key:
                del request.headers[name]
            elif request.headers[name].removeprefix("Bearer ") != self._endpoint.api_key:
                raise EgressForbidden("A call with a credential that is not this endpoint's was stopped.")
        if self._endpoint.provider == "ollama" and self._endpoint.api_key:  # litellm leaves it out of some calls
            request.headers["authorization"] = f"Bearer {self._endpoint.api_key}"
        if "key" in request.url.params:  # Gemini takes it there too; addresses end up in logs
            raise EgressForbidden("A call with a credential in its address was stopped.")

    def _pin(self, request: httpx.Request) -> None:
        host = request.url.host
        address = self._local_address(host, self._place[2])
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=address)

    def _local_address(self, host: str, port: int | None) -> str:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise ProviderUnavailable(f"The name {host} of the AI provider cannot be resolved.") from error
        addresses = [str(entry[4][0]).partition("%")[0] for entry in found]
        if any(not self._is_local(ip_address(address)) for address in addresses):
            raise EgressForbidden(
                f"{host} is declared as local but leads outside the local network: nothing was sent. "
                "Correct the provider's address."
            )
        return addresses[0]

    def _is_local(self, address: IPv4Address | IPv6Address) -> bool:
        plain = address.ipv4_mapped or address if isinstance(address, IPv6Address) else address
        return any(plain in network for network in self._networks if network.version == plain.version)

    def _remember(self, response: httpx.Response) -> None:
        self.status = response.status_code
        try:
            self.retry_after = float(response.headers["retry-after"])
        except (KeyError, ValueError):
            self.retry_after = None
        if 300 <= response.status_code < 400:
            response.close()
            raise EgressForbidden(f"{self._endpoint.host} redirected the call elsewhere; redirects are not followed.")
