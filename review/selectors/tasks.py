"""The review queue and the doors to its tasks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from accounts.access import Access
from accounts.domain.roles import Permission
from accounts.models import Team
from documents.domain.statuses import SubDocumentStatus
from documents.models import Schema, SchemaVersion, SubDocument
from documents.policies import check_can, in_visible_teams, shared_with
from documents.selectors.doors import sub_document_get_for
from documents.selectors.drafts import newest_version
from documents.selectors.identities import earlier_of
from documents.selectors.newest import first_of_each
from documents.selectors.schemas import schema_managed_by
from documents.selectors.sensitive import check_shown_whole
from idp_project.core.errors import Forbidden, NotFound
from idp_project.core.leases import is_lapsed
from review.models import (
    UNDECIDED,
    Decision,
    DeskPreference,
    Draft,
    Opinion,
    Rereading,
    ReviewTask,
    TableEdit,
    TaskStatus,
)
from review.policies import has_shares, tasks_visible_to

QUEUE_LENGTH = 200  # tasks that the queue shows
SKIP_HOURS = 8  # a working day: after it, what was skipped is back at its own place
_ORDER = ("priority", "due_at", "created_at")


def task_list(access: Access, *, first: int | None = None) -> QuerySet[ReviewTask]:
    """Visible undecided tasks: the asker's own first, then by priority, deadline and age; at most `first` of them."""
    tasks = _first_tasks(access, first) if first else tasks_visible_to(access).filter(undecided())
    return _ordered(tasks_with_details(tasks), access)


def _ordered(tasks: QuerySet[ReviewTask], access: Access) -> QuerySet[ReviewTask]:
    mine = Case(When(claimed_by_id=access.user_id, then=Value(0)), default=Value(1), output_field=IntegerField())
    return tasks.annotate(mine=mine).order_by("mine", *_ORDER)


def _first_tasks(access: Access, limit: int) -> QuerySet[ReviewTask]:
    """A short index scan a team instead of all that may be seen; of what they find, the first are chosen by id.

    The asker's own and shared tasks are few: they are looked at in full.
    """
    permission = Permission.VIEW_DOCUMENTS
    here = ReviewTask.objects.filter(organization_id=access.required_organization_id)
    waiting = here.filter(undecided())
    teams = Team.objects.filter(organization_id=access.required_organization_id)
    if not access.can_everywhere(permission):
        teams = teams.filter(id__in=access.team_ids_with(permission))
    ids = first_of_each(teams, waiting, "team", limit, _ORDER)
    mine = tasks_visible_to(access).filter(undecided(), claimed_by_id=access.user_id)
    ids = ids.union(mine.order_by().values_list("id"))
    if has_shares(access, permission):
        shared = SubDocument.objects.filter(shared_with(access, permission))
        ids = ids.union(waiting.filter(sub_document__in=shared).order_by().values_list("id"))
    return here.filter(id__in=_ordered(here.filter(id__in=ids), access).values("id")[:limit])


def task_get_for(access: Access, task_id: UUID, permission: Permission = Permission.VIEW_DOCUMENTS) -> ReviewTask:
    """The task, if the asker may see its document; Forbidden where they may, but lack `permission`."""
    task = tasks_with_details(tasks_visible_to(access)).filter(id=task_id).first()
    if task is None:
        raise NotFound
    document = task.sub_document.document
    check_can(access, permission, team_id=task.team_id, batch_id=document.batch_id, document_id=document.id)
    return task


def desk_preferences_of(access: Access) -> dict[str, Any]:
    """How the asker has set their desk: `keys`, `has_singles` and `panels`; {} where they have set nothing."""
    mine = DeskPreference.objects.filter(organization_id=access.organization_id, user_id=access.user_id)  # type: ignore[misc]
    return mine.values("keys", "has_singles", "panels").first() or {}  # type: ignore[return-value]


def draft_of(access: Access, task: ReviewTask) -> dict[str, Any]:
    """What the asker has typed at the task and not yet saved."""
    return Draft.objects.filter(task=task, user_id=access.user_id).values_list("entries", flat=True).first() or {}  # type: ignore[misc]


def task_of_document(access: Access, document_id: UUID) -> ReviewTask | None:
    """The first undecided task of a document."""
    return task_list(access).filter(sub_document__document_id=document_id).first()


def decision_of(sub_document_id: UUID) -> Decision | None:
    """The newest decision on a sub-document, for the pipeline."""
    decisions = Decision.objects.filter(task__sub_document_id=sub_document_id)
    return decisions.select_related("decided_by").order_by("-created_at").first()


def free_for(access: Access) -> Q:
    """Tasks that the asker could take now; not while their pages are being read again, nor what
    they have decided on as one of several people."""
    mine = Q(claimed_by_id=access.user_id)
    said = Opinion.objects.filter(task__status__in=UNDECIDED)
    decided = (said.filter(user_id=access.user_id) if access.user_id else said.none()).values("task_id")
    ready = undecided() & ~Q(sub_document__status=SubDocumentStatus.PROCESSING)
    return ready & ~Q(id__in=decided) & (Q(status=TaskStatus.OPEN) | mine | is_lapsed("claimed_until"))


def undecided() -> Q:
    """Also not those whose batch was just cancelled: they are closed in a moment."""
    return Q(status__in=UNDECIDED) & ~Q(sub_document__status=SubDocumentStatus.CANCELLED)


def tasks_with_details(tasks: QuerySet[ReviewTask]) -> QuerySet[ReviewTask]:
    """In few queries of few tables each: planning one of all nine tables takes longer than running it."""
    tasks = tasks.select_related("sub_document__document__source_file", "sub_document__document__batch")
    people = ("claimed_by", "assigned_to", "waits_for")
    return tasks.prefetch_related("team", *people, "sub_document__schema_version__schema")


def table_edits_of(access: Access, task_id: UUID) -> list[TableEdit]:
    """What was changed in the tables of a task, the newest first, without what the rows held. NotFound where it cannot be
    seen; nothing of a blind sample."""
    task = task_get_for(access, task_id)
    edits = TableEdit.objects.filter(task=task).select_related("made_by").defer("before", "after")
    return [] if task.sub_document.is_blind else list(edits.order_by("-created_at"))


@dataclass(frozen=True)
class EarlierFor:
    """Whether there is an earlier sub-document that is the same, and which, where the asker may see it."""

    is_same: bool
    sub_document: SubDocument | None


def earlier_for(access: Access, task: ReviewTask) -> EarlierFor:
    """What was there before the sub-document on the desk; nothing while it is a blind sample, whose values it would tell."""
    found = None if task.sub_document.is_blind else earlier_of(task.sub_document)
    if found is None:
        return EarlierFor(False, None)
    try:
        earlier = sub_document_get_for(access, found.sub_document.id, Permission.VIEW_DOCUMENTS)
        check_shown_whole(access, earlier.document)
        return EarlierFor(True, earlier)
    except (NotFound, Forbidden):
        return EarlierFor(True, None)


@dataclass(frozen=True)
class RereadingView:
    """`waiting`: how many sub-documents wait with each earlier version, by its number; `last`: how far the newest reading
    again is, None where nobody has asked for one."""

    schema: Schema
    newest: SchemaVersion | None
    waiting: dict[str, int]
    last: Rereading | None

    @property
    def total(self) -> int:
        return sum(self.waiting.values())

    @property
    def is_at_work(self) -> bool:
        return self.last is not None and self.last.finished_at is None


def rereading_view_for(access: Access, schema_id: UUID) -> RereadingView:
    """What of a type waits with earlier versions, among what the asker may review. For managers of the type."""
    schema = schema_managed_by(access, schema_id)
    newest = newest_version(schema)
    rows = waiting_with_older(access, schema.id, newest).order_by("schema_version__published_at")
    counted = rows.values_list("schema_version__number").annotate(n=Count("id"))
    last = Rereading.objects.filter(schema=schema).order_by("-created_at").first()
    return RereadingView(schema, newest, dict(counted), last)


def waiting_with_older(access: Access, schema_id: UUID, newest: SchemaVersion | None) -> QuerySet[SubDocument]:
    """Undecided sub-documents of the type that were read under a version before `newest`, which the asker may review."""
    if newest is None:
        return SubDocument.objects.none()
    mine = SubDocument.objects.filter(in_visible_teams(access, Permission.REVIEW_DOCUMENTS))
    return mine.filter(
        schema_version__schema_id=schema_id,
        schema_version__published_at__lt=newest.published_at,
        status=SubDocumentStatus.IN_REVIEW,
        approved_version_number=0,
    )
