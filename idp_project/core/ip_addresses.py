"""Addresses and networks of both IP versions. An address of one version is in no network of the other."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def plain(address: Address) -> Address:
    """The IPv4 address that is written as an IPv6 one (::ffff:…), else itself."""
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address
