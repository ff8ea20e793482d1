"""What is done once a night for each organisation: one row per night, resumed where it was interrupted."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from accounts.models import Organization
from documents.models import FileSweep, RetentionRun
from idp_project.core.logs import log_scope
from idp_project.core.nightly import last_night
from idp_project.core.tenancy import organization_scope

SECONDS_AT_ONCE = 60.0
Night = TypeVar("Night", RetentionRun, FileSweep)


def nights_go_on(model: type[Night], work: Callable[..., Night], *, is_wanted: Callable[[Organization], bool]) -> int:
    """Does every organisation's that is wanted and due, for at most a minute: `work` takes the organisation and a
    `deadline`. Returns how many ended.

    In any order, so that one whose work is long does not keep the same others waiting minute after minute.
    """
    deadline, ended = time.monotonic() + SECONDS_AT_ONCE, 0
    for organization in Organization.objects.order_by("?"):
        with log_scope(organization_id=organization.id):
            if is_wanted(organization) and _is_due(model, organization):
                ended += work(organization, deadline=deadline).finished_at is not None
        if time.monotonic() > deadline:
            break
    return ended


def night_begin(model: type[Night], organization: Organization) -> Night:
    """The organisation's night that was interrupted, else a new one."""
    with organization_scope(organization.id):
        unfinished = model.objects.filter(organization=organization, finished_at__isnull=True).first()
        return unfinished or model.objects.create(organization=organization)


def _is_due(model: type[Night], organization: Organization) -> bool:
    with organization_scope(organization.id):
        newest = model.objects.filter(organization=organization).first()
    return newest is None or newest.finished_at is None or newest.created_at < last_night()
