"""The whole product as a process of its own: started on a folder, waited for, and ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from idp_project.operations.supervisor.environment import ADDRESS_NAMES, KEY_NAMES

CHECKOUT = Path(__file__).resolve().parents[1]
SUPERVISOR = "idp_project.operations.supervisor"
START_SECONDS = 240.0
# What the settings of the tests put into the environment: their servers and, worse, their keys.
OWN_SETTINGS = frozenset({*ADDRESS_NAMES, *(name.upper() for name in KEY_NAMES), "IDP_PORT"})


def let_stores_in(folder: Path) -> None:
    """The stores may run as another user, who has to get through every folder above theirs."""
    for each in (folder, *folder.parents):
        if each.is_relative_to(Path("/tmp")) and each != Path("/tmp"):
            each.chmod(0o711 if os.geteuid() == 0 else 0o700)


def environment_of(data: Path, **more: str) -> dict[str, str]:
    """Ours without the servers and keys of the test session, for a product on that folder."""
    kept = {name: value for name, value in os.environ.items() if name not in OWN_SETTINGS}
    return kept | {"IDP_DATA_DIR": str(data)} | more


@contextmanager
def started(data: Path, environment: Mapping[str, str], *, tree: Path = CHECKOUT) -> Iterator[str]:
    """The product on that folder; its address. Raises RuntimeError with the end of its output if it does not start."""
    log = data / "supervisor.log"
    with log.open("wb") as output:
        command = [sys.executable, "-m", SUPERVISOR, "start"]
        process = subprocess.Popen(command, cwd=tree, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        yield _wait_until_ready(process, data, log)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=90)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait_until_ready(process: subprocess.Popen[bytes], data: Path, log: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"The product did not start:\n{log.read_text()[-3000:]}")
        if "ready after" in log.read_text():
            return str(json.loads((data / "status.json").read_text())["url"])
        time.sleep(0.2)
    raise RuntimeError(f"The product was not ready within {START_SECONDS:g} s:\n{log.read_text()[-3000:]}")


def logins_of(data: Path) -> dict[str, tuple[str, str]]:
    """From the table that the start prints: (name, password) by role."""
    logins = {}
    for line in (data / "logins").read_text().splitlines():
        *role, name, password = line.split()
        logins["_".join(role)] = (name, password)
    return logins
