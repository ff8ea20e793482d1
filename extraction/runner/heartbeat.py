"""The watch over a step at work: renews its lease, and stops the work where the lease is lost or the time is up.

1. The thread looks at the lease every `LEASE_LOOK_SECONDS` and renews it when that is due. 2. Where the lease is gone
(the batch was cancelled, or another worker took over), or after the step's time limit, SIGALRM interrupts the main
thread. 3. Native code that does not come back within `_GRACE_SECONDS` cannot be interrupted: a work horse is then
killed, which for RQ is a lost job and for us an unfinished lease.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from types import FrameType, TracebackType

from django.conf import settings
from django.db import DatabaseError, connection

from extraction import queries
from extraction.runner.leases import Lease
from idp_project.core.errors import IdpError, LeaseLost
from idp_project.core.tenancy import organization_scope

logger = logging.getLogger(__name__)
_GRACE_SECONDS = 15.0
_is_expendable = False


class StepTimeout(IdpError):
    """The step took longer than its limit: counts as a crash, because the next try may well be as slow."""

    code = "step_timeout"
    default_message = "The step took longer than its limit and was stopped."


def process_is_expendable() -> None:
    """This process is a work horse: it may be killed where a step cannot be stopped in another way."""
    global _is_expendable
    _is_expendable = True


class Heartbeat:
    """Renews a lease while the work goes on, for at most `limit` seconds. Enter it in the main thread.

    Inside, LeaseLost or StepTimeout may be raised at any moment.
    """

    def __init__(self, lease: Lease, *, limit: float) -> None:
        self._lease = lease
        self._limit = limit
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._reason: type[IdpError] | None = None
        self._thread = threading.Thread(target=self._watch, daemon=True, name="lease-heartbeat")

    def __enter__(self) -> None:
        self._before = signal.signal(signal.SIGALRM, self._interrupt)
        self._thread.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            with self._lock:  # from here on the thread sends no signal
                self._stopped.set()
        finally:
            self._stopped.set()
            signal.signal(signal.SIGALRM, self._before)
            self._thread.join(timeout=5)

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        """The signal is ours only where there is a reason: RQ limits whole jobs by the same one."""
        if self._reason is None and callable(self._before):
            self._before(number, frame)
        elif self._reason and not self._stopped.is_set():
            raise self._reason

    def _watch(self) -> None:
        try:
            self._reason = self._beat()
            with self._lock:
                if self._reason is None or self._stopped.is_set():
                    return
                signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGALRM)
            if not self._stopped.wait(_GRACE_SECONDS) and _is_expendable:
                logger.error("a step does not stop: its process ends")
                os.kill(os.getpid(), signal.SIGKILL)
        finally:
            connection.close()

    def _beat(self) -> type[IdpError] | None:
        """Until the work ends by itself; else why it has to end."""
        began = renewed = time.monotonic()
        look = min(settings.LEASE_LOOK_SECONDS, settings.LEASE_RENEW_SECONDS)
        while not self._stopped.wait(max(0.0, min(look, began + self._limit - time.monotonic()))):
            now = time.monotonic()
            if now >= began + self._limit:
                return StepTimeout
            is_due = now >= renewed + settings.LEASE_RENEW_SECONDS
            if not self._is_held(renew=is_due):
                return LeaseLost
            renewed = now if is_due else renewed
        return None

    def _is_held(self, *, renew: bool) -> bool:
        """A database that is away takes no lease away: the commit is fenced anyway."""
        fence = {"step_run_id": self._lease.step_run_id, "lease_token": self._lease.token}
        try:
            with organization_scope(self._lease.organization_id):
                if renew:
                    return bool(queries.run("step_run_renew", seconds=settings.LEASE_SECONDS, **fence))
                return queries.fetch_one("step_run_is_held", **fence) is not None
        except DatabaseError as error:
            logger.warning("the lease could not be looked at: %s", error)
            connection.close()
            return True
