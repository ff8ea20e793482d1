"""The writer of many sub-documents' status at once. One that is locked and saved passes `check_transition` where it is saved.

A change that `SUB_DOCUMENT_TRANSITIONS` does not allow touches no row. The caller holds the documents under lock, or the
sub-documents' step runs (`documents/services/locks.py`).
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from documents.domain.statuses import SUB_DOCUMENT_TRANSITIONS, SubDocumentStatus
from documents.models import SubDocument


def sub_documents_move(rows: QuerySet[SubDocument], status: SubDocumentStatus, **changes: Any) -> int:
    """Gives those rows that status, with `changes`; returns how many of them might take it."""
    sources = [present for present, allowed in SUB_DOCUMENT_TRANSITIONS.items() if status in allowed]
    return rows.filter(status__in=sources).update(status=status, **changes)
