"""Rehearsals as the person who asked for them sees them, and the approved documents that they can be run over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet

from accounts.access import Access
from accounts.domain.roles import Permission
from documents.domain.statuses import APPROVED_STATUSES
from documents.models import Page, Rehearsal, RehearsedDocument, Schema, SchemaDraft, SubDocument
from documents.policies import documents_visible_to
from documents.selectors.schemas import schema_managed_by
from idp_project.core.errors import NotFound

ADVISED_FROM = 20  # approved documents, from which a rehearsal says something
MOST_PAGES = 30  # of one document; longer ones are left out
MOST_DIFFERENCES = 100  # documents that are shown


@dataclass(frozen=True)
class RehearsalView:
    """`done` of `rehearsal.documents`; `differences` are the first documents in which a value would be another one."""

    rehearsal: Rehearsal
    done: int
    differences: list[dict[str, Any]]

    @property
    def status(self) -> str:
        return "finished" if self.rehearsal.finished_at else "running"

    @property
    def seconds(self) -> float | None:
        """From the request to the end; None while it is under way."""
        ended = self.rehearsal.finished_at
        return round((ended - self.rehearsal.created_at).total_seconds(), 1) if ended else None


def approved_to_rehearse(access: Access, schema: Schema) -> QuerySet[SubDocument]:
    """Approved sub-documents of the type whose text is stored and which the asker may see, in an order that is as good as drawn
    and always the same: ids are random."""
    read = Page.objects.filter(document=OuterRef("document"), text__isnull=False)
    approved = SubDocument.objects.filter(
        Exists(read),
        schema_version__schema=schema,
        status__in=APPROVED_STATUSES,
        is_blind=False,
        document__in=documents_visible_to(access, Permission.REVIEW_DOCUMENTS),
        last_page__lt=F("first_page") + MOST_PAGES,
    )
    return approved.order_by("id")


def is_rehearsal_advised(access: Access, schema: Schema, draft: SchemaDraft) -> bool:
    """Whether there are enough approved documents, and this revision of the draft was not rehearsed."""
    if Rehearsal.objects.filter(draft_id=draft.pk, revision=draft.revision).exists():
        return False
    found = approved_to_rehearse(access, schema).order_by().values_list("id", flat=True)
    return len(found[:ADVISED_FROM]) == ADVISED_FROM


def rehearsals_for(access: Access, schema_id: UUID) -> list[RehearsalView]:
    """The asker's own of that type, the newest first, without the documents. For managers of the type."""
    schema = schema_managed_by(access, schema_id)
    rows = Rehearsal.objects.filter(schema=schema, user_id=access.required_user_id)
    return [RehearsalView(row, _done(row), []) for row in rows]


def rehearsal_get_for(access: Access, schema_id: UUID, rehearsal_id: UUID) -> RehearsalView:
    """One of the asker's own. For managers of the type; NotFound for other people's. Documents that the asker may no longer
    see are left out of the differences.
    """
    schema = schema_managed_by(access, schema_id)
    row = Rehearsal.objects.filter(id=rehearsal_id, schema=schema, user_id=access.required_user_id).first()
    if row is None:
        raise NotFound
    return RehearsalView(row, _done(row), _differences(access, row))


def _done(rehearsal: Rehearsal) -> int:
    """Documents that were deleted meanwhile count as done."""
    left = RehearsedDocument.objects.filter(rehearsal=rehearsal, result__isnull=True).count()
    return rehearsal.documents - left


def _differences(access: Access, rehearsal: Rehearsal) -> list[dict[str, Any]]:
    rows = RehearsedDocument.objects.filter(rehearsal=rehearsal, result__is_different=True)
    rows = rows.filter(sub_document__document__in=documents_visible_to(access, Permission.REVIEW_DOCUMENTS))
    chosen = rows.select_related("sub_document__document__source_file").order_by("position")[:MOST_DIFFERENCES]
    return [_difference(row) for row in chosen if row.result]


def _difference(row: RehearsedDocument) -> dict[str, Any]:
    sub_document, result = row.sub_document, row.result or {}
    return {
        "document_id": sub_document.document_id,
        "file_name": sub_document.document.source_file.name,
        "first_page": sub_document.first_page,
        "last_page": sub_document.last_page,
        "was_automatic": result["was_automatic"],
        "is_automatic": result["is_automatic"],
        "values": [value for value in result["values"] if value["state"] != "same"],
    }
