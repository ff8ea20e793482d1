"""Finds the earlier duplicate of a sub-document."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from documents.domain.duplicates import DuplicateKind
from documents.domain.statuses import APPROVED_STATUSES, SubDocumentStatus
from documents.models import SubDocument, SubDocumentIdentity

_GONE = (
    SubDocumentStatus.REJECTED,
    SubDocumentStatus.FAILED,
    SubDocumentStatus.WITHDRAWN,
    SubDocumentStatus.CANCELLED,
    SubDocumentStatus.BLANK,
)


@dataclass(frozen=True)
class EarlierSame:
    """The sub-document that was there before, and how the two are the same."""

    sub_document: SubDocument
    kind: DuplicateKind


def earlier_same(identity: SubDocumentIdentity) -> EarlierSame | None:
    """Returns the organisation's first duplicate that was received earlier, or is approved already; None without one. Those
    that a person rejected, withdrew or cancelled do not count. No matter who may see it: the caller decides what to show."""
    found = [
        EarlierSame(other.sub_document, kind)
        for other in _others(identity)
        if (kind := _kind(identity, other)) and _comes_before(other.sub_document, identity.sub_document)
    ]
    return min(found, key=lambda one: _age(one.sub_document), default=None)


def earlier_of(sub_document: SubDocument) -> EarlierSame | None:
    """Returns what `earlier_same` does, from the stored keys; None without them."""
    identity = SubDocumentIdentity.objects.filter(sub_document=sub_document).first()
    return earlier_same(identity) if identity else None


def _others(identity: SubDocumentIdentity) -> list[SubDocumentIdentity]:
    keys = Q()
    if identity.number:
        forms = Q(number=identity.number) | Q(numbers__overlap=identity.numbers)
        keys |= Q(schema_id=identity.schema_id) & forms
    if identity.content_key:
        keys |= Q(content_key=identity.content_key)
    if identity.file_key:
        keys |= Q(file_key=identity.file_key)
    if not keys:
        return []
    rows = SubDocumentIdentity.objects.filter(keys, organization_id=identity.organization_id)
    rows = rows.exclude(sub_document_id=identity.sub_document_id).exclude(sub_document__status__in=_GONE)
    return list(rows.select_related("sub_document__document"))


def _kind(identity: SubDocumentIdentity, other: SubDocumentIdentity) -> DuplicateKind | None:
    if identity.file_key and identity.file_key == other.file_key:
        return DuplicateKind.SAME_BYTES
    if identity.content_key and identity.content_key == other.content_key:
        return DuplicateKind.SAME_CONTENT
    if identity.schema_id == other.schema_id and identity.known.is_same_as(other.known):
        is_same = identity.known.is_of_amount(other.known)
        return DuplicateKind.SAME_NUMBER if is_same else DuplicateKind.OTHER_AMOUNT
    return None


def _comes_before(other: SubDocument, this: SubDocument) -> bool:
    """Whether the other one is the original: the earlier one, or the only approved one. One with a record of its own was no
    copy when it was approved."""
    if other.status in APPROVED_STATUSES and not this.approved_version_number:
        return True
    return _age(other) < _age(this)


def _age(sub_document: SubDocument) -> tuple[object, ...]:
    return (sub_document.document.created_at, str(sub_document.document_id), sub_document.first_page)
