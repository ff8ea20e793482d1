"""The list of local hosts: what is an entry, what it includes, and what it never includes by accident."""

from __future__ import annotations

import socket
from ipaddress import ip_address

import pytest

from idp_project.core.local_hosts import is_own, is_private, is_public, local_hosts_of


def own_address() -> str:
    """Of an interface beside loopback, if there is one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("127.0.0.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


@pytest.mark.parametrize(
    ("entry", "host", "port", "is_named"),
    [
        ("ollama.lan", "Ollama.LAN.", 11434, True),
        ("ollama.lan:11434", "ollama.lan", 11434, True),
        ("ollama.lan:11434", "ollama.lan", 22, False),
        ("ollama.lan", "x.ollama.lan", 11434, False),
        ("203.0.113.7", "203.0.113.7", 80, True),
        ("203.0.113.7:80", "203.0.113.7", 81, False),
        ("203.0.113.0/24:443", "203.0.113.7", 443, True),
        ("[2001:db8::7]:443", "2001:db8::7", 443, True),
        ("2001:db8::7", "[2001:db8::7]", 80, True),
        ("127.0.0.1:11434", "127.0.0.1", 11434, True),
        ("127.0.0.0/8", "127.0.0.5", 1, True),
        ("127.0.0.1", "127.0.0.2", 1, False),
        ("0.0.0.0/1", "127.0.0.1", 1, False),
    ],
)
def test_an_entry_names_its_host(entry: str, host: str, port: int, is_named: bool) -> None:
    assert local_hosts_of([entry]).names(host, port) is is_named


@pytest.mark.parametrize(
    "entry", ["0.0.0.0/0", "::/0", "http://x", "a b", "x:0", "x:99999", "*.lan", "10.0.0", "x/y", "[x", "-x:"]
)
def test_what_is_no_entry_is_refused(entry: str) -> None:
    with pytest.raises(ValueError):
        local_hosts_of([entry])


def test_no_look_up_where_none_could_help() -> None:
    assert not local_hosts_of([]).can_include("localhost", 80)
    assert not local_hosts_of(["ollama.lan"]).can_include("localhost", 80)
    assert not local_hosts_of(["10.0.0.0/8"]).can_include("127.0.0.1", 80)
    assert local_hosts_of(["10.0.0.0/8"]).can_include("model.lan", 80)


def test_a_wide_network_does_not_include_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    own = ip_address("10.0.0.5")
    monkeypatch.setattr("idp_project.core.local_hosts.is_own", lambda address: address == own)
    wide = local_hosts_of(["10.0.0.0/8"])
    assert wide.includes(ip_address("10.0.0.6"), 80) and not wide.includes(own, 80)
    assert local_hosts_of(["10.0.0.5"]).includes(own, 80) and local_hosts_of(["10.0.0.5:80"]).includes(own, 80)


def test_own_addresses_are_known() -> None:
    for text in ("127.0.0.1", "127.9.9.9", "::1", "0.0.0.0", "::", "::ffff:127.0.0.1", own_address()):
        assert is_own(ip_address(text)), text
    assert not is_own(ip_address("192.0.2.1")) and not is_own(ip_address("2001:db8::1"))


@pytest.mark.parametrize(
    "text",
    [
        *(
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "169.254.169.254",
            "0.0.0.0",
            "224.0.0.1",
        ),
        *("::1", "::", "fc00::1", "fe80::1", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::1"),
    ],
)
def test_private_addresses_are_not_public(text: str) -> None:
    assert not is_public(ip_address(text))


def test_public_addresses_are_not_private() -> None:
    for text in ("8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"):
        assert is_public(ip_address(text)) and not is_private(ip_address(text))
    assert not is_private(ip_address("169.254.169.254")), "where clouds keep credentials"
