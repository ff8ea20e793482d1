"""The real server for office documents, whose children look around instead of converting. Run as a program."""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from idp_project.core.isolation.office import child, server
from idp_project.core.isolation.wire import Frame
from tests.hostile import probes
from tests.hostile.probing_server import _attempt, look_around, refuse, start_tasks


def _look_around(request: dict[str, Any], options: server.OfficeOptions, folder: Path) -> Iterator[Frame]:
    """What a child that was taken over would try; the file's own text says which. A document is converted."""
    how, _, target = os.read(3, 4096).decode("ascii", "replace").partition(" ")
    if how.startswith("PK"):
        os.lseek(3, 0, os.SEEK_SET)
        yield from convert(request, options, folder)
    elif how == "calls":
        path, _, victim = target.partition(" ")
        yield Frame(probes.run_all(probes.ALL, path, int(victim)))
    elif how == "look":
        yield from look_around(None, target)
    elif how == "tasks":
        yield from start_tasks(None)
    elif how == "sockets":
        yield Frame(_try_sockets(folder))
    elif how == "files":
        yield Frame(_try_files(options, folder))
    elif how == "build":
        yield Frame({"folders": _build_to_stay(folder)})
    elif how == "sleep":
        time.sleep(3600)


def _try_sockets(folder: Path) -> dict[str, Any]:
    local = socket.socket(socket.AF_UNIX)
    path = str(folder / "socket")
    tried = {
        "binding": lambda: local.bind(path),
        "listening": lambda: local.listen(1),
        "accepting": lambda: local.accept(),
        "connecting": lambda: local.connect(path),
        "sending": lambda: local.sendto(b"x", path),
        "a pair": socket.socketpair,
        "internet": lambda: socket.socket(socket.AF_INET),
        "netlink": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
    }
    values: dict[str, Any] = {name: _attempt(action) for name, action in tried.items()}
    return values | {"socket is there": Path(path).exists()}


def _try_files(options: server.OfficeOptions, folder: Path) -> dict[str, Any]:
    tried = {
        "own": lambda: (folder / "own").write_text("x"),
        "beside its own": lambda: (options.work_folder / "x").mkdir(),
        "list the others": lambda: os.listdir(options.work_folder),
        "the profile's": lambda: (options.profile_folder / "x").write_text("x"),
        "read packages": lambda: Path(child.__file__).read_text(),
        "a link": lambda: (folder / "link").symlink_to("/etc/passwd"),
        "a program": lambda: os.execv("/bin/true", ["true"]),
        "too much": lambda: (folder / "large").write_bytes(bytes(2 * options.output_bytes)),
    }
    return {name: _attempt(action) for name, action in tried.items()}


def _build_to_stay(folder: Path) -> int:
    """Folders in folders, more than a walk can follow."""
    os.chdir(folder)
    for _ in range(3000):
        os.mkdir("x")
        os.chdir("x")
    return 3000


if __name__ == "__main__":
    convert, child._convert = child._convert, _look_around
    sys.exit(server.main(refuse(sys.argv[1:])))
