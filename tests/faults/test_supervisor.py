"""The whole of one machine, started, watched, killed and stopped as a person would."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from idp_project.supervisor.environment import read
from idp_project.supervisor.places import CHECKOUT
from idp_project.supervisor.processes import children_of
from tests.integration.supervisor.conftest import clean_environment, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
START_SECONDS = 240
SUPERVISOR = [sys.executable, "-m", "idp_project.supervisor"]


class Product:
    """One data folder of the product with a single worker."""

    def __init__(self, data: Path) -> None:
        self.data = data
        settings = {"IDP_DATA_DIR": str(data), "IDP_WORKERS": "1", "COLUMNS": "200"}
        self.environment = clean_environment() | settings
        self.environment.pop("DJANGO_SETTINGS_MODULE", None)
        self.output = data.with_name(f"{data.name}.txt")

    def start(self) -> None:
        """Return when it has printed its URL."""
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [*SUPERVISOR, "start"],
                cwd=CHECKOUT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        assert wait_until(lambda: self.url() or self.process.poll() is not None, START_SECONDS), self.said()
        assert self.process.poll() is None, self.said()

    def said(self) -> str:
        return self.output.read_text()

    def url(self) -> str:
        found = re.search(r"(http://localhost:\d+) +ready", self.said())
        return found[1] if found else ""

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*SUPERVISOR, *words], cwd=CHECKOUT, env=self.environment, capture_output=True, text=True, check=False
        )

    def batches(self) -> int:
        """How many batches the database holds, for whichever organisation."""
        with psycopg.connect(read(self.data / "environment")["DATABASE_URL"]) as connection:
            connection.execute("SET LOCAL ROLE idp_system")
            row = connection.execute("SELECT count(*) FROM documents_batch").fetchone()
        return row[0] if row else 0

    def descendants(self) -> set[int]:
        """Everybody below the supervisor, at this moment."""
        found, fresh = set(), {self.process.pid}
        while fresh:
            fresh = {child for parent in fresh for child in children_of(parent)} - found
            found |= fresh
        return found


@pytest.fixture
def product() -> Iterator[Product]:
    folder = Path(tempfile.mkdtemp(prefix="idp-p-"))
    folder.chmod(0o711)
    product = Product(folder / "data")
    product.start()
    yield product
    if product.process.poll() is None:
        product.process.send_signal(signal.SIGTERM)
        product.process.wait(60)
    shutil.rmtree(folder)


def status_of(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def gone(pids: set[int]) -> bool:
    return not [pid for pid in pids if Path("/proc", str(pid)).exists()]


def test_start_watch_kill_recover_stop(product: Product) -> None:
    assert status_of(product.url() + "/login/") == 200
    for role in ("super admin", "org admin", "manager", "operator", "viewer"):
        assert re.search(rf"^{role} ", product.said(), re.MULTILINE), product.said()

    refused = product.run("start")
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"error: Already running on {product.data} (process {product.process.pid})")
    assert product.run("status").returncode == 0
    assert wait_until(lambda: product.batches() == 1, 60), "the samples were not submitted"
    assert wait_until((product.data / "samples-submitted").exists)

    web = int(re.search(r"web +(\d+)", product.run("status").stdout)[1])
    os.kill(web, signal.SIGKILL)
    assert wait_until(lambda: f"web {web:>8}" not in product.run("status").stdout)
    assert status_of(product.url() + "/login/") == 200, "a request during the restart must wait, not fail"

    before = product.descendants()
    assert len(before) > 8
    product.process.kill()
    product.process.wait()
    assert wait_until(lambda: gone(before)), "something outlived the killed supervisor"

    began = time.monotonic()
    product.start()
    print(f"second start: {time.monotonic() - began:.1f} s")
    assert product.batches() == 1, "the samples are submitted once, and data is kept"

    before = product.descendants()
    product.process.send_signal(signal.SIGINT)
    assert product.process.wait(90) == 0, product.said()
    assert gone(before), "something outlived the stopped supervisor"
    assert product.run("status").returncode == 3


def test_commands_beside_it(product: Product) -> None:
    done = product.run("exec", "demo_logins")
    assert (done.returncode, done.stdout) == (0, (product.data / "logins").read_text())
    assert product.run("exec", "no_such_command").returncode == 1
    before = product.descendants()
    assert product.run("stop").returncode == 0
    assert product.process.wait(10) == 0
    assert gone(before)
