"""Keeping what decided documents teach, and forgetting it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from documents.domain.learned import LearnedDocument
from documents.domain.statuses import APPROVED_STATUSES
from documents.models import ApprovedVersion, LearnedExample, LearnedSign, SubDocument
from idp_project.core.enqueue import enqueue
from idp_project.core.job_names import JobName


def decision_to_learn(sub_document: SubDocument) -> None:
    """Enqueues learning from a person's approval, after its commit."""
    organization_id = sub_document.organization_id
    enqueue(JobName.DECISION_LEARN, organization_id=organization_id, sub_document_id=sub_document.id)


@transaction.atomic
def example_keep(sub_document_id: UUID, version_number: int, learned: LearnedDocument, signs: Sequence[str]) -> bool:
    """Keeps what an approved version teaches, in place of an earlier one; False where it is no longer the newest, or was
    withdrawn or deleted meanwhile. An empty example is kept without keys, so that it is not looked at again."""
    locked = SubDocument.objects.select_for_update(of=("self",), no_key=True).select_related(
        "schema_version", "document"
    )
    sub_document = locked.filter(id=sub_document_id, status__in=APPROVED_STATUSES).first()
    if sub_document is None or sub_document.schema_version is None or sub_document.document.deleted_at:
        return False
    approved = ApprovedVersion.objects.filter(sub_document=sub_document).order_by("-number").first()
    if approved is None or approved.number != version_number:
        return False
    examples_forget([sub_document_id])
    own = {"organization_id": sub_document.organization_id, "schema_id": sub_document.schema_version.schema_id}
    example = LearnedExample.objects.create(
        sub_document=sub_document,
        version=version_number,
        data=learned.to_dict(),
        decided_at=approved.created_at,
        **own,
    )
    LearnedSign.objects.bulk_create([LearnedSign(example=example, sign=sign, **own) for sign in signs])
    return True


def examples_forget(sub_document_ids: Sequence[UUID]) -> None:
    """Deletes the examples of approvals that are withdrawn or deleted."""
    LearnedExample.objects.filter(sub_document_id__in=sub_document_ids).delete()
