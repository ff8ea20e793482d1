"""Leases: who may commit a step. Claimed before the work, renewed by a thread, fenced at every commit.

1. Worker A claims (token 1), stalls; its lease runs out. 2. Worker B claims (token 2) and works. 3. A wakes up and
commits with token 1: no row matches, A stops. RQ's own job state plays no part in this.
"""

from __future__ import annotations

import os
import socket
import threading
from dataclasses import dataclass
from types import TracebackType
from uuid import UUID

from django.conf import settings
from django.db import connection

from extraction import queries
from idp_project.core.tenancy import organization_scope

OWNER_PREFIX = socket.gethostname()[:60]


@dataclass(frozen=True)
class Lease:
    """Proof of a claim. `attempt` counts from 1; `crash_count` is how many workers were lost at this step."""

    organization_id: UUID
    step_run_id: UUID
    token: int
    attempt: int
    crash_count: int


def claim(organization_id: UUID, step_run_id: UUID) -> Lease | None:
    """Claims inside the current tenancy scope; None where somebody else has the step or it is done."""
    row = queries.fetch_one(
        "step_run_claim",
        step_run_id=step_run_id,
        owner=f"{OWNER_PREFIX}:{os.getpid()}",
        seconds=settings.LEASE_SECONDS,
    )
    if row is None:
        return None
    return Lease(organization_id, step_run_id, row["lease_token"], row["attempt"], row["crash_count"])


class Heartbeat:
    """Renews a lease from a thread while the work goes on, for at most `limit` seconds: a hung step loses its lease."""

    def __init__(self, lease: Lease, *, limit: float) -> None:
        self._lease = lease
        self._beats = max(1, int(limit / settings.LEASE_RENEW_SECONDS))
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True, name="lease-heartbeat")

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._thread.join(timeout=5)

    def _beat(self) -> None:
        try:
            for _ in range(self._beats):
                if self._stopped.wait(settings.LEASE_RENEW_SECONDS) or not self._renew():
                    return
        finally:
            connection.close()

    def _renew(self) -> bool:
        with organization_scope(self._lease.organization_id):
            touched = queries.run(
                "step_run_renew",
                step_run_id=self._lease.step_run_id,
                lease_token=self._lease.token,
                seconds=settings.LEASE_SECONDS,
            )
        return bool(touched)
