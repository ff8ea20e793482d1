"""One child process: how it starts, how it ends, and that it never outlives the supervisor.

A child leads its own session, so Ctrl-C reaches the supervisor alone, which then stops the children in order.
The kernel signals a child when the supervisor dies. PR_SET_PDEATHSIG is tied to the starting thread: start from the
main thread only.
"""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path

from idp_project.operations.supervisor.account import Account
from idp_project.operations.supervisor.places import CHECKOUT

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Program:
    """What to run. Output goes to `log`, or to our terminal when that is None.

    `stop_signal` asks politely, SIGKILL follows after `stop_seconds`; `death_signal` is sent when the supervisor dies.
    """

    name: str
    argv: tuple[str, ...]
    log: Path | None
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path = CHECKOUT
    account: Account | None = None
    pass_descriptors: tuple[int, ...] = ()
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGKILL
    stop_seconds: float = 10.0


class Child:
    """A started program."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.started_at = time.monotonic()
        self._process = _spawn(program)

    @property
    def pid(self) -> int:
        return self._process.pid

    def poll(self) -> int | None:
        """Exit code, or None while it runs. What its group left behind is killed before the number is given back."""
        if self._process.returncode is None:
            ended = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if ended is None:
                return None
            self._signal_group(signal.SIGKILL)
        return self._process.wait()

    def ask_to_stop(self) -> None:
        if self.poll() is None:
            self._process.send_signal(self.program.stop_signal)

    def kill(self) -> None:
        if self.poll() is None:
            self._signal_group(signal.SIGKILL)
            self._process.wait()

    def wait(self, seconds: float) -> int | None:
        """Exit code, or None when it still runs after that many seconds."""
        deadline = time.monotonic() + seconds
        while (code := self.poll()) is None and time.monotonic() < deadline:
            time.sleep(0.02)
        return code

    def stop(self) -> None:
        """Ask, wait, kill."""
        self.ask_to_stop()
        if self.wait(self.program.stop_seconds) is None:
            self.kill()

    def _signal_group(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.pid, number)


def _spawn(program: Program) -> subprocess.Popen[bytes]:
    as_account = program.account.popen_arguments() if program.account else {}
    with program.log.open("ab") if program.log else nullcontext() as log:
        return subprocess.Popen(  # type: ignore[call-overload]
            program.argv,
            cwd=program.folder,
            env=dict(program.environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            umask=0o077,
            pass_fds=program.pass_descriptors,
            preexec_fn=_die_with_parent(program.death_signal),
            **as_account,
        )


def _die_with_parent(death_signal: signal.Signals) -> Callable[[], None]:
    parent = os.getpid()

    def ask_kernel() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:
            os._exit(1)

    return ask_kernel


def adopt_orphans() -> None:
    """Whatever loses its parent below this process becomes its child, so that stopping can find it."""
    _libc.prctl(PR_SET_CHILD_SUBREAPER, 1)


def children_of(parent: int) -> list[int]:
    """Process ids of the direct children."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == parent:
                found.append(int(entry.name))
    return found


def end_orphans(known: set[int]) -> None:
    """Kill and reap children of this process that it did not start itself."""
    for _ in range(50):
        orphans = [pid for pid in children_of(os.getpid()) if pid not in known]
        if not orphans:
            return
        for pid in orphans:
            with suppress(ProcessLookupError, ChildProcessError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, os.WNOHANG)
        time.sleep(0.02)


def processes_in(folder: Path, program: str) -> list[int]:
    """Processes of this program whose working folder it is: a PostgreSQL server and its backends live in their data."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                if (entry / "cwd").readlink() == folder and (entry / "comm").read_text().strip() == program:
                    found.append(int(entry.name))
    return found
