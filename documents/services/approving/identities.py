"""Knowing a record again: the same file, text, or number of the same sender is not delivered twice by itself."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from documents import queries
from documents.domain.duplicates import PageContent, content_hash
from documents.domain.identity_reasons import RECEIVED_BEFORE
from documents.domain.overrides import RECEIVED_CHECK
from documents.domain.record_identity import identity_of
from documents.domain.values import CheckOutcome, CheckResult
from documents.models import SubDocument, SubDocumentIdentity
from documents.selectors.identities import earlier_same
from documents.selectors.words import words_of


def identity_check(
    sub_document: SubDocument, values: Mapping[str, str], *, is_final: bool = False
) -> tuple[CheckResult, ...]:
    """Stores a sub-document's identity keys; returns a failed check if an earlier sub-document has one of them.

    `values` are normalised ones by field. With `is_final` it waits until others with the same keys are committed.
    """
    identity = _stored(sub_document, values)
    if identity is None:
        return ()
    if is_final:
        _wait_for_others(identity)
    earlier = earlier_same(identity)
    if earlier is None:
        return ()
    day = earlier.sub_document.document.created_at.date().isoformat()
    return (CheckResult(RECEIVED_CHECK, CheckOutcome.FAILED, (), RECEIVED_BEFORE[earlier.kind](day=day)),)


def identities_forget(sub_document_ids: list[UUID]) -> None:
    """Deletes the identity keys of records that are deleted."""
    SubDocumentIdentity.objects.filter(sub_document_id__in=sub_document_ids).delete()


def _stored(sub_document: SubDocument, values: Mapping[str, str]) -> SubDocumentIdentity | None:
    version = sub_document.schema_version
    if version is None:
        identities_forget([sub_document.id])
        return None
    known = identity_of(version.spec, values, words_of(sub_document.organization))
    pages, file_key = _pages_of(sub_document)
    row, _ = SubDocumentIdentity.objects.update_or_create(
        sub_document=sub_document,
        defaults={
            "organization_id": sub_document.organization_id,
            "schema_id": version.schema_id,
            "number": known.number[:200],
            "numbers": sorted(number[:200] for number in known.numbers),
            "senders": sorted(sender[:300] for sender in known.senders),
            "amount": known.amount[:60],
            "content_key": content_hash(pages),
            "file_key": file_key,
        },
    )
    return row


def _pages_of(sub_document: SubDocument) -> tuple[list[PageContent], str]:
    """What its pages say, nothing where one could not be read; and its file with the pages."""
    first, last = sub_document.first_page, sub_document.last_page
    facts = list(sub_document.read_pages.values_list("facts__read_text__content", flat=True))
    contents = [PageContent(**content) for content in facts if content]
    digest = sub_document.document.source_file.sha256
    return contents if len(contents) == len(facts) else [], f"{digest}:{first}-{last}" if digest else ""


def _wait_for_others(identity: SubDocumentIdentity) -> None:
    numbers = {f"{identity.schema_id} {number}" for number in (identity.number, *identity.numbers) if number}
    keys = {*numbers, identity.content_key, identity.file_key}
    for key in sorted(filter(None, keys)):
        queries.fetch_all("identity_lock", key=f"{identity.organization_id} {key}")
