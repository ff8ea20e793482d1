"""The whole of one machine, started, watched, killed and stopped as a person would."""

import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, LiteralString
from urllib.parse import urlsplit

import psycopg
import pytest

from idp_project.operations.supervisor.environment import OWNER_NAMES, read
from idp_project.operations.supervisor.first_admin import MISSING
from idp_project.operations.supervisor.places import CHECKOUT
from idp_project.operations.supervisor.processes import children_of
from tests.integration.supervisor.conftest import clean_environment, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
START_SECONDS = 240
SUPERVISOR = [sys.executable, "-m", "idp_project.operations.supervisor"]


class Product:
    """One data folder of the product with a single worker."""

    def __init__(self, data: Path) -> None:
        self.data = data
        settings = {"IDP_DATA_DIR": str(data), "IDP_WORKERS": "1", "COLUMNS": "200"}
        self.environment = clean_environment() | settings
        self.environment.pop("DJANGO_SETTINGS_MODULE", None)
        self.output = data.with_name(f"{data.name}.txt")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, command: str = "start", **environment: str) -> None:
        """Return when it has printed its URL."""
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [*SUPERVISOR, command],
                cwd=CHECKOUT,
                env=self.environment | environment,
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
            [*SUPERVISOR, *words],
            cwd=CHECKOUT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def batches(self) -> int:
        """How many batches the database holds, for whichever organisation."""
        return len(self.rows("SELECT 1 FROM documents_batch"))

    def rows(self, query: LiteralString) -> list[Any]:
        """Past row-level security, while it runs."""
        with psycopg.connect(read(self.data / "environment")["DATABASE_URL"]) as connection:
            connection.execute("SET LOCAL ROLE idp_system")
            return connection.execute(query).fetchall()

    def stop(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(90) == 0, self.said()

    def descendants(self) -> set[int]:
        """Everybody below the supervisor, at this moment."""
        found, fresh = set(), {self.process.pid}
        while fresh:
            fresh = {child for parent in fresh for child in children_of(parent)} - found
            found |= fresh
        return found


@pytest.fixture
def unstarted() -> Iterator[Product]:
    """A data folder that does not exist yet."""
    folder = Path(tempfile.mkdtemp(prefix="idp-p-"))
    folder.chmod(0o711)
    product = Product(folder / "data")
    yield product
    if product.process and product.process.poll() is None:
        product.process.send_signal(signal.SIGTERM)
        product.process.wait(60)
    shutil.rmtree(folder)


@pytest.fixture
def product(unstarted: Product) -> Product:
    """A demonstration that runs."""
    unstarted.start()
    return unstarted


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
    assert tiles(product) == 5 and "(demonstration)" in product.run("status").stdout
    done = product.run("exec", "demo_logins")
    assert (done.returncode, done.stdout) == (0, (product.data / "logins").read_text())
    assert product.run("exec", "no_such_command").returncode == 1
    before = product.descendants()
    assert product.run("stop").returncode == 0
    assert product.process.wait(10) == 0
    assert gone(before)
    refused = product.run("serve")
    assert refused.returncode == 1 and "holds a demonstration" in refused.stderr


def environment_of(pid: int) -> dict[str, str]:
    entries = Path("/proc", str(pid), "environ").read_bytes().decode().split("\0")
    return dict(entry.split("=", 1) for entry in entries if "=" in entry)


SETTINGS = "from django.conf import settings; print(settings.DATABASE_OWNERS, settings.DATABASES, settings.RQ_QUEUES)"


def test_web_workers_and_clock_do_not_know_the_owner(product: Product) -> None:
    """Finding 13: neither in what they were given, nor in what they read; what they have does not open the owner's account."""
    owners = read(product.data / "owner-environment")
    assert stat.S_IMODE((product.data / "owner-environment").stat().st_mode) == 0o600
    assert stat.S_IMODE((product.data / "status.json").stat().st_mode) == 0o600
    password = read(product.data / "secrets")["owner_password"]
    assert set(owners) == set(OWNER_NAMES) and all(password in url for url in owners.values())
    assert password not in (product.data / "environment").read_text()
    children = json.loads((product.data / "status.json").read_text())["children"]
    knowing = {name for name, child in children.items() if password in str(environment_of(child["pid"]))}
    assert knowing == {"publisher"} and {"web", "worker-1", "clock"} <= set(children)
    assert "DATABASE_OWNER_URL" not in environment_of(children["publisher"]["pid"])
    web = environment_of(children["web"]["pid"])
    assert not set(OWNER_NAMES) & set(web)
    known = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", SETTINGS],
        cwd=CHECKOUT,
        env=web,
        capture_output=True,
        text=True,
    )
    assert known.returncode == 0 and known.stdout.startswith("{} ") and password not in known.stdout
    given = read(product.data / "environment") | web
    for value in {*given.values(), urlsplit(given["DATABASE_URL"]).password, ""}:
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(given["DATABASE_URL"], user="idp_owner", password=value, connect_timeout=5)
    refused = subprocess.run(
        [sys.executable, "manage.py", "prepare"], cwd=CHECKOUT, env=web, capture_output=True, text=True
    )
    assert refused.returncode == 1 and "DATABASE_OWNER_URL is not set. Run it as" in refused.stderr
    assert product.run("exec", "prepare").returncode == 0
    views = "SELECT count(*) FROM documents_viewpublication WHERE status <> 'published'"
    assert wait_until(lambda: product.rows(views) == [(0,)], 30), "the publisher makes the demonstration's views"
    assert len(product.rows("SELECT 1 FROM documents_viewpublication")) > 0


def tiles(product: Product) -> int:
    with urllib.request.urlopen(product.url() + "/login/", timeout=60) as answer:
        return answer.read().decode().count("data-demo-password")


def signs_in(product: Product, username: str, password: str) -> bool:
    body = json.dumps({"username": username, "password": password}).encode()
    headers = {"Content-Type": "application/json"}
    try:
        with urllib.request.urlopen(
            urllib.request.Request(product.url() + "/api/v1/token/", body, headers), timeout=30
        ):
            return True
    except urllib.error.HTTPError:
        return False


ADMIN = {"IDP_ADMIN_USERNAME": "chief", "IDP_ADMIN_PASSWORD": "a password of many words"}
ORGANIZATIONS = "SELECT slug FROM accounts_organization"


def test_real_installation_from_first_start_to_lost_keys(unstarted: Product) -> None:
    """One folder, because each first start takes a minute or more."""
    product = unstarted
    product.start("serve", **ADMIN)
    assert "Sign in as chief." in product.said() and f"Copy {product.data}/secrets to a safe place" in product.said()
    assert ADMIN["IDP_ADMIN_PASSWORD"] not in product.said()
    assert (tiles(product), signs_in(product, "chief", ADMIN["IDP_ADMIN_PASSWORD"])) == (0, True)
    assert product.rows(ORGANIZATIONS) == [] and product.batches() == 0
    assert "(real installation)" in product.run("status").stdout
    for pid in product.descendants():
        environment = Path("/proc", str(pid), "environ").read_bytes()
        assert ADMIN["IDP_ADMIN_PASSWORD"].encode() not in environment
    product.stop()

    refused = product.run("start")
    assert (refused.returncode, refused.stdout) == (1, "") and "holds a real installation" in refused.stderr
    assert product.run("exec", "load_demo").returncode == 1

    secrets = product.data / "secrets"
    right, environment = secrets.read_text(), (product.data / "environment").read_text()
    secrets.unlink()
    for spoil, said in (
        ("", f"{secrets} is missing, but {product.data}/postgres holds data"),
        (re.sub("(?m)^secret_key=.*$", "secret_key=other", right), "its database was made with: SECRET_KEY."),
    ):
        if spoil:
            secrets.write_text(spoil)
        refused = product.run("serve")
        (line,) = refused.stderr.splitlines()
        assert refused.returncode == 1 and said in line
        assert (product.data / "environment").read_text() == environment
    secrets.write_text(right)

    write_planted_logins(product.data)
    product.start("serve")
    assert "was deleted" in product.said() and not (product.data / "demo_logins.json").exists()
    assert "Copy " not in product.said(), "said once"
    assert product.rows(ORGANIZATIONS) == [] and tiles(product) == 0
    checked = product.run("exec", "verify_audit")
    assert (checked.returncode, checked.stdout.splitlines()[0]) == (0, "system: unaltered")
    assert product.rows("SELECT 1 FROM accounts_auditentry WHERE action = 'published_logins_withdrawn'")


def write_planted_logins(data: Path) -> None:
    logins = [{"role": "super_admin", "username": "root", "display_name": "Root", "password": "amber-cedar-delta-10"}]
    (data / "demo_logins.json").write_text(json.dumps(logins))


def test_exec_on_a_new_folder_makes_a_real_installation(unstarted: Product) -> None:
    done = unstarted.run("exec", "verify_audit")
    assert done.returncode == 0, done.stderr
    assert (unstarted.data / "installation").read_text() == "real\n"
    assert not (unstarted.data / "demo_logins.json").exists() and not (unstarted.data / "samples-submitted").exists()
    refused = unstarted.run("serve")
    assert refused.returncode == 1
    assert refused.stderr.splitlines() == ["error: " + MISSING]
    unstarted.start("serve", **ADMIN)
    assert unstarted.rows("SELECT username FROM accounts_user") == [("chief",)]
    assert unstarted.rows(ORGANIZATIONS) == []
