"""What people corrected.

The caller has passed a door, or runs inside a job.
"""

from __future__ import annotations

from uuid import UUID

from documents.domain.statuses import SubDocumentStatus
from documents.models import ApprovedVersion


def corrected_values(document_id: UUID) -> dict[int, list[tuple[str, str]]]:
    """By page: (name, value) of what people corrected in the newest approved versions, withdrawn ones left out.

    A value without a place counts for its sub-document's first page.
    """
    versions = ApprovedVersion.objects.filter(sub_document__document_id=document_id).exclude(content={})
    newest = versions.exclude(sub_document__status=SubDocumentStatus.WITHDRAWN).order_by("sub_document_id", "-number")
    found: dict[int, list[tuple[str, str]]] = {}
    for version in newest.distinct("sub_document_id"):
        content = version.approved
        for cell in content.cells:
            if cell.corrected_by and cell.value:
                page = cell.provenance.page_number if cell.provenance else content.first_page
                found.setdefault(page, []).append((cell.name, cell.value))
    return found
