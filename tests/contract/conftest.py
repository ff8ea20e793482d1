"""Fixtures of the contract suites."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def no_sockets(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Attempts to connect or to resolve a name, which all fail."""
    attempts: list[object] = []

    def refuse(name: str) -> Callable[..., Any]:
        def attempt(*args: object, **_: object) -> Any:
            attempts.append((name, args))
            raise OSError("no network in this test")

        return attempt

    monkeypatch.setattr(socket.socket, "connect", refuse("connect"))
    monkeypatch.setattr(socket, "getaddrinfo", refuse("getaddrinfo"))
    return attempts
