"""The first rows of a list without reading all that may be seen: one query, one short index scan a team or share.

documents of 3 teams and a shared batch, 25 wanted:  3 x 25 ids by (team, created_at), 25 ids by (batch, created_at),
the shared documents themselves; of those the newest 25 are read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, OuterRef, QuerySet

from accounts.access import Access
from accounts.domain.roles import Permission
from accounts.models import Team
from documents.models import Batch, Document
from documents.policies import documents_visible_to
from idp_project.core.pagination import NewestPage


def documents_newest(access: Access, page: NewestPage) -> QuerySet[Document]:
    """Visible documents, at least those of the page."""
    permission = Permission.VIEW_DOCUMENTS
    if access.can_everywhere(permission):
        return documents_visible_to(access, permission)
    own = Document.objects.filter(organization_id=access.required_organization_id)
    rows = own.filter(created_at__lt=page.before) if page.before else own
    teams = Team.objects.filter(id__in=access.team_ids_with(permission))
    ids = first_of_each(teams, rows, "team", page.limit)
    if batch_ids := access.batch_ids_with(permission):
        ids = ids.union(first_of_each(Batch.objects.filter(id__in=batch_ids), rows, "batch", page.limit))
    if document_ids := access.document_ids_with(permission):
        ids = ids.union(rows.filter(id__in=document_ids).order_by().values_list("id"))
    return own.filter(id__in=ids)


def first_of_each(
    places: QuerySet[Any], rows: QuerySet[Any], place: str, limit: int, order: Sequence[str] = ("-created_at",)
) -> QuerySet[Any]:
    """Ids of the first `limit` rows of every place by themselves; an index on (place, *order) makes each a short scan."""
    first = rows.filter(**{place: OuterRef("pk")}).order_by(*order).values("id")[:limit]
    return places.order_by().values_list(Func(ArraySubquery(first), function="unnest"))
