"""The rule of retention, once a night: chunk by chunk, each deletion a transaction of its own; a killed run is resumed."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from uuid import UUID

from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.access import Access
from accounts.models import Organization
from accounts.selectors.retention import retention_rule_changed_at, retention_rule_of
from documents.models import Document, RetentionRun, SubDocument
from documents.selectors.retention import documents_expired, sub_documents_expired
from documents.services.approving.approval import approved_delete
from documents.services.removing.removal import batch_drop_if_empty, document_remove, removals_conclude
from documents.services.running.nightly import night_begin, nights_go_on
from idp_project.core.errors import Conflict
from idp_project.core.nightly import last_night
from idp_project.core.tenancy import organization_scope

logger = logging.getLogger(__name__)
CHUNK = 100


def retention_due() -> int:
    """For the clock: once a night every organisation that has a rule, for at most a minute; returns how many runs ended."""
    return nights_go_on(RetentionRun, retention_run, is_wanted=_has_settled_rule)


def retention_run(organization: Organization, *, deadline: float | None = None) -> RetentionRun:
    """Deletes what the organisation's rule says, until the deadline; continues a run that was interrupted."""
    run = night_begin(RetentionRun, organization)
    rule = retention_rule_of(organization)
    access = Access.for_system(organization.id)

    def documents() -> QuerySet[Document]:
        return documents_expired(organization.id, rule).filter(batch__is_held=False)

    def remove(document_id: UUID) -> dict[str, int]:
        batch_id = documents().values_list("batch_id", flat=True).get(id=document_id)  # still so
        removed = document_remove(document_id)
        batch_drop_if_empty(batch_id)
        removals_conclude(access, [removed], reason=f"kept for {rule.days} days")
        return {"documents": 1, "bytes": removed.size_bytes}

    def sub_documents() -> QuerySet[SubDocument]:
        return sub_documents_expired(organization.id, rule)

    def erase(sub_document_id: UUID) -> dict[str, int]:
        reason = f"kept for {rule.pdb_days} days"
        return {"records": int(approved_delete(sub_document_id, access=access, reason=reason))}

    is_over = _each(run, documents, remove, deadline) and _each(run, sub_documents, erase, deadline)
    with organization_scope(organization.id):
        if is_over:
            RetentionRun.objects.filter(id=run.id).update(finished_at=timezone.now())
        return RetentionRun.objects.get(id=run.id)


def _has_settled_rule(organization: Organization) -> bool:
    """Anyone who changes a rule has until the next night to look at the dry run, and to change it back."""
    if retention_rule_of(organization).is_empty:
        return False
    changed_at = retention_rule_changed_at(organization)
    return changed_at is None or changed_at < last_night()


def _each(
    run: RetentionRun,
    rows: Callable[[], QuerySet[Document]] | Callable[[], QuerySet[SubDocument]],
    delete: Callable[[UUID], dict[str, int]],
    deadline: float | None,
) -> bool:
    """Deletes row by row and counts what was deleted in the same transaction; whether all of them were looked at."""
    for row_id in _ids(run.organization_id, rows):
        if deadline is not None and time.monotonic() > deadline:
            return False
        try:
            with organization_scope(run.organization_id):
                deleted = delete(row_id)
                counts = {name: F(name) + number for name, number in deleted.items()}
                RetentionRun.objects.filter(id=run.id).update(**counts)
        except (Conflict, Document.DoesNotExist) as error:
            logger.info("%s is not deleted tonight: %s", row_id, error)
    return True


def _ids(
    organization_id: UUID, rows: Callable[[], QuerySet[Document]] | Callable[[], QuerySet[SubDocument]]
) -> Iterator[UUID]:
    last = UUID(int=0)
    while True:
        with organization_scope(organization_id):
            chunk = list(rows().filter(id__gt=last).order_by("id").values_list("id", flat=True)[:CHUNK])
        yield from chunk
        if len(chunk) < CHUNK:
            return
        last = chunk[-1]
