"""Stored candidates with their evidence. The caller has passed a door, or runs inside a job."""

from __future__ import annotations

from documents.domain.page_reading import PageReading
from documents.models import PageCandidates, SubDocument


def candidates_of(sub_document: SubDocument) -> dict[int, PageReading]:
    """By page number: everything that could be a value on the sub-document's pages, as it was read last. Pages that an older
    release read have none.
    """
    pages = (sub_document.first_page, sub_document.last_page)
    rows = PageCandidates.objects.filter(page__document_id=sub_document.document_id, page__number__range=pages)
    return {row.page.number: row.reading for row in rows.select_related("page").only("data", "page__number")}
