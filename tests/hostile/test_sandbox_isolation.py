"""A child that is taken over reaches nothing, and no death of a child, a client or a server loses the next request."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

from idp_project.core.errors import PermanentFailure, TransientFailure
from idp_project.core.files.errors import SandboxCode
from idp_project.core.isolation.client import Sandbox
from idp_project.core.isolation.limits import SandboxLimits
from idp_project.core.isolation.private_server import _answers
from tests.factories import files
from tests.hostile.drawing import pdf_of, text_at
from tests.hostile.servers import READER, ROOT, SETTINGS, ProbingServer

LIMITS = SandboxLimits(memory_bytes=400 * 2**20, cpu_seconds=2, wall_seconds=4, output_bytes=20 * 2**20)
pytestmark = pytest.mark.enable_socket


@pytest.fixture(scope="module")
def server():
    server = ProbingServer(READER, LIMITS)
    yield server
    assert server.stop() == 0


@pytest.fixture(scope="module", params=SETTINGS)
def isolated(request):
    """A server in each mode that this machine allows."""
    with ProbingServer(READER, LIMITS, request.param) as server:
        yield server


@pytest.fixture
def sandbox(server):
    return Sandbox(server.socket_path, LIMITS)


@pytest.fixture
def good(tmp_path):
    path = tmp_path / "good.pdf"
    path.write_bytes(pdf_of(text_at(40, 300, b"Good")))
    return str(path)


def assert_serves(sandbox: Sandbox, good: str) -> None:
    assert sandbox.read_text_layer(good, 1)["words"][0][0] == "Good"


def test_a_child_reaches_nothing(isolated, good):
    sandbox = Sandbox(isolated.socket_path, LIMITS)
    assert_serves(sandbox, good)
    seen = sandbox._one(good, "look_around", target=good).values
    assert seen.pop("environment") == {}
    assert seen.pop("descriptors") == [0, 1, 2, 3, 4]  # /dev/null three times, its file, its answer
    assert seen.pop("process") != isolated.process.pid
    assert len(seen) == 14
    assert set(seen.values()) == {"PermissionError"}, seen
    assert Path(good).exists()


def test_only_heic_decoder_has_threads_and_none_has_processes(isolated, good, tmp_path):
    sandbox = Sandbox(isolated.socket_path, LIMITS)
    photo = tmp_path / "photo.heic"
    photo.write_bytes(files.heic("two-frames"))
    assert_serves(sandbox, good)
    tried = sandbox._one(str(photo), "start_tasks").values
    assert tried == {"thread": ["ran"], "process": "PermissionError", "socket": "PermissionError"}
    assert sandbox.render(str(photo), 1, 100).ndim == 3
    with pytest.raises(PermanentFailure):
        sandbox._one(good, "start_tasks")
    assert_serves(sandbox, good)


def test_the_server_has_no_environment_and_no_network(isolated, good):
    assert_serves(Sandbox(isolated.socket_path, LIMITS), good)
    process = Path("/proc", str(isolated.process.pid))
    assert b"=" not in process.joinpath("environ").read_bytes().replace(b"GLIBC_TUNABLES=glibc.malloc.hugetlb=1", b"")
    if "network namespace" not in isolated.log.read_text():
        assert process.joinpath("ns/net").readlink() != Path("/proc/self/ns/net").readlink()
        interfaces = process.joinpath("net/dev").read_text().splitlines()[2:]
        assert [line.split(":")[0].strip() for line in interfaces] in ([], ["lo"])
    assert oct(Path(isolated.socket_path).stat().st_mode & 0o777) == "0o600"


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ("crash", SandboxCode.PARSER_CRASHED),
        ("abort", SandboxCode.PARSER_CRASHED),
        ("leave", SandboxCode.PARSER_CRASHED),
        ("eat memory", SandboxCode.TOO_MUCH_MEMORY),
        ("eat memory in C", SandboxCode.TOO_MUCH_MEMORY),
        ("answer too much", SandboxCode.TOO_MUCH_MEMORY),
        ("answer nonsense", SandboxCode.PARSER_CRASHED),
        ("claim a huge picture", None),
        ("spin", SandboxCode.TOO_SLOW),
        ("sleep", SandboxCode.TOO_SLOW),
    ],
)
def test_every_death_has_its_name_and_the_server_goes_on(server, sandbox, good, how, code):
    started = time.monotonic()
    answer = sandbox._ask(good, "misbehave", how=how)
    assert time.monotonic() - started < LIMITS.wall_seconds + 3
    reported = answer.frames[-1].values.get("code") if answer.frames else None
    assert (answer.death.code if answer.death else reported) == code
    if code is not SandboxCode.PARSER_CRASHED and how != "answer too much":
        assert answer.frames[0].values == {"before": how}  # what was finished before the end still counts
    assert server.process.poll() is None
    assert_serves(sandbox, good)


def test_a_killed_child_leaves_the_server_serving(server, sandbox, good):
    failures: list[PermanentFailure] = []

    def ask() -> None:
        failures.append(sandbox._ask(good, "misbehave", how="sleep").death)

    asking = threading.Thread(target=ask)
    asking.start()
    deadline = time.monotonic() + 3
    while asking.is_alive() and time.monotonic() < deadline:  # the first child seen may be an earlier one's remains
        for pid in server.children():
            os.kill(pid, signal.SIGKILL)
        asking.join(0.05)
    assert [failure.code for failure in failures] == [SandboxCode.TOO_MUCH_MEMORY]  # who else kills but the kernel
    assert server.children() == []
    assert_serves(sandbox, good)


def test_a_client_that_goes_away_takes_its_child_along(server, good):
    code = (
        "from idp_project.core.isolation.client import Sandbox;"
        f"Sandbox({server.socket_path!r})._ask({good!r}, 'misbehave', how='sleep')"
    )
    client = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    deadline = time.monotonic() + 20
    while not server.children():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    client.kill()
    client.wait()
    deadline = time.monotonic() + 2
    while server.children():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_more_requests_than_children_wait_their_turn(server, sandbox, good):
    results: list[str] = []
    most = 0

    def ask() -> None:
        results.append(sandbox.read_text_layer(good, 1)["words"][0][0])

    threads = [threading.Thread(target=ask) for _ in range(30)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        most = max(most, len(server.children()))
    assert results == ["Good"] * 30
    assert 1 <= most <= (os.cpu_count() or 1) + 1


def test_a_server_that_is_away_is_a_passing_failure(tmp_path, good):
    with pytest.raises(TransientFailure) as failed:
        Sandbox(str(tmp_path / "nobody")).inspect(good)
    assert failed.value.code == SandboxCode.SANDBOX_UNAVAILABLE
    assert failed.value.is_retryable


def test_second_server_takes_a_stale_socket_never_a_live_one(good):
    first = ProbingServer(READER, LIMITS)
    command = [sys.executable, "-m", "idp_project.core.isolation.server", f"--socket={first.socket_path}"]
    assert subprocess.run(command, cwd=ROOT, env={}, capture_output=True, check=False).returncode != 0
    first.process.kill()
    first.process.wait()
    second = subprocess.Popen(command, cwd=ROOT, env={}, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 30
    while not _answers(first.socket_path):
        assert time.monotonic() < deadline and second.poll() is None
        time.sleep(0.02)
    assert_serves(Sandbox(first.socket_path, LIMITS), good)
    second.terminate()
    assert second.wait(5) == 0
    first.stop()


@pytest.fixture
def short_folder():
    """For sockets, whose paths have at most 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="idp-") as folder:
        yield Path(folder)


def test_private_server_is_restarted_and_ends_with_its_parent(short_folder, good):
    code = """
import os, signal, sys, time
from idp_project.core.isolation.client import Sandbox
sandbox = Sandbox()
sandbox.inspect(sys.argv[1])
first = sandbox._server.process_id
os.kill(first, signal.SIGKILL)
sandbox.inspect(sys.argv[1])
print(first, sandbox._server.process_id, flush=True)
if sys.argv[2:]:
    os.kill(os.getpid(), signal.SIGKILL)
"""

    def play(*more: str) -> str:
        command = [sys.executable, "-c", code, good, *more]
        environment = os.environ | {"TMPDIR": str(short_folder)}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        return done.stdout

    first, second = (int(pid) for pid in play("and is killed").split())
    assert first != second
    deadline = time.monotonic() + 5
    while Path("/proc", str(second)).exists() and "Z" not in Path("/proc", str(second), "stat").read_text().split()[2]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert len(list(short_folder.glob("idp-sandbox-*"))) == 1, "what the killed one left"
    play()
    assert not list(short_folder.glob("idp-sandbox-*")), "the next one removes it, and its own at its end"
