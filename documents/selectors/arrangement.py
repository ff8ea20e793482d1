"""How a document is divided into sub-documents, for the page on which people change that. Callers have passed a door."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q

from documents.domain.arrangement import DOUBTFUL_CUT, DOUBTFUL_NO_CUT, fixed_because
from documents.domain.statuses import SubDocumentStatus
from documents.models import Document, SubDocument
from documents.selectors.readable import page_views


def arrangement_view(document: Document) -> dict[str, Any]:
    """`pages` as the viewer takes them, each with its `score` (how much spoke for a boundary before it, None where that
    was not asked), and `sub_documents` in order. `doubtful`: below and from which score a person should look; `is_busy`: while a
    sub-document is being processed. `persons_cells` are table cells that people set or confirmed,
    `why_fixed` says why pages and type cannot be changed.
    """
    persons = Count("field_values", filter=Q(field_values__table_row__isnull=False, field_values__is_confirmed=True))
    rows = document.sub_documents.select_related("schema_version__schema").annotate(persons_cells=persons)
    rows = rows.order_by("first_page")
    sub_documents = [_sub_document(row) for row in rows]
    scores = {int(number): score for row in rows for number, score in row.page_scores.items()}
    scores |= {row.first_page: row.boundary_score for row in rows if row.first_page > 1 and not row.is_blank}
    pages = [page | {"score": scores.get(page["number"])} for page in page_views(document.id)]
    return {
        "pages": pages,
        "sub_documents": sub_documents,
        "doubtful": {"cut": DOUBTFUL_CUT, "no_cut": DOUBTFUL_NO_CUT},
        "is_busy": any(sub_document["status"] == SubDocumentStatus.PROCESSING for sub_document in sub_documents),
    }


def _sub_document(row: SubDocument) -> dict[str, Any]:
    schema = row.schema_version.schema if row.schema_version else None
    is_at_work = row.status == SubDocumentStatus.PROCESSING  # the page says so of the whole document
    fixed = fixed_because(SubDocumentStatus(row.status), was_approved=bool(row.approved_version_number))
    return {
        "id": str(row.id),
        "first_page": row.first_page,
        "last_page": row.last_page,
        "schema_id": str(schema.id) if schema else None,
        "type": schema.name if schema else "",
        "is_blank": row.is_blank,
        "status": row.status,
        "persons_cells": row.persons_cells,  # type: ignore[attr-defined]
        "is_movable": fixed is None,
        "why_fixed": "" if fixed is None or is_at_work else str(fixed),
    }
