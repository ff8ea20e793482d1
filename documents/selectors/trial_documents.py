"""Documents on which a document type can be tried: read, visible to the asker, and not to be entered blind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from accounts.access import Access
from accounts.domain.roles import Permission
from documents.domain.statuses import APPROVED_STATUSES, DocumentStatus, SubDocumentStatus
from documents.models import Document, Page, Schema, SubDocument
from documents.policies import documents_visible_to

MOST = 50
OF_THIS_TYPE, UNKNOWN, OTHER = "this_type", "unknown_type", "other_type"
GROUPS = (OF_THIS_TYPE, UNKNOWN, OTHER)
_READ = (DocumentStatus.IN_REVIEW, DocumentStatus.DELIVERING, DocumentStatus.COMPLETED)


@dataclass(frozen=True)
class TrialDocument:
    """`group` says whether it has a sub-document of the type, of unknown type, or neither; `first_page` and `last_page` are
    those of that sub-document. `page_id` is its first page, for a thumbnail.
    """

    id: UUID
    file_name: str
    status: str
    page_count: int
    created_at: datetime
    group: str
    type_name: str
    first_page: int
    last_page: int
    page_id: UUID | None
    is_approved: bool


def triable_documents(access: Access) -> QuerySet[Document]:
    """Documents that the asker reviews and whose text is stored, without those of which a sub-document is in the blind sample."""
    blind = SubDocument.objects.filter(document=OuterRef("pk"), is_blind=True)
    read = Page.objects.filter(document=OuterRef("pk"), text__isnull=False)
    reviewed = documents_visible_to(access, Permission.REVIEW_DOCUMENTS)  # who sees every value
    return reviewed.filter(Exists(read), ~Exists(blind), status__in=_READ)


def trial_documents(access: Access, schema: Schema) -> list[TrialDocument]:
    """Documents of this type first, then those of unknown type, then all others; the newest first in each group, at most
    MOST. The caller has checked who asks.
    """
    found: dict[UUID, tuple[str, Document]] = {}
    for group in GROUPS:
        rows = triable_documents(access).filter(_in_group(group, schema)).exclude(id__in=list(found))
        chosen = rows.select_related("source_file").order_by("-created_at")[: MOST - len(found)]
        found |= {row.id: (group, row) for row in chosen}
    return list(_as_shown(found, schema))


def _in_group(group: str, schema: Schema) -> Exists:
    sub_documents = SubDocument.objects.filter(document=OuterRef("pk"))
    if group == OF_THIS_TYPE:
        return Exists(sub_documents.filter(schema_version__schema=schema))
    if group == UNKNOWN:
        return Exists(sub_documents.filter(schema_version=None, is_blank=False))
    return Exists(sub_documents.filter(schema_version__isnull=False).exclude(schema_version__schema=schema))


def _as_shown(found: dict[UUID, tuple[str, Document]], schema: Schema) -> Iterator[TrialDocument]:
    sub_documents: dict[UUID, list[SubDocument]] = {}
    rows = SubDocument.objects.filter(document__in=list(found)).select_related("schema_version__schema")
    for row in rows.order_by("first_page"):
        sub_documents.setdefault(row.document_id, []).append(row)
    numbered = Page.objects.filter(document__in=list(found)).values_list("document_id", "number", "id")
    pages = {(document_id, number): page_id for document_id, number, page_id in numbered}
    for document_id, (group, document) in found.items():
        chosen = chosen_sub_document(sub_documents.get(document_id, []), schema.id)
        first, last = (chosen.first_page, chosen.last_page) if chosen else (1, document.page_count or 1)
        yield TrialDocument(
            id=document_id,
            file_name=document.source_file.name,
            status=document.status,
            page_count=document.page_count or 0,
            created_at=document.created_at,
            group=group,
            type_name=chosen.schema_version.schema.name if chosen and chosen.schema_version else "",
            first_page=first,
            last_page=last,
            page_id=pages.get((document_id, first)),
            is_approved=bool(chosen and chosen.status in APPROVED_STATUSES),
        )


def chosen_sub_document(rows: list[SubDocument], schema_id: UUID, first_page: int | None = None) -> SubDocument | None:
    """The one that begins on that page; without a page the first of this type, else the first of unknown type, else the
    first that is not blank. None where there is no such one.
    """

    def rank(row: SubDocument) -> Any:
        version = row.schema_version
        is_mine = version is not None and version.schema_id == schema_id
        return (not is_mine, version is not None, row.first_page)

    rows = [row for row in rows if row.status != SubDocumentStatus.BLANK and not row.is_blank]
    if first_page is not None:
        return next((row for row in rows if row.first_page == first_page), None)
    return min(rows, key=rank, default=None)
