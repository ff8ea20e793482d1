"""Which private hosts the server connects to for an organisation: a list that only super admins change.

An entry is a host name, an address or a network (CIDR), with or without a port: `ollama.lan`, `10.0.0.7:11434`,
`[fd00::7]:587`, `10.1.0.0/16`.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from idp_project.core.ip_addresses import Address, Network, plain

PRIVATE_NETWORKS: tuple[Network, ...] = tuple(
    ip_network(text)
    for text in (
        "127.0.0.0/8",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "::1/128",
        "fc00::/7",
    )
)
_NAT64 = ip_network("64:ff9b::/96")
_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_][a-z0-9_-]{0,62})*\.?\Z")
_WITH_PORT = re.compile(r"(?P<host>\[[^\]]*\]|[^:\[\]]+):(?P<port>[0-9]{1,5})\Z")


@dataclass(frozen=True)
class LocalHost:
    """One entry: a name or a network (of one address or more), on one port or on all."""

    name: str
    network: Network | None
    port: int | None

    def is_at(self, port: int | None) -> bool:
        return self.port is None or self.port == port


@dataclass(frozen=True)
class LocalHosts:
    """The whole list. It never widens what a network boundary forbids: it says which private places are meant."""

    entries: tuple[LocalHost, ...] = ()

    def names(self, host: str, port: int | None) -> bool:
        """Whether the host itself is listed, by name or as this address."""
        address = address_of(host)
        if address is not None:
            return self.includes(address, port)
        wanted = _plain_name(host)
        return any(entry.name == wanted and entry.is_at(port) for entry in self.entries if entry.name)

    def includes(self, address: Address, port: int | None) -> bool:
        """Whether the address is listed. A wider network does not include an address of this machine: name that one."""
        address = plain(address)
        fitting = [entry.network for entry in self.entries if entry.network and entry.is_at(port)]
        found = [network for network in fitting if address in network]
        if is_own(address):
            return any(network.num_addresses == 1 or network.is_loopback for network in found)
        return bool(found)

    def can_include(self, host: str, port: int | None) -> bool:
        """Whether a connection to the host may be allowed: False where no look-up of its name could change that."""
        if self.names(host, port):
            return True
        return address_of(host) is None and any(entry.network and entry.is_at(port) for entry in self.entries)


def local_hosts_of(entries: Iterable[str]) -> LocalHosts:
    """The list from its entries. Raises ValueError with the first that is not valid."""
    return LocalHosts(tuple(_entry(text.strip()) for text in entries if text.strip()))


def is_local_host(entry: str) -> bool:
    """Whether the text is an entry."""
    try:
        _entry(entry.strip())
    except ValueError:
        return False
    return True


def is_private(address: Address) -> bool:
    """Whether an address is of a private network or this machine's loopback. Link-local ones, where clouds keep credentials,
    are neither."""
    address = plain(address)
    return any(address in network for network in PRIVATE_NETWORKS)


def is_public(address: Address) -> bool:
    """Reached over the internet, by IPv4 inside IPv6 too, and not of this machine."""
    address = plain(address)
    inner: IPv4Address | None = None
    if isinstance(address, IPv6Address):
        inner = IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else address.sixtofour
    return all(each.is_global and not each.is_multicast and not is_own(each) for each in (address, inner) if each)


def is_own(address: Address) -> bool:
    """Whether the address is this machine's: loopback, unspecified, or of one of its interfaces, which alone can be bound."""
    address = plain(address)
    if address.is_loopback or address.is_unspecified:
        return True
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((str(address), 0))
    except OSError:
        return False
    return True


def address_of(host: str) -> Address | None:
    """None for a name."""
    try:
        return ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return None


def addresses_of(host: str, port: int | None) -> list[Address]:
    """What the name leads to, in the resolver's order. Raises OSError."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError(f"{host!r} cannot be looked up") from error
    return [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]


def _entry(text: str) -> LocalHost:
    host, port = text, None
    if found := _WITH_PORT.match(text):
        host, port = found["host"], int(found["port"])
    if port is not None and not 1 <= port <= 65535:
        raise ValueError(text)
    try:
        network = ip_network(host.strip("[]"), strict=False)
    except ValueError:
        return LocalHost(_checked_name(host, text), None, port)
    if network.prefixlen == 0:
        raise ValueError(f"{text}: everywhere")
    return LocalHost("", network, port)


def _checked_name(host: str, text: str) -> str:
    name = _plain_name(host)
    if not _NAME.match(name) or name.replace(".", "").isdigit():
        raise ValueError(text)
    return name


def _plain_name(host: str) -> str:
    return host.lower().rstrip(".")
