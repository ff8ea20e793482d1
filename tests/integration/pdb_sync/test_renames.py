"""A field that gets another name keeps its values: in the typed views, in the list of records and its export."""

from dataclasses import replace
from uuid import uuid4

import pytest

from documents.domain.schema_spec import FieldSpec, FieldType
from documents.models import ApprovedVersion
from documents.services.schemas.schemas import schema_publish
from idp_project.core.errors import InvalidInput
from idp_project.core.tenancy import organization_scope
from pdb_sync.domain.record_digest import differing, places_approved, places_recorded
from pdb_sync.models import RecordChange
from pdb_sync.queries import fetch_all, pdb_record_apply
from pdb_sync.services.publishing import schema_version_publish
from tests.integration.pdb_sync.conftest import approve, make_sub_document
from tests.integration.pdb_sync.test_screens import EXPORT, browser_of, lines_of
from tests.integration.pdb_sync.test_typed_views import select
from tests.unit.pdb_sync.contents import cell, invoice

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])


def next_version(tenant, spec):
    with organization_scope(tenant.id):
        version = schema_publish(organization_id=tenant.id, spec=spec)
    return replace(tenant, schema_version=version), schema_version_publish(tenant.id, version.id)


def renamed(tenant, **names):
    """The tenant's schema with other names for its fields; their ids come along."""
    with organization_scope(tenant.id):
        spec = tenant.schema_version.spec
    fields = tuple(replace(field, name=names.get(field.name, field.name)) for field in spec.fields)
    return replace(spec, version="2.0", fields=fields)


def deliver(tenant, amount, version="1.0", names=None):
    """As the relay does, of that schema version, with those names instead of the usual ones."""
    at = f"2026-04-0{version[0]}T10:00:00+00:00"
    content = invoice(tenant.id, team_id=str(tenant.team.id), total=amount, schema_version=version, approved_at=at)
    fields = tuple(replace(found, name=(names or {}).get(found.name, found.name)) for found in content.fields)
    pdb_record_apply(uuid4(), RecordChange.APPROVED, replace(content, fields=fields))


def test_view_shows_old_values_under_the_new_name(tenant):
    deliver(tenant, "100.00")
    _, schema_name = next_version(tenant, renamed(tenant, total="gross"))
    deliver(tenant, "7.00", "2.0", {"total": "gross"})
    rows = select(tenant, schema_name, "invoice", "gross, _schema_version", "ORDER BY gross")
    assert [(float(gross), version) for gross, version in rows] == [(7.0, "2.0"), (100.0, "1.0")]


def test_name_that_got_another_meaning_is_not_mixed(tenant):
    deliver(tenant, "100.00")
    spec = renamed(tenant, total="gross")
    spec = replace(spec, fields=(*spec.fields, FieldSpec("total", FieldType.AMOUNT, "Total without tax")))
    _, schema_name = next_version(tenant, spec)
    content = invoice(tenant.id, schema_version="2.0", fields=(
        cell("gross", FieldType.AMOUNT, "119.00"), cell("total", FieldType.AMOUNT, "99.00"),
    ))  # fmt: skip
    pdb_record_apply(uuid4(), RecordChange.APPROVED, content)
    rows = select(tenant, schema_name, "invoice", "gross::text, total::text, total_number::text", "ORDER BY gross")
    assert rows == [("100.00", "100.00", None), ("119.00", "119.00", "99.00")], "the old column keeps its meaning"


def test_renamed_table_and_column_keep_their_rows(tenant):
    deliver(tenant, "100.00")
    spec = renamed(tenant)
    (table,) = spec.tables
    columns = (replace(table.columns[0], name="article"), table.columns[1])
    spec = replace(spec, tables=(replace(table, name="positions", columns=columns),))
    _, schema_name = next_version(tenant, spec)
    rows = select(tenant, schema_name, "invoice__positions", "article, quantity::text", "ORDER BY 1")
    assert rows == [("Ink", "0.5"), ("Paper", "3")]


def test_list_and_export_show_old_records_under_new_names(tenant):
    deliver(tenant, "100.00")
    next_version(tenant, renamed(tenant, total="gross"))
    deliver(tenant, "7.00", "2.0", {"total": "gross"})
    browser = browser_of("vera", tenant, team=tenant.team)
    head, *lines = lines_of(browser.get(EXPORT, {"schema": "invoice"}))
    assert "total" not in head
    assert sorted(line[head.index("gross")] for line in lines) == ["100.00", "7.00"]


def test_cells_carry_the_permanent_id(tenant, pdb):
    part = make_sub_document(tenant)
    approve(tenant, part)
    with organization_scope(tenant.id):
        content = ApprovedVersion.objects.get().approved
        ids = {field.name: field.id for field in tenant.schema_version.spec.fields}
    pdb_record_apply(uuid4(), RecordChange.APPROVED, content)
    assert {found.name: str(found.field_id) for found in pdb.cells(part.id)} == ids
    _, schema_name = next_version(tenant, renamed(tenant, total="gross"))
    rows = select(tenant, schema_name, "invoice__cells", "field_id::text", "WHERE value = '119.50'")
    assert rows == [(ids["total"],)]


def test_version_is_published_once_with_its_ids(tenant):
    spec = renamed(tenant, total="gross")
    with organization_scope(tenant.id):
        first = schema_publish(organization_id=tenant.id, spec=spec)
        assert schema_publish(organization_id=tenant.id, spec=spec) == first
        plain = replace(spec, fields=tuple(replace(field, id="") for field in spec.fields))
        assert schema_publish(organization_id=tenant.id, spec=plain) == first, "ids are known by the names"
        twice = replace(spec, version="3.0", fields=(spec.fields[0], replace(spec.fields[0], name="again")))
        with pytest.raises(InvalidInput, match="stands at two fields"):
            schema_publish(organization_id=tenant.id, spec=twice)


def test_comparison_sees_a_lost_id(tenant):
    content = invoice(tenant.id)
    content = replace(content, fields=(replace(content.fields[0], field_id=str(uuid4())),), tables={})
    pdb_record_apply(uuid4(), RecordChange.APPROVED, content)
    arguments = {"organization_id": tenant.id, "after": None, "until": None, "row_limit": 9}
    (record,) = fetch_all(tenant.id, "records_between", **arguments)
    assert differing(places_approved(content, is_withdrawn=False), places_recorded(record)) == []
    record["cells"][0]["field_id"] = None
    assert differing(places_approved(content, is_withdrawn=False), places_recorded(record)) == ["invoice_number"]
