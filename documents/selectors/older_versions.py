"""Which sub-documents wait for a person with a version of their type that is not the newest."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef

from documents.domain.statuses import SubDocumentStatus
from documents.models import SchemaVersion, SubDocument


def waiting_with_older_version(document_id: UUID) -> set[str]:
    """The ids of those of a document that may be read again; the caller has opened the document's door."""
    newer = SchemaVersion.objects.filter(
        schema_id=OuterRef("schema_version__schema_id"), published_at__gt=OuterRef("schema_version__published_at")
    )
    waiting = SubDocument.objects.filter(
        document_id=document_id, status=SubDocumentStatus.IN_REVIEW, approved_version_number=0
    )
    return {str(found) for found in waiting.filter(Exists(newer)).values_list("id", flat=True)}
