"""What a rule of retention would delete now, and what it deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from accounts.access import Access
from accounts.domain.retention import RetentionRule
from accounts.models import Organization
from accounts.selectors.organization import organization_managed_by
from accounts.selectors.retention import retention_rule_of
from documents.domain.statuses import TERMINAL_DOCUMENT_STATUSES, SubDocumentStatus
from documents.models import Delivery, Document, Event, RetentionRun, SubDocument
from documents.models.approval import UNFINISHED_DELIVERIES, EventKind
from documents.selectors.doors import batch_get_for
from documents.selectors.state import deletion_facts


@dataclass(frozen=True)
class RetentionPlan:
    """What would go now: `documents` with `pages` and the `bytes` of their files, `records`; `held` are kept by a
    legal hold. `rule` is what holds, no matter who set it."""

    rule: RetentionRule
    documents: int = 0
    pages: int = 0
    bytes: int = 0
    records: int = 0
    held: int = 0


@dataclass(frozen=True)
class RetentionPlanView:
    """For the organisation's page. `last` is the last run, None before the first."""

    organization: Organization
    plan: RetentionPlan
    last: RetentionRun | None


def retention_view_for(access: Access) -> RetentionPlanView:
    """For org admins. Raises Forbidden for others."""
    organization = organization_managed_by(access)
    last = RetentionRun.objects.filter(organization=organization).first()
    return RetentionPlanView(organization, retention_plan(organization), last)


def retention_plan(organization: Organization) -> RetentionPlan:
    """A dry run; inside the organisation's tenancy scope."""
    rule = retention_rule_of(organization)
    documents = documents_expired(organization.id, rule)
    found = documents.filter(batch__is_held=False).aggregate(
        documents=Count("id"),
        pages=Sum("page_count"),
        bytes=Sum(F("source_file__size_bytes") + F("source_file__pdf_bytes")),
    )
    records = sub_documents_expired(organization.id, rule).count()
    held = documents.filter(batch__is_held=True).count()
    return RetentionPlan(rule, records=records, held=held, **{name: value or 0 for name, value in found.items()})


def documents_expired(organization_id: UUID, rule: RetentionRule) -> QuerySet[Document]:
    """Ended for so long, and nothing of them is under way or dead; those under a legal hold too."""
    documents = Document.objects.filter(
        organization_id=organization_id, status__in=TERMINAL_DOCUMENT_STATUSES, run__finished_at__isnull=False
    )
    if rule.days is None:
        return documents.none()
    return documents.filter(finished_at__lt=_before(rule.days)).exclude(documents_undelivered_q())


def sub_documents_expired(organization_id: UUID, rule: RetentionRule) -> QuerySet[SubDocument]:
    """Approved so long ago, not on a desk, not under way, not under a legal hold, not deleted from the database yet."""
    sub_documents = SubDocument.objects.filter(
        organization_id=organization_id,
        approved_version_number__gt=0,
        status__in=[SubDocumentStatus.DELIVERED, SubDocumentStatus.WITHDRAWN],
        document__batch__is_held=False,
    )
    if rule.pdb_days is None:
        return sub_documents.none()
    newest = Event.objects.filter(sub_document=OuterRef("pk")).order_by("-sequence")
    sub_documents = sub_documents.annotate(
        newest_kind=Subquery(newest.values("kind")[:1]), newest_at=Subquery(newest.values("created_at")[:1])
    )
    undelivered = Delivery.objects.filter(event__sub_document=OuterRef("pk"), status__in=UNFINISHED_DELIVERIES)
    return sub_documents.filter(newest_at__lt=_before(rule.pdb_days)).exclude(
        Q(newest_kind=EventKind.DELETED) | Q(Exists(undelivered))
    )


def documents_undelivered(documents: QuerySet[Document]) -> QuerySet[Document]:
    """Those of the documents of which a delivery is open or dead."""
    return documents.filter(documents_undelivered_q())


def documents_undelivered_q() -> Q:
    return Q(Exists(Delivery.objects.filter(event__document=OuterRef("pk"), status__in=UNFINISHED_DELIVERIES)))


def batch_deletion_for(access: Access, batch_id: UUID) -> dict[str, Any] | None:
    """`deletion_facts` of a batch that the asker may see."""
    return deletion_facts(batch_get_for(access, batch_id))


def _before(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)
