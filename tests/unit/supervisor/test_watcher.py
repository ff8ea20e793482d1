"""Children: restarted with growing pauses, stopped in order, none left behind; logs shown where they tell of trouble."""

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from idp_project.operations.supervisor.errors import SupervisorError
from idp_project.operations.supervisor.places import CHECKOUT
from idp_project.operations.supervisor.processes import Program, children_of
from idp_project.operations.supervisor.terminal import LogWatch, Terminal
from idp_project.operations.supervisor.watcher import Watcher
from idp_project.operations.supervisor.web import listen


@pytest.fixture
def terminal() -> Terminal:
    terminal = Terminal()
    terminal.console = Console(file=StringIO(), width=200)
    return terminal


def shown(terminal: Terminal) -> str:
    assert isinstance(terminal.console.file, StringIO)
    return terminal.console.file.getvalue()


@pytest.fixture
def watcher(terminal: Terminal, tmp_path: Path) -> Watcher:
    return Watcher(terminal, tmp_path / "status.json")


def program(tmp_path: Path, code: str, name: str = "child", stop_seconds: float = 5.0) -> Program:
    return Program(name, (sys.executable, "-c", code), tmp_path / f"{name}.log", stop_seconds=stop_seconds)


def tick_until(watcher: Watcher, condition, seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        watcher.tick(0.02)


def test_ended_child_is_started_again_after_a_growing_pause(watcher: Watcher, tmp_path: Path) -> None:
    watcher.launch(program(tmp_path, "print('here'); raise SystemExit(7)"))
    tick_until(watcher, lambda: watcher.watched["child"].restarts == 2)
    assert watcher.watched["child"].pause >= 2.0
    assert "ended with exit code 7; starting it again in 0.5 s" in shown(watcher.terminal)
    assert "starting it again in 1 s" in shown(watcher.terminal)
    watcher.stop("child")


def test_who_runs_in_the_foreground_outlives_a_child_that_dies(watcher: Watcher, tmp_path: Path) -> None:
    watcher.launch(program(tmp_path, "raise SystemExit(7)"))
    foreground = program(tmp_path, "import time; time.sleep(2); raise SystemExit(3)", "foreground")
    assert watcher.run_in_foreground(foreground) == 3
    assert watcher.watched["child"].restarts >= 1
    watcher.stop("child")


def test_what_a_dead_child_leaves_in_its_group_is_killed(watcher: Watcher, tmp_path: Path) -> None:
    code = "import subprocess, sys; p = subprocess.Popen(['sleep', '600']); print(p.pid, flush=True); sys.stdin.read()"
    child = watcher.launch(program(tmp_path, code + "; __import__('time').sleep(600)"))
    tick_until(watcher, lambda: (tmp_path / "child.log").read_text().strip().isdigit())
    grandchild = int((tmp_path / "child.log").read_text())
    assert grandchild in children_of(child.pid)
    watcher.stop("child")
    deadline = time.monotonic() + 5
    while Path(f"/proc/{grandchild}/cmdline").exists() and Path(f"/proc/{grandchild}/cmdline").read_bytes():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_deaf_child_is_killed_when_its_time_is_up(watcher: Watcher, tmp_path: Path) -> None:
    code = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
    )
    child = watcher.launch(program(tmp_path, code, stop_seconds=0.3))
    tick_until(watcher, lambda: "deaf" in (tmp_path / "child.log").read_text())
    watcher.stop("child")
    assert child.poll() == -signal.SIGKILL
    assert "did not end in time" in shown(watcher.terminal)


def test_a_hurry_gives_up_waiting_except_for_stores(watcher: Watcher, tmp_path: Path) -> None:
    deaf = "import signal, time; signal.signal(signal.SIGTERM, lambda *_: time.sleep(1) or exit(3)); print('up', flush=True)"
    for name in ("worker-1", "postgres"):
        watcher.launch(program(tmp_path, deaf + "; time.sleep(600)", name, stop_seconds=30))
        log = tmp_path / f"{name}.log"
        tick_until(watcher, lambda log=log: "up" in log.read_text())
    watcher.is_hurrying = True
    worker, postgres = watcher.watched["worker-1"].child, watcher.watched["postgres"].child
    watcher.stop("worker-")
    watcher.stop("postgres")
    assert worker.poll() == -signal.SIGKILL
    assert postgres.poll() == 3


def test_a_failed_step_says_why(watcher: Watcher, tmp_path: Path) -> None:
    with pytest.raises(SupervisorError, match=r"(?s)ended with exit code 1.*ValueError: no such thing"):
        watcher.run_to_end(program(tmp_path, "raise ValueError('no such thing')"))


def test_children_see_nothing_but_their_environment(watcher: Watcher, tmp_path: Path) -> None:
    os.environ["LEAK"] = "leaked"
    watcher.run_to_end(program(tmp_path, "import os; print(sorted(os.environ))"))
    del os.environ["LEAK"]
    assert "LEAK" not in (tmp_path / "child.log").read_text()


def test_trouble_is_shown_and_small_talk_is_not(terminal: Terminal, tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_text("ERROR from yesterday\n")
    logs = LogWatch(terminal)
    logs.follow(log)
    with log.open("a") as file:
        file.write("INFO all is well\nERROR the disk is full\nWARNING half a li")
        file.flush()
        logs.look()
        file.write("ne ERROR joined\n")
    logs.look()
    assert shown(terminal).splitlines() == ["web | ERROR the disk is full", "web | WARNING half a line ERROR joined"]


def test_a_taken_port_is_passed_over_or_named() -> None:
    first, second = listen(None), listen(None)
    try:
        ports = [sockets[0].getsockname()[1] for sockets in (first, second)]
        assert ports[0] < ports[1]
        assert {opened.getsockname()[0] for opened in first} <= {"127.0.0.1", "::1"}
        with pytest.raises(OSError, match=f"Port {ports[0]} is taken"):
            listen(ports[0])
    finally:
        for opened in [*first, *second]:
            assert isinstance(opened, socket.socket)
            opened.close()


def test_a_terminal_that_went_away_stops_nothing(tmp_path: Path) -> None:
    """As after `make run | head`."""
    code = """
import sys, time
from idp_project.operations.supervisor.terminal import Terminal
terminal = Terminal()
terminal.say("first")
sys.stdin.readline()
terminal.say("second")
terminal.say("third")
print("alive", file=sys.stderr)
"""
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin and process.stdout and process.stderr
    assert process.stdout.readline() == b"first\n"
    process.stdout.close()
    process.stdin.write(b"\n")
    process.stdin.close()
    assert process.stderr.read() == b"alive\n"
    process.stderr.close()
    assert process.wait() == 0


def test_status_is_for_its_owner_alone(watcher: Watcher) -> None:
    """Finding 20: process ids stood in a file that everybody could read, whatever the umask."""
    before = os.umask(0)
    try:
        watcher.write_status()
        watcher.write_status()
    finally:
        os.umask(before)
    assert stat.S_IMODE(watcher.status.stat().st_mode) == 0o600
