"""A sub-document on the review desk without its way through the pipeline, and a reason for failed checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from uuid import uuid4

from django.utils import timezone

from documents.domain.overrides import OverrideReason
from documents.domain.schema_spec import FieldSpec, SchemaSpec
from documents.domain.statuses import Route, SubDocumentStatus
from documents.models import Batch, Document, FieldValue, Page, Run, SourceFile, SubDocument, TableRow
from documents.services.approving.checks import sub_document_check
from documents.services.schemas.schemas import schema_publish
from idp_project.core.tenancy import organization_scope
from review.models import ReviewTask
from review.services.tasks import review_task_open
from tests.factories.cast import Cast

PRINTED_SO = OverrideReason.of("printed_so", "It is printed like that.")


def on_desk(
    cast: Cast,
    spec: SchemaSpec,
    values: Mapping[str, str | None],
    tables: Mapping[str, Sequence[Mapping[str, str | None]]] = MappingProxyType({}),
) -> ReviewTask:
    """The task of a sub-document of type `spec` with those values, all checks computed; in the cast's team.

    `tables` maps a table's name to its rows, a row a column's name to its value.
    """
    organization = cast.organization
    own = {"organization": organization}
    with organization_scope(organization.id):
        version = schema_publish(organization_id=organization.id, spec=spec)
        batch = Batch.objects.create(**own, team=cast.team, name="Monday")
        file = SourceFile.objects.create(
            **own, batch=batch, name="scan.pdf", storage_name=uuid4().hex, size_bytes=1, sha256=uuid4().hex * 2
        )
        document = Document.objects.create(**own, batch=batch, team=cast.team, source_file=file, status="in_review")
        Run.objects.create(**own, document=document, next_check_at=timezone.now())
        Page.objects.create(**own, document=document, number=1, width_points=595, height_points=842)
        sub_document = SubDocument.objects.create(
            **own,
            document=document,
            team=cast.team,
            schema_version=version,
            first_page=1,
            last_page=1,
            route=Route.REVIEW,
            status=SubDocumentStatus.PROCESSING,
        )
        _fill(sub_document, None, spec.fields, values)
        for table in spec.tables:
            for number, cells in enumerate(tables.get(table.name, ()), start=1):
                row = TableRow.objects.create(**own, sub_document=sub_document, table=table.name, number=number)
                _fill(sub_document, row, table.columns, cells)
        sub_document_check(sub_document)
        return review_task_open(sub_document.id)


def _fill(
    sub_document: SubDocument, row: TableRow | None, specs: Sequence[FieldSpec], values: Mapping[str, str | None]
) -> None:
    for position, spec in enumerate(specs):
        FieldValue.objects.create(
            organization=sub_document.organization,
            sub_document=sub_document,
            table_row=row,
            name=spec.name,
            position=position,
            type=spec.type,
            value=values.get(spec.name),
            raw_text=values.get(spec.name) or "",
        )
