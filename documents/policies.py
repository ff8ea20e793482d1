"""Who may see and do what with documents: the one visibility predicate, and checks that raise."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from accounts.access import Access
from accounts.domain.roles import Permission
from documents.domain.refusals import PERMISSION_NEEDED, SCHEMA_RETIRED
from documents.models import Batch, Document, MasterList, Schema, Upload
from idp_project.core.errors import Conflict, Forbidden


def batches_visible_to(access: Access, permission: Permission = Permission.VIEW_DOCUMENTS) -> QuerySet[Batch]:
    """Batches of the teams in which the asker has the permission, and those shared with them."""
    return Batch.objects.filter(_granted(access, permission, batch_field="id"))


def documents_visible_to(access: Access, permission: Permission = Permission.VIEW_DOCUMENTS) -> QuerySet[Document]:
    """The same for documents: they inherit from their batch and team, and may be shared one by one."""
    return Document.objects.filter(_granted(access, permission, batch_field="batch_id", document_field="id"))


def schemas_visible_to(access: Access) -> QuerySet[Schema]:
    """Schemas of the whole organisation, of the asker's teams, and those granted to them."""
    return Schema.objects.filter(
        Q(organization_id=access.organization_id)
        & (Q(team__isnull=True) | Q(team_id__in=access.team_ids) | Q(id__in=list(access.schema_permissions)))
    )


def uploads_of(access: Access) -> QuerySet[Upload]:
    """What the asker is sending and has not expired; nobody else sees it."""
    if access.user_id is None:
        return Upload.objects.none()
    own = Q(organization_id=access.organization_id, user_id=access.user_id)
    return Upload.objects.filter(own, expires_at__gt=Now())


def may_manage_schema(access: Access, schema: Schema) -> bool:
    """Its team's managers; for a schema of every team, those who manage schemas in the whole organisation."""
    return access.can(Permission.MANAGE_SCHEMAS, team_id=schema.team_id, schema_id=schema.id)


def master_lists_visible_to(access: Access) -> QuerySet[MasterList]:
    """For those who manage document types: lists of the organisation, and of the teams whose types they manage."""
    if not access.can(Permission.MANAGE_SCHEMAS):
        return MasterList.objects.none()
    own = MasterList.objects.filter(organization_id=access.required_organization_id)
    if access.can_everywhere(Permission.MANAGE_SCHEMAS):
        return own
    return own.filter(Q(team__isnull=True) | Q(team_id__in=access.team_ids_with(Permission.MANAGE_SCHEMAS)))


def may_manage_list(access: Access, team_id: UUID | None) -> bool:
    """Its team's managers; a list of every team those who manage types in the whole organisation."""
    return access.can_everywhere(Permission.MANAGE_SCHEMAS) or (
        team_id is not None and access.can(Permission.MANAGE_SCHEMAS, team_id=team_id)
    )


def check_schema_in_use(schema: Schema) -> None:
    """Raises Conflict for a retired schema: what was submitted with it goes on, nothing new begins with it."""
    if schema.is_retired:
        raise Conflict(SCHEMA_RETIRED(name=schema.name), code="schema_retired")


def may_share_schema(access: Access, schema: Schema) -> bool:
    """The same, but not by a grant on the schema itself: that cannot be passed on."""
    permission = Permission.MANAGE_SCHEMAS
    return access.can_everywhere(permission) or permission in access.team_permissions.get(schema.team_id, ())  # type: ignore[arg-type]


def in_visible_teams(access: Access, permission: Permission, *, prefix: str = "") -> Q:
    """The same predicate for rows of a document reached through `prefix` (for example `sub_document__`)."""
    batch_field, document_field = f"{prefix}document__batch_id", f"{prefix}document_id"
    return _granted(access, permission, batch_field=batch_field, document_field=document_field, prefix=prefix)


def shared_with(access: Access, permission: Permission) -> Q:
    """Rows with a `document` that a share opens, of the batch or of the document itself, whatever the team."""
    batches = Q(document__batch_id__in=access.batch_ids_with(permission))
    return batches | Q(document_id__in=access.document_ids_with(permission))


def _granted(
    access: Access, permission: Permission, *, batch_field: str, document_field: str = "", prefix: str = ""
) -> Q:
    own = Q(**{f"{prefix}organization_id": access.organization_id})
    if access.can_everywhere(permission):
        return own
    granted = Q(**{f"{prefix}team_id__in": access.team_ids_with(permission)})
    if batch_ids := access.batch_ids_with(permission):
        granted |= Q(**{f"{batch_field}__in": batch_ids})
    if document_field and (document_ids := access.document_ids_with(permission)):
        granted |= Q(**{f"{document_field}__in": document_ids})
    return own & granted


def check_can(
    access: Access,
    permission: Permission,
    *,
    team_id: UUID | None = None,
    batch_id: UUID | None = None,
    document_id: UUID | None = None,
) -> None:
    """Raises Forbidden unless the asker has the permission on that team, batch or document."""
    if not access.can(permission, team_id=team_id, batch_id=batch_id, document_id=document_id):
        raise Forbidden(PERMISSION_NEEDED(permission=permission.value.replace("_", " ")))
