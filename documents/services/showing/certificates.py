"""Certificates as people open them, with the entries that go with it."""

from __future__ import annotations

from uuid import UUID

from accounts.access import Access
from documents.domain.refusals import PAGE_WITHOUT_PICTURE
from documents.selectors.certificates import Certificate, certificate_for
from documents.services.showing.audited_reads import documents_seen
from documents.services.showing.value_pictures import value_picture
from idp_project.core.errors import NotFound


def certificate_open(access: Access, sub_document_id: UUID, path: str) -> Certificate:
    """`certificate_for`; the document is noted as viewed."""
    found = certificate_for(access, sub_document_id, path)
    documents_seen(access, [found.document_id])
    return found


def certificate_picture(access: Access, sub_document_id: UUID, path: str) -> bytes:
    """Where the value is printed, as a JPEG. Raises NotFound where it has no place, or the page is gone."""
    found = certificate_open(access, sub_document_id, path)
    place = found.cell.provenance
    if found.page_id is None or place is None or place.polygon is None:
        raise NotFound(PAGE_WITHOUT_PICTURE())
    return value_picture(access, found.page_id, place.polygon)
