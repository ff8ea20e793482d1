"""Holding a task: taking the next best, taking one over, and the end of what nobody renewed.

A claim is a lease of `CLAIM_MINUTES`, renewed only while somebody is there. With it ends everything that is known of when
they were there: neither heartbeats nor idle times are kept anywhere.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts.access import Access
from accounts.domain.roles import Permission
from accounts.services.audit.trail import audit_record
from idp_project.core.errors import Conflict, InvalidInput
from idp_project.core.leases import is_lapsed
from idp_project.core.tenancy import organization_scope, system_scope
from review.domain.notices import TAKEN_OVER
from review.domain.refusals import NOTE_MISSING, TASK_CLOSED, TASK_DECIDED
from review.models import DONE, CommentKind, ReviewTask, TaskStatus
from review.selectors.next_best import task_next_for
from review.selectors.tasks import task_get_for
from review.services.comments import comment_add, notify
from review.services.tasks import task_claim, task_locked


@transaction.atomic
def task_take_next(access: Access, *, after: UUID | None = None) -> ReviewTask | None:
    """Puts the next-best task onto the asker's desk; None where nothing is left. Of any number who ask at once, no two get
    the same one: a row that another is taking is passed over."""
    task = task_next_for(access, after=after, takes=True)
    return task_claim(access, task.id) if task else None


@transaction.atomic
def task_take_over(access: Access, task_id: UUID, *, note: str) -> ReviewTask:
    """Takes a task from the person who holds it, with a note that they read. For managers of its team; audited.

    What they had set stays, as with every task that comes back. InvalidInput without a note, Conflict once it is decided.
    """
    task_get_for(access, task_id, Permission.MANAGE_BATCHES)
    if not note.strip():
        raise InvalidInput(NOTE_MISSING(), code="note_missing")
    task = task_locked(access, task_id)
    if task.status in DONE:
        raise Conflict(TASK_DECIDED() if task.status == TaskStatus.DECIDED else TASK_CLOSED(), code="already_decided")
    holder_id = task.claimed_by_id if task.claimed_by_id != access.user_id else None
    ReviewTask.objects.filter(id=task.id).update(status=TaskStatus.OPEN, claimed_by=None, claimed_until=None)
    taken = task_claim(access, task_id)
    comment_add(access, taken, CommentKind.TAKEN_OVER, note, to_id=holder_id)
    said = TAKEN_OVER(by=access.display_name, file=task.sub_document.document.source_file.name, note=note.strip())
    notify(holder_id, said, organization_id=task.organization_id, task=task)
    audit_record(
        access,
        "review_taken_over",
        object_kind="sub_document",
        object_id=task.sub_document_id,
        details={"from": str(holder_id) if holder_id else None, "note": note.strip()[:500]},
    )
    return taken


def leases_end() -> int:
    """Opens the tasks whose lease nobody renewed, in every organisation, and forgets who was there until when; the clock's.
    Returns their number."""
    with system_scope("review tasks that nobody holds any more"):
        ids = set(_lapsed().order_by().values_list("organization_id", flat=True))
    return sum(_end_in(organization_id) for organization_id in ids)


def _lapsed() -> QuerySet[ReviewTask]:
    return ReviewTask.objects.filter(is_lapsed("claimed_until"), status=TaskStatus.CLAIMED)


def _end_in(organization_id: UUID) -> int:
    with organization_scope(organization_id):
        locked = _lapsed().select_for_update(skip_locked=True, of=("self",), no_key=True)
        ids = list(locked.values_list("id", flat=True))
        return ReviewTask.objects.filter(id__in=ids).update(status=TaskStatus.OPEN, claimed_by=None, claimed_until=None)
