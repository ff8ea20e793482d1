"""The real server with more operations, which misbehave in the way they are asked to. Run as a program.

It starts as the product's does: nothing that starts a thread (numpy, by `operations`) is imported before the restrictions hold.
With `--refuse=…` the kernel's answers are those of a container that does not allow it.
"""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

from idp_project.core.isolation import kernel, server
from idp_project.core.isolation.wire import Frame
from tests.hostile import probes


def _attempt(action: Callable[[], Any]) -> str:
    try:
        action()
    except OSError as error:
        return type(error).__name__
    return "allowed"


def _connect(family: int, address: Any) -> None:
    with socket.socket(family, socket.SOCK_STREAM) as channel:
        channel.connect(address)


def look_around(_: Any, target: str) -> Iterator[Frame]:
    """Tries what a child that was taken over would try; `target` is a file of the test's own."""
    libc = ctypes.CDLL(None, use_errno=True)
    tried = {
        "loopback": lambda: _connect(socket.AF_INET, ("127.0.0.1", 9)),
        "unix socket": lambda: _connect(socket.AF_UNIX, target),
        "read a file": lambda: open(target, "rb").close(),
        "read passwords": lambda: open("/etc/passwd", "rb").close(),
        "read its server's memory map": lambda: open(f"/proc/{os.getppid()}/maps", "rb").close(),
        "list the root": lambda: os.listdir("/"),
        "write a file": lambda: open(target + ".new", "wb").close(),
        "remove a file": lambda: os.unlink(target),
        "start a process": os.fork,
        "start a program": lambda: os.execv("/bin/true", ["true"]),
        "kill its server": lambda: os.kill(os.getppid(), signal.SIGKILL),
        "raise its limits": lambda: _raise_limit(),
        "see others' processes": lambda: os.listdir("/proc"),
    }
    values: dict[str, Any] = {name: _attempt(action) for name, action in tried.items()}
    values["trace its server"] = "allowed" if libc.ptrace(16, os.getppid(), 0, 0) == 0 else "PermissionError"
    values["environment"] = dict(os.environ)
    values["descriptors"] = [number for number in range(64) if _attempt(lambda n=number: os.fstat(n)) == "allowed"]
    values["process"] = os.getpid()
    yield Frame(values)


def _raise_limit() -> None:
    import resource

    try:
        resource.setrlimit(resource.RLIMIT_AS, (2**40, 2**40))
    except ValueError as error:
        raise PermissionError from error


def start_tasks(_: Any) -> Iterator[Frame]:
    """What a decoder that needs threads may do, and what it may not."""
    done = []
    thread = threading.Thread(target=lambda: done.append("ran"))
    thread.start()
    thread.join()
    yield Frame({"thread": done, "process": _attempt(os.fork), "socket": _attempt(socket.socket)})


def misbehave(_: Any, how: str) -> Iterator[Frame]:
    yield Frame({"before": how})
    if how == "crash":
        ctypes.string_at(0)
    elif how == "abort":
        os.abort()
    elif how == "leave":
        os._exit(3)
    elif how == "eat memory":
        kept = [bytearray(64 * 2**20) for _ in range(40)]
        yield Frame({"kept": len(kept)})
    elif how == "eat memory in C":
        ctypes.CDLL(None).memset(ctypes.create_string_buffer(3 * 2**30), 1, 3 * 2**30)
    elif how == "answer too much":
        while True:
            os.write(4, b"\xff" * 2**20)
    elif how == "answer nonsense":
        os.write(4, b"\0\0\0\x04oops")
    elif how == "claim a huge picture":
        header = b'{"values": {}, "shapes": [[200000, 200000, 3]]}'
        os.write(4, len(header).to_bytes(4, "big") + header)
    elif how == "spin":
        while True:
            pass
    elif how == "sleep":
        time.sleep(3600)


def try_calls(_: Any, target: str, victim: int) -> Iterator[Frame]:
    """Every call that a reader should be refused."""
    yield Frame(probes.run_all(probes.ALL | probes.READERS, target, victim))


def stat_paths(_: Any, paths: list[str]) -> Iterator[Frame]:
    yield Frame({path: _attempt(lambda path=path: os.stat(path)) for path in paths})


def _refused(*_: Any) -> NoReturn:
    raise PermissionError(errno.EPERM, "refused by the test")


def refuse(arguments: list[str]) -> list[str]:
    """Has the kernel refuse what `--refuse` names; the other arguments. See `servers.REFUSALS`."""
    names = {argument.partition("=")[2] for argument in arguments if argument.startswith("--refuse=")}
    if "user namespace" in names:
        kernel.leave_network = _refused
    if "namespaces" in names:
        kernel.leave_network_as_root = kernel.mount_memory = _refused
    if "other user" in names:
        kernel.change_user = _refused
        kernel._mapping_from_outside = lambda *_: lambda _: False
    return [argument for argument in arguments if not argument.startswith("--refuse=")]


def _with_probes(*arguments: Any) -> None:
    """The product's last step before its children; by now it has loaded the operations."""
    from idp_project.core.isolation import operations

    added = (look_around, start_tasks, misbehave, try_calls, stat_paths)
    operations.OPERATIONS.update({operation.__name__: operation for operation in added})
    drop_privileges(*arguments)


if __name__ == "__main__":
    drop_privileges, server.drop_privileges = server.drop_privileges, _with_probes
    sys.exit(server.main(refuse(sys.argv[1:])))
