"""Columns of the typed views that nobody needs any more."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from accounts.access import Access
from accounts.services.audit.trail import audit_record
from documents.domain.drafts.refusals import COLUMN_NOT_FORMER
from documents.models import Schema
from documents.selectors.columns import former_names, schema_views_for
from documents.selectors.drafts import newest_version
from documents.selectors.schemas import schema_managed_by
from documents.services.delivering.view_publications import view_publication_request
from idp_project.core.errors import InvalidInput


@transaction.atomic
def schema_column_retire(access: Access, schema_id: UUID, name: str) -> None:
    """Takes a former column (`view.column`) or a former view away from analysts; the values stay in the production database.

    For managers of the type; audited. The publisher does it, and waits as long as something in the database depends on it.
    Raises InvalidInput for a name that is not there, or that the newest version writes under.
    """
    schema = schema_managed_by(access, schema_id)
    schema = Schema.objects.select_for_update().get(pk=schema.pk)
    if name not in former_names(schema_views_for(access, schema_id)):
        raise InvalidInput(COLUMN_NOT_FORMER(name=name), code="column_not_former")
    schema.retired_columns = [*schema.retired_columns, name]
    schema.save(update_fields=["retired_columns"])
    details = {"schema": schema.key, "column": name}
    audit_record(access, "schema_column_retired", object_kind="schema", object_id=schema.pk, details=details)
    version = newest_version(schema)
    if version:
        view_publication_request(schema.organization_id, version.pk)
