"""Who may work on review tasks."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.access import Access
from accounts.domain.roles import Permission
from documents.models import SubDocument
from documents.policies import shared_with
from review.models import ReviewTask


def tasks_visible_to(access: Access) -> QuerySet[ReviewTask]:
    """Tasks on documents the asker may see; claiming one needs `review_documents` too."""
    return ReviewTask.objects.filter(tasks_with(access, Permission.VIEW_DOCUMENTS))


def tasks_with(access: Access, permission: Permission) -> Q:
    """On whose document the asker has the permission; the task's own team is asked first, as its index has it."""
    own = Q(organization_id=access.organization_id)
    if access.can_everywhere(permission):
        return own
    granted = Q(team_id__in=access.team_ids_with(permission))
    if has_shares(access, permission):
        granted |= Q(sub_document__in=SubDocument.objects.filter(shared_with(access, permission)))
    return own & granted


def has_shares(access: Access, permission: Permission) -> bool:
    """Whether single batches or documents are open to the asker, beside teams."""
    return bool(access.batch_ids_with(permission) or access.document_ids_with(permission))
