"""What counts as one address of a client."""

from __future__ import annotations

from ipaddress import IPv6Address, IPv6Network, ip_address

from idp_project.core.ip_addresses import plain

UNKNOWN = "unknown"
_ONE_CLIENT = 64  # bits of an IPv6 address: a client that has one address has all of its /64


def counted_address(address: str | None) -> str:
    """The address as limits count it: IPv4 as it is, mapped or not; IPv6 as the first address of its /64.

    `unknown` for anything else, so that nobody escapes a count by an address that cannot be read.
    """
    try:
        found = plain(ip_address((address or "").partition("%")[0]))
    except ValueError:
        return UNKNOWN
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(IPv6Network((found, _ONE_CLIENT), strict=False).network_address)
