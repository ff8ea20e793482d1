"""The watch over steps at work: renews their leases, and stops the work where the lease is lost or the time is up.

1. One thread per process looks several times a second at the step at work: has it run past its limit, is its lease to be
looked at or renewed? 2. Where the lease is gone (the batch was cancelled, or another worker took over), or after the time
limit, SIGALRM interrupts the main thread. 3. Native code that does not come back within `_GRACE_SECONDS` cannot be
interrupted: a work horse is then killed, which for RQ is a lost job and for us an unfinished lease.

A step begins and ends without waiting for the thread: most take milliseconds, and to get a core takes longer.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from types import FrameType, TracebackType

from django.conf import settings
from django.db import Error as DatabaseTrouble
from django.db import connection

from documents.domain.reasons import STEP_TIMEOUT
from extraction import queries
from extraction.runner.leases import Lease
from idp_project.core.errors import IdpError, LeaseLost
from idp_project.core.logs import log_ids, log_scope
from idp_project.core.tenancy import organization_scope

logger = logging.getLogger(__name__)
_GRACE_SECONDS = 15.0
_TICK_SECONDS = 0.25
_IDLE_SECONDS = 5.0  # the thread ends when no step was at work for so long
_is_expendable = False


class StepTimeout(IdpError):
    """The step took longer than its limit: counts as a crash, because the next try may well be as slow."""

    code = "step_timeout"
    default_message = STEP_TIMEOUT


def process_is_expendable() -> None:
    """This process is a work horse: it may be killed where a step cannot be stopped in another way."""
    global _is_expendable
    _is_expendable = True


class Heartbeat:
    """Renews a lease while the work goes on, for at most `limit` seconds. Enter it in the main thread, one at a time.

    Inside, LeaseLost or StepTimeout may be raised at any moment.
    """

    def __init__(self, lease: Lease, *, limit: float) -> None:
        self._lease = lease
        self._limit = limit
        self._lock = threading.Lock()
        self._is_over = False
        self._reason: type[IdpError] | None = None

    def __enter__(self) -> None:
        self._began = self._looked = self._renewed = time.monotonic()
        self._log_ids = log_ids()
        self._before = signal.signal(signal.SIGALRM, self._interrupt)
        _watch.begin(self)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            with self._lock:  # from here on the thread sends no signal
                self._is_over = True
        finally:
            self._is_over = True
            _watch.end()
            signal.signal(signal.SIGALRM, self._before)

    def look(self) -> float:
        """The thread's look at the step; gives after how many seconds it looks again."""
        with log_scope(**self._log_ids):
            return self._look()

    def _look(self) -> float:
        now = time.monotonic()
        if self._reason is None:
            self._reason = self._reason_to_end(now)
            if self._reason is not None:
                self._stop(now)
        elif now >= self._stopped_at + _GRACE_SECONDS and not self._is_over and _is_expendable:
            logger.error("a step does not stop: its process ends")
            os.kill(os.getpid(), signal.SIGKILL)
        left = self._began + self._limit - now
        return min(_TICK_SECONDS, _look_seconds(), left) if left > 0 else _TICK_SECONDS

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        """The signal is ours only where there is a reason: RQ limits whole jobs by the same one."""
        if self._reason is None and callable(self._before):
            self._before(number, frame)
        elif self._reason and not self._is_over:
            raise self._reason

    def _stop(self, now: float) -> None:
        self._stopped_at = now
        with self._lock:
            if not self._is_over:
                signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGALRM)

    def _reason_to_end(self, now: float) -> type[IdpError] | None:
        if now >= self._began + self._limit:
            return StepTimeout
        if now < self._looked + _look_seconds():
            return None
        self._looked = now
        is_due = now >= self._renewed + settings.LEASE_RENEW_SECONDS
        if not self._is_held(renew=is_due):
            return LeaseLost
        self._renewed = now if is_due else self._renewed
        return None

    def _is_held(self, *, renew: bool) -> bool:
        """A database that is away takes no lease away: the commit is fenced anyway."""
        fence = {"step_run_id": self._lease.step_run_id, "lease_token": self._lease.token}
        try:
            with organization_scope(self._lease.organization_id):
                if renew:
                    return bool(queries.run("step_run_renew", seconds=settings.LEASE_SECONDS, **fence))
                return queries.fetch_one("step_run_is_held", **fence) is not None
        except DatabaseTrouble as error:
            logger.warning("the lease could not be looked at: %s", error)
            connection.close()
            return True


def _look_seconds() -> float:
    return min(settings.LEASE_LOOK_SECONDS, settings.LEASE_RENEW_SECONDS)


class _Watch:
    """The thread of this process, and the step it looks at. It is started by a step and ends when there is nothing to do."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._step: Heartbeat | None = None
        self._is_running = False

    def begin(self, step: Heartbeat) -> None:
        with self._lock:
            self._step = step
            if not self._is_running:
                self._is_running = True
                threading.Thread(target=self._run, daemon=True, name="lease-heartbeat").start()

    def end(self) -> None:
        self._step = None

    def _run(self) -> None:
        seen, busy_at = None, time.monotonic()
        try:
            while True:
                step, now = self._step, time.monotonic()
                if step is not seen:
                    connection.close()  # only a step of seconds is worth one
                if step is not None:
                    busy_at = now
                elif now >= busy_at + _IDLE_SECONDS and self._ends():
                    return
                seen = step
                time.sleep(step.look() if step is not None else _TICK_SECONDS)
        except BaseException:
            self._is_running = False
            raise
        finally:
            connection.close()

    def _ends(self) -> bool:
        """Unless a step began just now."""
        with self._lock:
            self._is_running = self._step is not None
            return not self._is_running


_watch = _Watch()


def _forget_after_fork() -> None:
    global _watch
    _watch = _Watch()  # the thread, and the holder of the lock, are the parent's


os.register_at_fork(after_in_child=_forget_after_fork)
