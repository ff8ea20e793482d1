"""The web process: uvicorn on listening sockets that it inherits, so a restart refuses nobody.

Run as `python -m idp_project.operations.supervisor.web DESCRIPTOR…`.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
from typing import TYPE_CHECKING

from idp_project.core.rate_limits import bounds_from
from idp_project.web.forwarded import networks_of

if TYPE_CHECKING:
    import uvicorn

FIRST_PORT = 8000
LAST_PORT = 8999
BACKLOG = 512
LARGEST_FRAME = 64 * 1024


def listen(wanted_port: int | None) -> list[socket.socket]:
    """Listen on loopback, IPv4 and where possible IPv6: on this port, else on the first one free on both."""
    candidates = [wanted_port] if wanted_port else range(FIRST_PORT, LAST_PORT + 1)
    for port in candidates:
        sockets: list[socket.socket] = []
        try:
            sockets.append(_listener(socket.AF_INET, "127.0.0.1", port))
            if socket.has_ipv6 and _has_loopback6():
                sockets.append(_listener(socket.AF_INET6, "::1", port))
        except OSError:
            for opened in sockets:
                opened.close()
            continue
        return sockets
    raise OSError(f"Port {wanted_port or f'{FIRST_PORT}–{LAST_PORT}'} is taken. Choose another with IDP_PORT.")


def _listener(family: socket.AddressFamily, address: str, port: int) -> socket.socket:
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        opened.bind((address, port))
        opened.listen(BACKLOG)
    except OSError:
        opened.close()
        raise
    return opened


def _has_loopback6() -> bool:
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
        probe.bind(("::1", 0))
        return True
    return False


def configuration() -> uvicorn.Config:
    """How the product is served: no log of addresses, no larger WebSocket frame than 64 KiB, bounds on connections, and
    no trust in headers of a proxy."""
    import uvicorn

    from idp_project.operations.supervisor.connections import bounded

    bounds = bounds_from(os.environ)
    proxies = networks_of(os.environ.get("TRUSTED_PROXIES", "").split(","))

    return uvicorn.Config(
        "idp_project.asgi:application",
        http=bounded(bounds, proxies),
        lifespan="off",
        access_log=False,
        log_config=None,  # the settings' LOGGING is for it, too
        log_level="warning",
        ws_max_size=LARGEST_FRAME,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=5,
        server_header=False,
        proxy_headers=False,  # uvicorn trusts every local program; `idp_project.web.forwarded` trusts TRUSTED_PROXIES
        backlog=BACKLOG,
        limit_concurrency=bounds["connections"],
    )


def serve(descriptors: list[int]) -> None:
    """Serve until SIGTERM; open requests get five seconds."""
    import uvicorn

    uvicorn.Server(configuration()).run(sockets=[socket.socket(fileno=number) for number in descriptors])


if __name__ == "__main__":
    serve([int(argument) for argument in sys.argv[1:]])
