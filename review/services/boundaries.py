"""Splitting, merging and moving sub-documents, and giving them a type: what people hold on their desks is respected.

Anyone who may review a document may do so until a touched sub-document has been decided. Untouched ones keep their
step runs, values, tasks and corrections.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts.access import Access
from accounts.domain.roles import Permission
from documents.domain.arrangement import WantedPage, WantedSubDocument
from documents.models import SubDocument
from documents.selectors.doors import document_get_for, sub_document_get_for
from documents.services.approving.pages import pages_apply, pages_begin
from documents.services.approving.sub_documents import arrangement_apply, arrangement_begin
from documents.services.locks import document_lock
from idp_project.core.errors import Conflict, InvalidInput
from idp_project.core.leases import is_running
from review.domain.refusals import (
    BOUNDARY_NOT_MOVED,
    CHANGED_MEANWHILE,
    NEIGHBOUR_CLAIMED_BY_OTHER,
    NOTHING_BEFORE,
    PAGE_NOT_INSIDE,
)
from review.models import DONE, Correction, ReviewTask, TaskStatus
from review.services.examining import examined_as_arranged
from review.services.own_desk import desk_forget


@transaction.atomic
def document_arrange(
    access: Access,
    document_id: UUID,
    wanted: Sequence[WantedSubDocument],
    *,
    seen: Sequence[int] | None = None,
    pages: Sequence[WantedPage] = (),
) -> list[SubDocument]:
    """Makes the document's sub-documents the wanted ones; gives the touched ones, which go through their steps again.

    `seen` are the first pages that the asker started from: Conflict where they are no longer so. Raises Conflict also
    where what would be touched is decided, being processed, or on somebody else's desk; InvalidInput for no partition.
    `pages`, where given, are all pages in their new order: what is moved, turned or set aside touches its sub-document, and
    `wanted` are the places after that.
    """
    if seen is not None:
        document_get_for(access, document_id, Permission.REVIEW_DOCUMENTS)
        _lock(document_id)
        if list(seen) != [sub_document.first_page for sub_document in _sub_documents(document_id)]:
            raise Conflict(CHANGED_MEANWHILE(), code="changed_meanwhile")
    plan = pages_begin(access, document_id, pages) if pages else None
    if plan:
        wanted = plan.marked(wanted)
    arrangement = arrangement_begin(access, document_id, wanted, plan.order if plan else ())
    check_desks(access, arrangement.plan.touched)
    examined = examined_as_arranged(arrangement.plan.touched)
    _hand_over_tasks(arrangement.plan.removed)
    if plan:
        pages_apply(access, arrangement.document, plan)
    touched = arrangement_apply(access, arrangement)
    for one in examined:
        one.keep(access)
    blank = [sub_document.id for sub_document in touched if sub_document.is_blank]
    closed = _undecided(blank)
    desk_forget(closed.values_list("id", flat=True))
    closed.update(status=TaskStatus.CLOSED, claimed_by=None, claimed_until=None)
    return touched


@transaction.atomic
def sub_document_split(access: Access, sub_document_id: UUID, *, before_page: int) -> list[SubDocument]:
    """Ends the sub-document before that page; the rest of its pages are one of the same type."""
    sub_document, wanted = _open(access, sub_document_id)
    if not sub_document.first_page < before_page <= sub_document.last_page:
        raise InvalidInput(PAGE_NOT_INSIDE(page=before_page), code="no_such_boundary")
    number = _place_of(sub_document, wanted)
    wanted[number : number + 1] = [
        WantedSubDocument(sub_document.first_page, before_page - 1),
        WantedSubDocument(before_page, sub_document.last_page),
    ]
    return document_arrange(access, sub_document.document_id, wanted)


@transaction.atomic
def sub_document_merge(access: Access, sub_document_id: UUID) -> list[SubDocument]:
    """Joins the sub-document to the one before it, whose type both have then, where that is known."""
    sub_document, wanted = _open(access, sub_document_id)
    number = _place_of(sub_document, wanted)
    if number == 0:
        raise InvalidInput(NOTHING_BEFORE(), code="no_such_boundary")
    before = _sub_documents(sub_document.document_id)[number - 1]
    version = before.schema_version or sub_document.schema_version
    schema_id = version.schema_id if version else None
    joined = WantedSubDocument(before.first_page, sub_document.last_page, keeps_type=False, schema_id=schema_id)
    wanted[number - 1 : number + 1] = [joined]
    return document_arrange(access, sub_document.document_id, wanted)


@transaction.atomic
def sub_document_move(access: Access, sub_document_id: UUID, *, first_page: int) -> list[SubDocument]:
    """Moves the boundary before the sub-document: the one before it takes or gives the pages between."""
    sub_document, wanted = _open(access, sub_document_id)
    number = _place_of(sub_document, wanted)
    if number == 0 or not wanted[number - 1].first_page < first_page <= sub_document.last_page:
        raise InvalidInput(BOUNDARY_NOT_MOVED(page=first_page), code="no_such_boundary")
    wanted[number - 1] = replace(wanted[number - 1], last_page=first_page - 1)
    wanted[number] = WantedSubDocument(first_page, sub_document.last_page)
    return document_arrange(access, sub_document.document_id, wanted)


@transaction.atomic
def sub_document_retype(access: Access, sub_document_id: UUID, *, schema_id: UUID | None) -> list[SubDocument]:
    """Says what the sub-document is (None: of no known type); its fields are extracted for that type."""
    sub_document, wanted = _open(access, sub_document_id)
    number = _place_of(sub_document, wanted)
    wanted[number] = WantedSubDocument(
        sub_document.first_page, sub_document.last_page, keeps_type=False, schema_id=schema_id
    )
    return document_arrange(access, sub_document.document_id, wanted)


def _open(access: Access, sub_document_id: UUID) -> tuple[SubDocument, list[WantedSubDocument]]:
    """The sub-document and all those of its document as they are, under lock."""
    sub_document = sub_document_get_for(access, sub_document_id, Permission.REVIEW_DOCUMENTS)
    _lock(sub_document.document_id)
    sub_document.refresh_from_db()
    return sub_document, [
        WantedSubDocument(row.first_page, row.last_page) for row in _sub_documents(sub_document.document_id)
    ]


def _lock(document_id: UUID) -> None:
    document_lock(document_id)


def _sub_documents(document_id: UUID) -> list[SubDocument]:
    rows = SubDocument.objects.filter(document_id=document_id).select_related("schema_version")
    return list(rows.order_by("first_page"))


def _place_of(sub_document: SubDocument, wanted: Sequence[WantedSubDocument]) -> int:
    return [one.first_page for one in wanted].index(sub_document.first_page)


def _undecided(sub_document_ids: Iterable[UUID]) -> QuerySet[ReviewTask]:
    return ReviewTask.objects.filter(sub_document_id__in=sub_document_ids).exclude(status__in=DONE)


def check_desks(access: Access, sub_document_ids: Iterable[UUID]) -> None:
    """Raises Conflict `claimed_by_other` where one of them is on somebody else's desk."""
    held = _undecided(sub_document_ids).filter(is_running("claimed_until")).exclude(claimed_by_id=access.user_id)
    task = held.select_related("claimed_by").first()
    if task is not None:
        raise Conflict(NEIGHBOUR_CLAIMED_BY_OTHER(holder=task.claimed_by), code="claimed_by_other")


def _hand_over_tasks(removed: Mapping[UUID, UUID]) -> None:
    """The corrections of a removed sub-document belong to its heir's task from now on, or its task does."""
    for sub_document_id, heir_id in removed.items():
        task, heir = _undecided([sub_document_id]).first(), _undecided([heir_id]).first()
        if task is None:
            continue
        if heir is None:
            ReviewTask.objects.filter(id=task.id).update(sub_document_id=heir_id)
        else:
            Correction.objects.filter(task=task).update(task=heir)
