"""The whole product on a folder of its own, and Debian's Chromium looking at it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

CHECKOUT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
IS_REQUIRED = os.environ.get("REQUIRE_BROWSER") == "1"
MISSING = "The browser journey is skipped: no Chromium here (Debian's package is `chromium`)."
START_SECONDS = 240.0


@dataclass(frozen=True)
class RunningSystem:
    """A started product: its address and one login per role, `{role: (name, password)}`."""

    url: str
    logins: dict[str, tuple[str, str]]
    data: Path


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a browser: skipped, with one line at the end that says so; with REQUIRE_BROWSER=1 it fails instead."""
    mine = [item for item in items if Path(item.fspath).is_relative_to(Path(__file__).parent)]
    if CHROMIUM or IS_REQUIRED or not mine:
        return
    for item in mine:
        item.add_marker(pytest.mark.skip(reason=MISSING))


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Of one test: Playwright's event loop must not outlive it, or every later test of this process finds one running."""
    assert CHROMIUM, "REQUIRE_BROWSER=1, but there is no Chromium on this machine"
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(20_000)
    yield context
    context.close()


@pytest.fixture(scope="module")
def running_system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSystem]:
    """Stores, web, workers and clock on a temporary data folder, without the sample packet."""
    data = tmp_path_factory.mktemp("product", numbered=True)
    for folder in (data, *data.parents):
        if folder.is_relative_to(Path("/tmp")) and folder != Path("/tmp"):
            folder.chmod(0o711 if os.geteuid() == 0 else 0o700)  # the stores may run as another user
    (data / "samples-submitted").touch()
    environment = {name: value for name, value in os.environ.items() if name not in _OWN_SETTINGS}
    environment |= {"IDP_DATA_DIR": str(data), "DJANGO_SETTINGS_MODULE": "idp_project.settings.dev"}
    log = data / "supervisor.log"
    with log.open("wb") as output:
        command = [sys.executable, "-m", "idp_project.operations.supervisor", "start"]
        process = subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        url = _wait_until_ready(process, data, log)
        yield RunningSystem(url, _logins(data), data)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=90)
        except subprocess.TimeoutExpired:
            process.kill()


_OWN_SETTINGS = (
    "DATABASE_URL",
    "PDB_DATABASE_URL",
    "REDIS_URL",
    "DATABASE_OWNER_URL",
    "PDB_DATABASE_OWNER_URL",
    "IDP_PORT",
)


def _wait_until_ready(process: subprocess.Popen[bytes], data: Path, log: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"The product did not start:\n{log.read_text()[-3000:]}")
        if "ready after" in log.read_text():
            return str(json.loads((data / "status.json").read_text())["url"])
        time.sleep(0.2)
    raise RuntimeError(f"The product was not ready within {START_SECONDS:g} s:\n{log.read_text()[-3000:]}")


def _logins(data: Path) -> dict[str, tuple[str, str]]:
    """From the table that the start prints: role, name, password."""
    logins = {}
    for line in (data / "logins").read_text().splitlines():
        *role, name, password = line.split()
        logins["_".join(role)] = (name, password)
    return logins
