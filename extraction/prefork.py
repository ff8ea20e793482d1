"""Workers forked from one process that has preloaded: they share its memory, and one that ended is back at once.

The parent only waits for signals, so that each fork is one of a process with a single thread and nothing under way.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from idp_project.core.isolation.kernel import die_with_parent

logger = logging.getLogger(__name__)
_AWAITED = (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT)
_NICENESS = 5  # a third of the weight
_AUTOGROUP = Path("/proc/self/autogroup")
_PAUSE_SECONDS = 1.0  # before a child follows one that ended

Work = Callable[[], object]


def keep(*works: Work) -> None:
    """Runs each in a child, again whenever it ends; SIGTERM and SIGINT reach all as SIGTERM. Returns once all have ended.

    The children die with this process.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, _AWAITED)
    children = {fork(work): work for work in works}
    due: list[tuple[float, Work]] = []
    is_stopping = False
    while children or due:
        wait = max(0.0, due[0][0] - time.monotonic()) if due else 3600.0
        received = signal.sigtimedwait(_AWAITED, wait)
        if received and received.si_signo != signal.SIGCHLD:
            is_stopping = True
            for pid in children:
                os.kill(pid, signal.SIGTERM)
        ended = _ended(children)
        due = [] if is_stopping else due + [(time.monotonic() + _PAUSE_SECONDS, work) for work in ended]
        while due and due[0][0] <= time.monotonic():
            work = due.pop(0)[1]
            children[fork(work)] = work


def fork(work: Work) -> int:
    """A child that does this and ends, in a session of its own: Ctrl-C reaches its parent alone. Gives its pid."""
    parent = os.getpid()
    return os.fork() or _be_child(work, parent)


def give_way() -> None:
    """From now on this process and its children come after others where the processor is full: after those that somebody
    waits for. Where Linux weighs whole sessions against each other (autogroup), niceness counts inside one only, so the
    session's own is set too.
    """
    os.nice(_NICENESS)
    with contextlib.suppress(OSError):  # no such kernel
        _AUTOGROUP.write_text(str(_NICENESS))


def stay_with(parent: int) -> None:
    """From now on the kernel kills this process when its parent, forked from just now, is gone."""
    die_with_parent(signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _be_child(work: Work, parent: int) -> NoReturn:
    code = 1
    try:
        stay_with(parent)
        os.setsid()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _AWAITED)
        work()
        code = 0
    except Exception:
        logger.exception("a worker ended")
    finally:
        os._exit(code)


def _ended(children: dict[int, Work]) -> list[Work]:
    """What those did that have ended; they are children no longer."""
    found = []
    for pid in list(children):
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            found.append(children.pop(pid))
            if code := os.waitstatus_to_exitcode(status):
                logger.warning("worker %d ended with exit code %d", pid, code)
    return found
