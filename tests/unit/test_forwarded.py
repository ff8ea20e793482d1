"""Who a request is from, by the word of a reverse proxy: trusted ones only, and only what they can know."""

import asyncio

import pytest

from idp_project.operations.supervisor.web import configuration
from idp_project.web.forwarded import ForwardedAddresses

PROXY, OTHER = "127.0.0.1", "192.0.2.9"


def seen(peer, trusted, *headers, kind="http"):
    """What the product behind it sees: (address, scheme, headers)."""
    found = {}

    async def application(scope, receive, send):
        found.update(scope)

    named = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    scope = {"type": kind, "scheme": "ws" if kind == "websocket" else "http", "headers": named, "client": (peer, 5000)}
    asyncio.run(ForwardedAddresses(application, trusted)(scope, None, None))
    return found["client"][0], found["scheme"], {name.decode() for name, _ in found["headers"]}


FORGED = [
    ("x-forwarded-for", OTHER),
    ("x-forwarded-proto", "https"),
    ("x-forwarded-host", "evil"),
    ("forwarded", "for=1.1.1.1"),
]


@pytest.mark.parametrize("peer", [PROXY, "::1", "198.51.100.7"])
def test_nobody_is_believed_by_default(peer):
    assert seen(peer, [], *FORGED, ("accept", "x")) == (peer, "http", {"accept"})
    assert configuration().proxy_headers is False


def test_a_trusted_proxy_is_believed():
    assert seen(PROXY, [PROXY], *FORGED) == (OTHER, "https", {"x-forwarded-proto"})
    assert seen(PROXY, ["127.0.0.0/8"], *FORGED, kind="websocket")[:2] == (OTHER, "wss")
    assert seen("198.51.100.7", [PROXY], *FORGED)[0] == "198.51.100.7"


@pytest.mark.parametrize(
    ("value", "client"),
    [
        (f"203.0.113.1, {OTHER}", OTHER),  # what the client wrote itself stands before
        (f"{OTHER}, 10.0.0.1", OTHER),
        ("10.0.0.2, 10.0.0.1", "10.0.0.2"),
        (f"{OTHER}:4711", OTHER),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        (f"::ffff:{OTHER}", OTHER),
        ("nobody", PROXY),
        (f"{OTHER}, <script>", PROXY),
        ("nobody, 10.0.0.1", "10.0.0.1"),
        ("fe80::1%eth0", PROXY),
        ("1.2.3.4.5", PROXY),
        (", ,", PROXY),
        ("", PROXY),
        ("9" * 5000, PROXY),
        ("\xff\x00", PROXY),
    ],
)
def test_the_last_untrusted_hop_counts(value, client):
    assert seen(PROXY, [PROXY, "10.0.0.0/8"], ("x-forwarded-for", value))[0] == client


def test_several_headers_are_one_list():
    hops = [("x-forwarded-for", "203.0.113.1"), ("x-forwarded-for", OTHER)]
    assert seen(PROXY, [PROXY], *hops)[0] == OTHER
    assert seen(PROXY, [PROXY], ("x-forwarded-proto", "https"), ("x-forwarded-proto", "http"))[1] == "http"
    assert seen(PROXY, [PROXY], ("x-forwarded-proto", "gopher"))[1:] == ("http", set())


def test_what_is_no_address_cannot_be_trusted():
    with pytest.raises(ValueError):
        ForwardedAddresses(None, ["proxy.example"])
