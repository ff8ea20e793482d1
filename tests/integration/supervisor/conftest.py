"""Supervisors of real stores, each in a process of its own that the test may kill."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg
import pytest

from idp_project.operations.supervisor.environment import (
    ADDRESS_NAMES,
    KEY_NAMES,
    Secrets,
    embedded_postgres,
    kept_secrets,
    socket_url,
)
from idp_project.operations.supervisor.places import CHECKOUT, Places, places_at
from idp_project.operations.supervisor.postgres import SUPERUSER

READY_SECONDS = 60


def clean_environment() -> dict[str, str]:
    """Ours without the servers and the keys of the test session."""
    left_out = {*ADDRESS_NAMES, *(name.upper() for name in KEY_NAMES), "IDP_DATA_DIR", "IDP_DEMO"}
    return {name: value for name, value in os.environ.items() if name not in left_out}


class Supervised:
    """A data folder and the supervisor that runs on it."""

    def __init__(self, data: Path, prefix: Sequence[str] = ()) -> None:
        self.data = data
        self.prefix = prefix
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> str:
        """First line of its output: "ready", or why not."""
        command = [*self.prefix, sys.executable, "-m", "tests.integration.supervisor.stores_driver", str(self.data)]
        self.process = subprocess.Popen(
            command, cwd=CHECKOUT, env=clean_environment(), stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        assert self.process.stdout
        with self.process.stdout as output:
            return output.readline().strip()

    def stop(self) -> int:
        assert self.process
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(READY_SECONDS)

    def kill(self) -> None:
        assert self.process
        self.process.kill()
        self.process.wait()

    @property
    def places(self) -> Places:
        return places_at(self.data)

    @property
    def secrets(self) -> Secrets:
        return kept_secrets(self.places.secrets)

    def addresses(self) -> dict[str, str]:
        return embedded_postgres(self.places, self.secrets)

    def superuser_url(self, database: str = "postgres") -> str:
        secrets = self.secrets
        return socket_url(SUPERUSER, secrets.superuser_password, database, self.places.postgres_sockets)

    def processes(self) -> list[int]:
        """Anyone who names the home of the stores in its command line or works there, this supervisor included."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != os.getpid():
                try:
                    words = (entry / "cmdline").read_bytes().decode()
                    where = str((entry / "cwd").readlink())
                except OSError:
                    continue
                if str(self.places.home) in words or where.startswith(str(self.places.home)):
                    found.append(int(entry.name))
        return found


@pytest.fixture(scope="module")
def short_folder() -> Iterator[Path]:
    """A folder with a short name that every account may pass through."""
    folder = Path(tempfile.mkdtemp(prefix="idp-s-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def supervised(short_folder: Path) -> Iterator[Supervised]:
    """Running stores that the tests of a module share; each test leaves them running."""
    supervised = Supervised(short_folder / "data")
    assert supervised.start() == "ready"
    yield supervised
    if supervised.process and supervised.process.poll() is None:
        assert supervised.stop() == 0
    assert not supervised.processes()


def connect_soon(url: str, seconds: float = 30.0) -> psycopg.Connection:
    """A connection, as soon as the server gives one."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return psycopg.connect(url)
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def wait_until(condition, seconds: float = 30.0) -> bool:
    """Whether it comes true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
