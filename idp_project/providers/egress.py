"""Where calls may go: endpoints, the policy of an organisation, and the transport that enforces both.

The transport is the barrier: whatever a vendor's SDK does, it can only reach the endpoint's own host, follows no
redirect, carries no credential but the endpoint's, takes no endless answer, and for a local endpoint connects to local
addresses only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import httpcore
import httpx

from idp_project.core.errors import IdpError
from idp_project.core.ip_addresses import Address
from idp_project.core.local_hosts import LocalHosts, addresses_of, is_private
from idp_project.providers.bounded_network import MOST_BYTES, AnswerBounds, BoundedBackend
from idp_project.providers.catalog import PROVIDERS, Catalog
from idp_project.providers.errors import (
    AnswerMalformed,
    EgressForbidden,
    EndpointInvalid,
    ProviderTimeout,
    ProviderUnavailable,
)
from idp_project.providers.refusals import (
    ANSWER_COMPRESSED,
    ANSWER_TOO_LARGE,
    CLOUD_FORBIDDEN,
    CREDENTIAL_IN_ADDRESS,
    FOREIGN_CREDENTIAL,
    HOST_NOT_LISTED,
    KEY_STAYS_HOME,
    LOCAL_NAME_LEADS_OUTSIDE,
    OLLAMA_CLOUD_MODEL,
    OTHER_HOST,
    PROVIDER_UNREACHABLE,
    REDIRECTED,
)

_CALL_SECONDS = 120.0  # where neither the call nor its time-outs say
_CREDENTIAL_HEADERS = ("authorization", "api-key", "x-api-key", "x-goog-api-key")


class Location(StrEnum):
    """Of a provider, as its organisation declares it."""

    LOCAL = "local"
    CLOUD = "cloud"


@dataclass(frozen=True)
class EgressPolicy:
    """What an organisation allows.

    `local_hosts` are the private hosts that super admins listed, all that an organisation's own endpoint may be at. None
    is for endpoints that super admins set up themselves: any private address, this machine's included.
    """

    local_only: bool
    local_hosts: LocalHosts | None = None


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
        raise EgressForbidden(CLOUD_FORBIDDEN(provider=endpoint.provider))
    if endpoint.location is Location.LOCAL and runs_in_cloud(endpoint.provider, endpoint.model):
        raise EgressForbidden(OLLAMA_CLOUD_MODEL(model=endpoint.model))
    url = _url(endpoint.base)
    if url.scheme not in ("http", "https") or not url.host or url.userinfo or url.query or url.fragment:
        raise EndpointInvalid
    if endpoint.location is Location.CLOUD:
        _check_cloud(endpoint, url, catalog)
    elif policy.local_hosts is not None and not policy.local_hosts.can_include(url.host, _place(url)[2]):
        raise _not_listed(url.host)


def _check_cloud(endpoint: ProviderEndpoint, url: httpx.URL, catalog: Catalog) -> None:
    own = catalog.get(endpoint.provider)
    if own is None or _place(url) != _place(httpx.URL(own.cloud_base)):
        raise EgressForbidden(KEY_STAYS_HOME(provider=endpoint.provider))


def _not_listed(host: str) -> EgressForbidden:
    return EgressForbidden(HOST_NOT_LISTED(host=host))


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


def unreachable(endpoint: ProviderEndpoint) -> ProviderUnavailable:
    """The one answer for a name that is not known, a closed port, silence, and what speaks no HTTP."""
    return ProviderUnavailable(PROVIDER_UNREACHABLE(provider=endpoint.provider, host=endpoint.host))


class EgressTransport(httpx.BaseTransport):
    """One endpoint's only way out, made for one call; remembers the last answer's status and any refusal.

    Raises EgressForbidden for another host, a foreign credential, a redirect, or a local endpoint whose name leads
    to an address outside the local networks. The name is resolved once and the connection made to that address, so
    that a second look-up cannot give another (DNS rebinding). An answer has at most 8 MiB and comes uncompressed
    (AnswerMalformed), and a call ends within `seconds`, by default its time-out for one read (ProviderTimeout).
    """

    def __init__(
        self,
        endpoint: ProviderEndpoint,
        policy: EgressPolicy,
        catalog: Catalog = PROVIDERS,
        *,
        seconds: float | None = None,
    ) -> None:
        check_endpoint(endpoint, policy, catalog)
        self._endpoint = endpoint
        self._local_hosts = policy.local_hosts
        self._place = _place(_url(endpoint.base))
        self._seconds = seconds
        self._bounds = AnswerBounds(self._too_large, self._too_late)
        self._inner = _bounded_transport(self._place[0] == "https", self._bounds)
        self.refusal: IdpError | None = None
        self.status: int | None = None
        self.retry_after: float | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._bounds.begin(self._seconds or (request.extensions.get("timeout") or {}).get("read") or _CALL_SECONDS)
        try:
            if self.refusal:
                raise self.refusal  # a vendor's library tries again by itself: it is the same call
            self._check(request)
            if self._endpoint.location is Location.LOCAL:
                self._pin(request)
            response = self._inner.handle_request(request)
            self._remember(response)
        except IdpError as refusal:
            self.refusal = refusal
            raise
        return response

    def close(self) -> None:
        self._inner.close()

    def _check(self, request: httpx.Request) -> None:
        if _place(request.url) != self._place:
            raise EgressForbidden(OTHER_HOST(host=self._endpoint.host))
        for name in _CREDENTIAL_HEADERS:
            if name not in request.headers:
                continue
            if not self._endpoint.api_key:
                del request.headers[name]
            elif request.headers[name].removeprefix("Bearer ") != self._endpoint.api_key:
                raise EgressForbidden(FOREIGN_CREDENTIAL())
        if self._endpoint.provider == "ollama" and self._endpoint.api_key:  # litellm leaves it out of some calls
            request.headers["authorization"] = f"Bearer {self._endpoint.api_key}"
        if "key" in request.url.params:  # Gemini takes it there too; addresses end up in logs
            raise EgressForbidden(CREDENTIAL_IN_ADDRESS())
        request.headers["accept-encoding"] = "identity"  # a few bytes may unpack to any number

    def _too_large(self) -> IdpError:
        """Kept too: it may be raised while a vendor's library reads, which makes an error of its own of it."""
        self.refusal = AnswerMalformed(
            ANSWER_TOO_LARGE(host=self._endpoint.host, mebibytes=MOST_BYTES // 2**20), code="answer_too_large"
        )
        return self.refusal

    def _too_late(self) -> IdpError:
        self.refusal = ProviderTimeout()
        return self.refusal

    def _pin(self, request: httpx.Request) -> None:
        host = request.url.host
        address = self._local_address(host, self._place[2])
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=address)

    def _local_address(self, host: str, port: int | None) -> str:
        try:
            addresses = addresses_of(host, port)
        except OSError as error:
            raise unreachable(self._endpoint) from error
        if any(not self._is_allowed(host, address, port) for address in addresses):
            if self._local_hosts is not None and not self._local_hosts.names(host, port):
                raise unreachable(self._endpoint)  # the same as for a name that nobody knows
            raise EgressForbidden(LOCAL_NAME_LEADS_OUTSIDE(host=host))
        return str(addresses[0])

    def _is_allowed(self, host: str, address: Address, port: int | None) -> bool:
        """Private and meant by the list; an address that is listed itself may be public, for sites that have those inside."""
        if self._local_hosts is None:
            return is_private(address)
        return self._local_hosts.includes(address, port) or (
            is_private(address) and self._local_hosts.names(host, port)
        )

    @property
    def hides_failures(self) -> bool:
        """An organisation chose the host: how it fails would tell what listens there."""
        return self._endpoint.location is Location.LOCAL and self._local_hosts is not None

    def _remember(self, response: httpx.Response) -> None:
        self.status = response.status_code
        try:
            self.retry_after = float(response.headers["retry-after"])
        except (KeyError, ValueError):
            self.retry_after = None
        if response.headers.get("content-encoding", "identity").strip().lower() != "identity":
            response.close()
            raise AnswerMalformed(ANSWER_COMPRESSED(host=self._endpoint.host))
        if 300 <= response.status_code < 400:
            response.close()
            raise EgressForbidden(REDIRECTED(host=self._endpoint.host))


def _bounded_transport(is_tls: bool, bounds: AnswerBounds) -> httpx.HTTPTransport:
    """httpx has no argument for a network backend, so its pool is replaced by one that has."""
    context = httpx.create_ssl_context(verify=is_tls, trust_env=False)
    transport = httpx.HTTPTransport(verify=context)
    transport._pool = httpcore.ConnectionPool(
        ssl_context=context, max_connections=4, retries=0, network_backend=BoundedBackend(bounds)
    )
    return transport
