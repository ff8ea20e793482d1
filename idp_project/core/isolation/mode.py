"""How far a sandbox server could shut itself in on this machine: the words for it, and asking a server for them.

No parser and nothing of Linux is imported: safe in every process.
"""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass, field
from enum import StrEnum

from idp_project.core.isolation.wire import MAX_MESSAGE

MODE_REQUEST = b"mode"
_ANSWER_SECONDS = 1.0


class Mode(StrEnum):
    """Best first. Only in the last one a child that is taken over runs as the user who started the server."""

    NAMESPACE_AND_USER = "user namespace and changed user"
    USER_NAMESPACE = "user namespace"
    CHANGED_USER = "changed user"
    SAME_USER = "same user"


@dataclass
class Isolation:
    """The mode of one server, and the restrictions that its machine does not allow."""

    mode: Mode
    missing: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.mode}, WITHOUT {', '.join(self.missing)}" if self.missing else f"{self.mode}, all restrictions"


def isolation_of(socket_path: str) -> Isolation | None:
    """What the server at that socket says of itself; None where no server answers. Never raises."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET | socket.SOCK_CLOEXEC) as channel:
            channel.settimeout(_ANSWER_SECONDS)
            channel.connect(socket_path)
            channel.send(MODE_REQUEST)
            answer = json.loads(channel.recv(MAX_MESSAGE))
        return Isolation(Mode(answer["mode"]), [str(name) for name in answer["missing"]])
    except (OSError, ValueError, KeyError):
        return None


def describe_server(socket_path: str) -> str:
    """The same in words, for people."""
    if not socket_path:
        return "started on first use, by each process for itself"
    isolation = isolation_of(socket_path)
    return str(isolation) if isolation else "does not answer"
