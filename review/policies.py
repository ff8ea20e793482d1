"""Who may work on review tasks."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.access import Access
from accounts.domain.roles import Permission
from documents.models import SubDocument
from documents.policies import in_visible_teams
from review.models import ReviewTask


def tasks_visible_to(access: Access) -> QuerySet[ReviewTask]:
    """Tasks on documents the asker may see; claiming one needs `review_documents` too."""
    return ReviewTask.objects.filter(
        sub_document__in=SubDocument.objects.filter(in_visible_teams(access, Permission.VIEW_DOCUMENTS))
    )
