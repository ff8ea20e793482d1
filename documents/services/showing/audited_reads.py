"""Opening documents for people: what is shown or taken leaves an audit entry, one an hour for what is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.access import Access
from accounts.domain.roles import Permission
from accounts.services.audit.trail import audit_record, audit_record_once
from documents import storage
from documents.domain.pipeline import StepName
from documents.domain.refusals import NOT_SCANNED, VIRUS_IN_FILE
from documents.domain.statuses import TERMINAL_STEP_STATUSES
from documents.models import Document, StepRun
from documents.selectors.doors import document_detail_for, document_get_for, page_get_for
from documents.selectors.duplicates import duplicates_among
from documents.selectors.older_versions import waiting_with_older_version
from documents.selectors.readable import document_view_for, pages_visible
from documents.selectors.regions import document_regions, region_views
from documents.selectors.sensitive import (
    check_shown_whole,
    hide_in,
    mask_for,
    shown_metadata,
    shown_regions,
    shown_words,
)
from idp_project.core.errors import Conflict, Forbidden, NotFound
from idp_project.core.virus_scan import INFECTED


@dataclass(frozen=True)
class Original:
    """A file as received. `file` is open for reading."""

    name: str
    file: Any


def documents_seen(access: Access, document_ids: Iterable[UUID]) -> None:
    """Notes who looks at the documents; the caller has opened their doors."""
    for document_id in sorted(set(document_ids)):
        audit_record_once(access, "document_seen", object_kind="document", object_id=document_id)


def document_view_open(access: Access, document_id: UUID) -> dict[str, Any]:
    """`document_view_for`, noted; `older`: ids of the sub-documents that may be read again under a newer version."""
    view = document_view_for(access, document_id) | {"older": waiting_with_older_version(document_id)}
    documents_seen(access, [document_id])
    return view


def document_detail_open(access: Access, document_id: UUID) -> Document:
    """`document_detail_for`, noted, with what it is a duplicate of."""
    document = document_detail_for(access, document_id)
    document.duplicate_of = duplicates_among(access, [document]).get(document.id)
    document.shown_regions = document_regions(document)  # type: ignore[attr-defined]
    if mask := mask_for(access, document):
        document.shown_regions = shown_regions(document.shown_regions, mask)  # type: ignore[attr-defined]
        document.metadata = shown_metadata(document, mask)
        for sub_document in document.sub_documents.all():
            cells = [cell for row in sub_document.table_rows.all() for cell in row.cells.all()]
            hide_in(sub_document, [*sub_document.field_values.all(), *cells], mask)
    documents_seen(access, [document_id])
    return document


def page_words_open(access: Access, page_id: UUID) -> dict[str, Any]:
    """{words, regions} of a page as stored, without what the asker may not see; noted as a look at its document."""
    page = page_get_for(access, page_id)
    documents_seen(access, [page.document_id])
    mask = mask_for(access, page.document)
    return {"words": shown_words(page, mask), "regions": shown_regions(region_views(page), mask, page.number)}


def pages_open(access: Access, page_ids: Sequence[UUID]) -> list[UUID]:
    """Those of the pages that the asker may see; their documents are noted as viewed."""
    pages = pages_visible(access, page_ids)
    documents_seen(access, pages.values())
    return list(pages)


def original_open(access: Access, document_id: UUID) -> Original:
    """The file as received, for anyone who may download it; noted every time.

    Raises NotFound where the file is gone, Forbidden where a virus was found in it or it has values that the asker may not
    see, Conflict before it is scanned.
    """
    document = document_get_for(access, document_id, Permission.DOWNLOAD_DOCUMENTS)
    check_shown_whole(access, document)
    source = document.source_file
    if not storage.is_stored(source.storage_name):
        raise NotFound
    check_scanned(document)
    file = storage.original_open(source.storage_name)
    audit_record(
        access,
        "original_downloaded",
        object_kind="document",
        object_id=document.id,
        details={"sha256": source.sha256, "bytes": source.size_bytes},
    )
    return Original(source.name, file)


def check_scanned(document: Document) -> None:
    """Raises Forbidden where a virus was found in its file, Conflict before that is known."""
    if document.error_code == INFECTED:
        raise Forbidden(VIRUS_IN_FILE(), code=INFECTED)
    upload = StepRun.objects.filter(unit_id=document.id, step=StepName.UPLOAD)
    if upload.exclude(status__in=TERMINAL_STEP_STATUSES).exists():
        raise Conflict(NOT_SCANNED(), code="not_scanned")
