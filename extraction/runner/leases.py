"""Leases: who may commit a step. Claimed before the work, renewed by `heartbeat`, fenced at every commit.

1. Worker A claims (token 1), stalls; its lease runs out. 2. Worker B claims (token 2) and works. 3. A wakes up and
commits with token 1: no row matches, A stops. RQ's own job state plays no part in this.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings

from extraction import queries

OWNER_PREFIX = socket.gethostname()[:60]


@dataclass(frozen=True)
class Lease:
    """Proof of a claim. `attempt` counts from 1; `crash_count` is how many workers were lost at this step."""

    organization_id: UUID
    step_run_id: UUID
    step: str
    token: int
    attempt: int
    crash_count: int


def claim(organization_id: UUID, *, step_run_id: UUID | None = None, unit_id: UUID | None = None) -> Lease | None:
    """Claims that step run, or the unit's next one, inside the current tenancy scope.

    None where somebody else has it, where it is not due, or where nothing is left to do.
    """
    row = queries.fetch_one("step_run_claim", step_run_id=step_run_id, unit_id=unit_id, **holder())
    return lease_of(organization_id, row)


def holder() -> dict[str, Any]:
    """Who claims, and for how long: arguments of every statement that does."""
    return {"owner": f"{OWNER_PREFIX}:{os.getpid()}", "seconds": settings.LEASE_SECONDS}


def lease_of(organization_id: UUID, row: Mapping[str, Any] | None) -> Lease | None:
    """What a statement that claims gave; None where it claimed nothing."""
    if row is None or row["id"] is None:
        return None
    return Lease(organization_id, row["id"], row["step"], row["lease_token"], row["attempt"], row["crash_count"])
