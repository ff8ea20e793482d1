"""Decided documents that may be of the same sender. The caller has passed a door, or runs inside a job."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, QuerySet

from documents.domain.learned import LearnedDocument
from documents.domain.statuses import APPROVED_STATUSES
from documents.models import ApprovedVersion, LearnedExample, LearnedSign, SubDocument
from idp_project.core.tenancy import organization_scope, system_scope

_MOST = 40  # that are compared; those with the most keys in common


def learned_of_sender(
    organization_id: UUID, schema_id: UUID, document_id: UUID, signs: Sequence[str]
) -> list[LearnedDocument]:
    """What decided documents of that type teach that have one of the keys, the newest first; the document itself teaches
    nothing of itself. Two queries by index; nothing of another organisation is seen.
    """
    if not signs:
        return []
    with organization_scope(organization_id):
        same = LearnedSign.objects.filter(schema_id=schema_id, sign__in=list(signs))
        counted = same.values("example_id").annotate(shared=Count("id"), newest=Max("created_at"))
        ids = [row["example_id"] for row in counted.order_by("-shared", "-newest")[:_MOST]]
        others = LearnedExample.objects.filter(id__in=ids).exclude(sub_document__document_id=document_id)
        return [row.learned for row in others.order_by("-decided_at", "id")]


def decisions_to_learn(most: int) -> list[tuple[UUID, UUID]]:
    """Organisation and sub-document of newest approvals by people that have not been learned from, of all organisations."""
    with system_scope("decisions to learn from"):
        return list(_unlearned().values_list("organization_id", "id")[:most])


def _unlearned() -> QuerySet[SubDocument]:
    """Whose present version is a person's, and taught nothing yet. A deleted record has no such version any more."""
    present = ApprovedVersion.objects.filter(sub_document=OuterRef("id"), number=OuterRef("approved_version_number"))
    approved = SubDocument.objects.filter(
        Exists(present.filter(is_automatic=False)), status__in=APPROVED_STATUSES, schema_version__isnull=False
    )
    return approved.filter(learned_example=None, document__deleted_at=None).order_by("-created_at")
