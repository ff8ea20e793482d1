"""The guarded doors to each object, and the lists behind the same predicate."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from accounts.access import Access
from accounts.domain.roles import Permission
from accounts.models import Team
from documents.domain.refusals import BATCH_ID_FORM, NAME_WITH_ZERO_BYTE, NOT_PUBLISHED, SCHEMA_UNKNOWN
from documents.models import Batch, Delivery, Document, Page, Schema, Share, StepRun, SubDocument, Upload
from documents.policies import (
    batches_visible_to,
    check_can,
    check_schema_in_use,
    documents_visible_to,
    in_visible_teams,
    schemas_visible_to,
    uploads_of,
)
from documents.selectors.newest import documents_newest
from idp_project.core.errors import InvalidInput, NotFound
from idp_project.core.pagination import NewestPage

_VIEW = Permission.VIEW_DOCUMENTS
Row = TypeVar("Row", bound=Model)


def _one(rows: QuerySet[Row], row_id: UUID) -> Row:
    row = rows.filter(pk=row_id).first()
    if row is None:
        raise NotFound
    return row


def _check_document(access: Access, permission: Permission, document: Document) -> None:
    check_can(access, permission, team_id=document.team_id, batch_id=document.batch_id, document_id=document.id)


def batch_get_for(access: Access, batch_id: UUID, permission: Permission = _VIEW) -> Batch:
    """The batch, if the asker may see it; Forbidden where they may, but lack `permission`."""
    batch = _one(batches_visible_to(access).select_related("team", "schema", "submitted_by"), batch_id)
    check_can(access, permission, team_id=batch.team_id, batch_id=batch.id)
    return batch


def document_get_for(access: Access, document_id: UUID, permission: Permission = _VIEW) -> Document:
    document = _one(documents_visible_to(access).select_related("batch", "team", "source_file", "run"), document_id)
    _check_document(access, permission, document)
    return document


def document_detail_for(access: Access, document_id: UUID) -> Document:
    """The document with its sub-documents, values and tables, in a bounded number of queries."""
    rows = documents_visible_to(access).select_related("batch", "team", "source_file")
    return _one(
        rows.prefetch_related(
            "sub_documents__schema_version__schema",
            "sub_documents__field_values",
            "sub_documents__table_rows__cells__sub_document",
        ),
        document_id,
    )


def document_list(
    access: Access, *, batch_id: str | UUID | None = None, page: NewestPage | None = None
) -> QuerySet[Document]:
    """Visible documents, newest first; with `page`, at least those that it shows. InvalidInput where `batch_id` is no UUID."""
    visible = documents_newest(access, page) if page and batch_id is None else documents_visible_to(access)
    documents = visible.select_related("source_file").order_by("-created_at")
    if batch_id is None:
        return documents
    try:
        return documents.filter(batch_id=UUID(str(batch_id)))
    except ValueError:
        raise InvalidInput(BATCH_ID_FORM()) from None


def page_get_for(access: Access, page_id: UUID, permission: Permission = _VIEW) -> Page:
    pages = Page.objects.filter(document__in=documents_visible_to(access)).select_related("document")
    page = _one(pages, page_id)
    _check_document(access, permission, page.document)
    return page


def sub_document_get_for(access: Access, sub_document_id: UUID, permission: Permission = _VIEW) -> SubDocument:
    rows = SubDocument.objects.filter(in_visible_teams(access, _VIEW)).select_related(
        "document__source_file", "document__batch", "schema_version__schema", "team"
    )
    sub_document = _one(rows, sub_document_id)
    _check_document(access, permission, sub_document.document)
    return sub_document


def schema_get_for(access: Access, schema_id: UUID) -> Schema:
    return _one(schemas_visible_to(access), schema_id)


def schema_get_usable_for(access: Access, schema_id: UUID) -> Schema:
    """A schema for new work. Raises Conflict for a retired one, InvalidInput for one without a published version."""
    schema = schema_get_for(access, schema_id)
    check_schema_in_use(schema)
    if not schema.versions.filter(published_at__isnull=False).exists():
        raise InvalidInput(NOT_PUBLISHED(name=schema.name), code="not_published")
    return schema


def schema_get_usable_by_key(access: Access, key: str) -> Schema:
    """The same by its key. Raises NotFound where no visible schema has it."""
    return schema_get_usable_for(access, schema_get_by_key(access, key).pk)


def schema_get_by_key(access: Access, key: str) -> Schema:
    """A visible schema, retired or not. Raises NotFound where none has the key."""
    found = schemas_visible_to(access).filter(key=key).first()
    if found is None:
        raise NotFound(SCHEMA_UNKNOWN(key=key))
    return found


def delivery_get_for(access: Access, delivery_id: UUID, permission: Permission = _VIEW) -> Delivery:
    rows = Delivery.objects.filter(event__document__in=documents_visible_to(access)).select_related("event__document")
    delivery = _one(rows, delivery_id)
    _check_document(access, permission, delivery.event.document)
    return delivery


def step_run_get_for(access: Access, step_run_id: UUID, permission: Permission = _VIEW) -> StepRun:
    rows = StepRun.objects.filter(run__document__in=documents_visible_to(access)).select_related("run__document")
    step_run = _one(rows, step_run_id)
    _check_document(access, permission, step_run.run.document)
    return step_run


def upload_get_for(access: Access, upload_id: UUID) -> Upload:
    """A file that the asker is sending; nobody else sees it, and nobody after it has expired."""
    return _one(uploads_of(access), upload_id)


def share_get_for(access: Access, share_id: UUID, permission: Permission) -> Share:
    """A share of a document or batch on which the asker has the permission."""
    rows = Share.objects.select_related("document", "batch", "user")
    visible = Q(document__in=documents_visible_to(access)) | Q(batch__in=batches_visible_to(access))
    share = _one(rows.filter(visible), share_id)
    shared = share.document or share.batch
    assert shared is not None
    check_can(access, permission, team_id=shared.team_id)
    return share


def share_list(access: Access, *, document_id: UUID | None = None, batch_id: UUID | None = None) -> QuerySet[Share]:
    """Live shares of one document or batch, for those who may share it; the first to end comes first."""
    if document_id:
        document_get_for(access, document_id, Permission.SHARE_DOCUMENTS)
    elif batch_id:
        batch_get_for(access, batch_id, Permission.SHARE_DOCUMENTS)
    of_it = Q(document=document_id) if document_id else Q(batch=batch_id)
    shares = Share.objects.filter(Share.live(), of_it)
    return shares.select_related("user", "shared_by").order_by("expires_at")


def batch_list(access: Access, *, text: str = "", team_id: UUID | None = None) -> QuerySet[Batch]:
    """Visible batches, newest first; `text` searches batch and file names. InvalidInput where it has a zero byte."""
    if "\0" in text:
        raise InvalidInput(NAME_WITH_ZERO_BYTE())
    batches = batches_visible_to(access).select_related("team", "schema", "submitted_by").order_by("-created_at")
    if team_id:
        batches = batches.filter(team_id=team_id)
    if text:
        batches = batches.filter(Q(name__icontains=text) | Q(source_files__name__icontains=text)).distinct()
    return batches


def schema_list(access: Access) -> QuerySet[Schema]:
    """Schemas that can be chosen at upload."""
    return schemas_visible_to(access).filter(is_retired=False, versions__published_at__isnull=False).distinct()


def upload_team_list(access: Access) -> list[Team]:
    """Teams into which the asker may upload, by name."""
    teams = Team.objects.filter(organization_id=access.required_organization_id).order_by("name")
    return [team for team in teams if access.can(Permission.UPLOAD_DOCUMENTS, team_id=team.id)]
