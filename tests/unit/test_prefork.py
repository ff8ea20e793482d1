"""Workers below one process: kept, stopped and never left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from idp_project.operations.supervisor.places import CHECKOUT
from idp_project.operations.supervisor.processes import children_of

# Two children that say who they are; the first ends by SIGTERM as a worker does, after what it has at hand.
CODE = """
import os, signal, sys, time
from extraction.prefork import give_way, keep

def patient():
    give_way()
    signal.signal(signal.SIGTERM, lambda *received: sys.exit(print("drained", flush=True)))
    say("patient")

def plain():
    say("plain")

def say(name):
    os.write(1, f"{name} {os.getpid()}\\n".encode())  # in one write
    time.sleep(600)

keep(patient, plain)
print("over", flush=True)
"""


@pytest.fixture
def parent():
    process = subprocess.Popen([sys.executable, "-c", CODE], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def said(parent, lines):
    """This many lines: name to process id."""
    heard = [parent.stdout.readline().split() for _ in range(lines)]
    return {name: int(pid) for name, pid in heard}


def test_a_killed_child_is_replaced(parent):
    children = said(parent, 2)
    assert set(children.values()) == set(children_of(parent.pid))
    os.kill(children["plain"], signal.SIGKILL)
    again = said(parent, 1)
    assert again["plain"] != children["plain"]
    assert set(children_of(parent.pid)) == {children["patient"], again["plain"]}


def test_who_gives_way_does_so_alone(parent):
    """Each in a session of its own: the kernel may weigh those, and Ctrl-C reaches one."""
    children = said(parent, 2)
    assert {os.getsid(pid) for pid in children.values()} == set(children.values())
    weights = {name: os.getpriority(os.PRIO_PROCESS, pid) for name, pid in children.items()}
    assert weights == {"patient": weights["plain"] + 5, "plain": os.getpriority(os.PRIO_PROCESS, parent.pid)}
    groups = {name: Path(f"/proc/{pid}/autogroup") for name, pid in children.items()}
    if groups["plain"].exists():  # not in every kernel
        assert [groups[name].read_text().split()[-1] for name in ("patient", "plain")] == ["5", "0"]


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_to_end_reaches_all_and_nobody_follows(parent, sent):
    said(parent, 2)
    parent.send_signal(sent)
    assert parent.stdout.read().split() == ["drained", "over"]
    assert parent.wait(30) == 0


def test_the_children_die_with_their_parent(parent):
    children = said(parent, 2)
    parent.kill()
    parent.stdout.read()  # ends when nobody holds its other end
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{pid}/cmdline").exists() and _lives(pid) for pid in children.values()):
        assert time.monotonic() < deadline


def _lives(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
