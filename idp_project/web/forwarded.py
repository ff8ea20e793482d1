"""Who asks, where a reverse proxy stands in front: its X-Forwarded headers count if the proxy is one of TRUSTED_PROXIES.

From anybody else they are taken out before anything reads them: a client that may name its own address escapes lock-outs and
writes other people's addresses into the audit trail.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from idp_project.core.ip_addresses import Address, Network, plain

Headers = list[tuple[bytes, bytes]]
_FOR, _PROTO = b"x-forwarded-for", b"x-forwarded-proto"
_PREFIX, _STANDARD = b"x-forwarded-", b"forwarded"
_SECURE = {"http": "https", "ws": "wss"}


class ForwardedAddresses:
    """ASGI middleware, the outermost. `trusted` are addresses and networks (CIDR); ValueError for what is neither."""

    def __init__(self, application: Callable[..., Awaitable[None]], trusted: Iterable[str]) -> None:
        self._application = application
        self._trusted = networks_of(trusted)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] in ("http", "websocket"):
            scope = self._forwarded(scope)
        await self._application(scope, receive, send)

    def _forwarded(self, scope: Any) -> Any:
        headers: Headers = scope["headers"]
        kept = [(name, value) for name, value in headers if not name.startswith(_PREFIX) and name != _STANDARD]
        changed = {**scope, "headers": kept}
        peer = _address(str((scope.get("client") or [""])[0]))
        if peer is None or not self._is_trusted(peer):
            return changed
        client = self._client(peer, _hops(headers, _FOR))
        if client != peer:
            changed["client"] = (str(client), 0)
        protocol = (_hops(headers, _PROTO) or [""])[-1].lower()
        if protocol in ("https", "wss"):
            changed["scheme"] = _SECURE.get(scope.get("scheme", "http"), "https")
            kept.append((_PROTO, b"https"))
        elif protocol in ("http", "ws"):
            kept.append((_PROTO, b"http"))
        return changed

    def _client(self, peer: Address, hops: list[str]) -> Address:
        """The last hop that no trusted proxy vouches for. What stands before a malformed one is anybody's word."""
        client = peer
        for hop in reversed(hops):
            address = _address(hop)
            if address is None:
                break
            client = address
            if not self._is_trusted(address):
                break
        return client

    def _is_trusted(self, address: Address) -> bool:
        return any(address in network for network in self._trusted)


def networks_of(texts: Iterable[str]) -> list[Network]:
    """Addresses and networks (CIDR); ValueError for what is neither."""
    return [ip_network(text.strip(), strict=False) for text in texts if text.strip()]


def is_within(text: str, networks: Iterable[Network]) -> bool:
    """Whether this is an address in one of them."""
    address = _address(text)
    return address is not None and any(address in network for network in networks)


def _hops(headers: Headers, name: bytes) -> list[str]:
    values = [value.decode("latin-1") for key, value in headers if key == name]
    return [hop.strip() for value in values for hop in value.split(",") if hop.strip()]


def _address(text: str) -> Address | None:
    """Also with a port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. None for what is no address."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.scope_id:
        return None
    return plain(address)
