"""Pausing and resuming an organisation or a queue: no further step of a document begins, and no indexing.

What runs finishes its step; what is approved, corrected or withdrawn is still delivered, to the search index too.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts.access import Access
from accounts.domain.roles import Permission
from accounts.services.audit.trail import audit_record
from documents import queries
from documents.domain.refusals import UNKNOWN_QUEUE
from documents.models import Pause
from documents.selectors.pauses import is_paused as is_held
from documents.services.intake.admission import documents_admit
from idp_project.core.enqueue import current_queue
from idp_project.core.errors import Forbidden, InvalidInput
from idp_project.core.tenancy import organization_scope, system_scope


@transaction.atomic
def organization_pause(access: Access, *, reason: str = "") -> None:
    """No further step of the asker's organisation begins. Harmless where it is paused already."""
    organization_id = _own(access)
    Pause.objects.get_or_create(
        organization_id=organization_id, defaults={"reason": reason.strip()[:200], "paused_by_id": access.user_id}
    )
    audit_record(access, "processing_paused", object_kind="organization", object_id=organization_id)


@transaction.atomic
def organization_resume(access: Access) -> None:
    """Its work goes on where it stopped."""
    organization_id = _own(access)
    Pause.objects.filter(organization_id=organization_id).delete()
    queries.run("runs_check_now", organization_id=organization_id)
    documents_admit(organization_id)
    audit_record(access, "processing_resumed", object_kind="organization", object_id=organization_id)


@transaction.atomic
def queue_pause(access: Access, queue: str, *, reason: str = "") -> None:
    """No further step of that queue begins, in any organisation. Raises InvalidInput for an unknown queue."""
    _check_queue(access, queue)
    with system_scope("a super admin pauses a queue"):
        Pause.objects.get_or_create(
            queue=queue, defaults={"reason": reason.strip()[:200], "paused_by_id": access.user_id}
        )


@transaction.atomic
def queue_resume(access: Access, queue: str) -> None:
    _check_queue(access, queue)
    with system_scope("a super admin resumes a queue"):
        Pause.objects.filter(queue=queue).delete()
        queries.run("runs_check_now", organization_id=None)


def pause_set(access: Access, *, queue: str = "", is_paused: bool, reason: str = "") -> None:
    """Pauses or resumes a queue, or (without one) the asker's organisation."""
    if queue and is_paused:
        queue_pause(access, queue, reason=reason)
    elif queue:
        queue_resume(access, queue)
    elif is_paused:
        organization_pause(access, reason=reason)
    else:
        organization_resume(access)


def unless_paused(function: Callable[..., None]) -> Callable[..., None]:
    """Decorates the entry point of a job that does not begin while its organisation or its queue is paused."""

    @wraps(function)
    def run(organization_id: str, **ids: Any) -> None:
        with organization_scope(UUID(organization_id)):
            is_stopped = is_held(UUID(organization_id), current_queue())
        if not is_stopped:
            function(organization_id, **ids)

    return run


def _own(access: Access) -> UUID:
    if not access.can_everywhere(Permission.MANAGE_ORGANIZATION):
        raise Forbidden
    return access.required_organization_id


def _check_queue(access: Access, queue: str) -> None:
    if not access.is_super:
        raise Forbidden
    if queue not in settings.QUEUE_NAMES:
        raise InvalidInput(UNKNOWN_QUEUE(), code="unknown_queue")
