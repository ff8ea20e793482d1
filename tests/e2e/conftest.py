"""The whole product on a folder of its own, and Debian's Chromium looking at it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.product import environment_of, let_stores_in, logins_of, started

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
IS_REQUIRED = os.environ.get("REQUIRE_BROWSER") == "1"
MISSING = "The browser journey is skipped: no Chromium here (Debian's package is `chromium`)."


@dataclass(frozen=True)
class RunningSystem:
    """A started product: its address and one login per role, `{role: (name, password)}`."""

    url: str
    logins: dict[str, tuple[str, str]]
    data: Path


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a browser: skipped, with one line at the end that says so; with REQUIRE_BROWSER=1 it fails instead."""
    if CHROMIUM or IS_REQUIRED:
        return
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
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
    let_stores_in(data)
    (data / "samples-submitted").touch()
    environment = environment_of(data, DJANGO_SETTINGS_MODULE="idp_project.settings.dev")
    with started(data, environment) as url:
        yield RunningSystem(url, logins_of(data), data)
