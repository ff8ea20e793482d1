"""Typed views: right types, right rows, and analysts who see their organisation and nothing else."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import uuid4

import psycopg
import pytest
from django.db import connections
from psycopg import sql

from documents.domain.schema_spec import FieldSpec, FieldType
from documents.models import SchemaVersion, ViewPublication
from documents.services.schemas.schemas import schema_publish
from idp_project.core import postgres
from idp_project.core.tenancy import organization_scope, system_scope
from pdb_sync import queries
from pdb_sync.models import RecordChange
from pdb_sync.queries import owner_connection, pdb_record_apply
from pdb_sync.services.publishing import (
    analyst_allow,
    schema_version_publish,
    typed_views_publish,
    typed_views_reconcile,
    views_publish_due,
)
from tests.unit.pdb_sync.contents import INVOICE, cell, invoice

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
PASSWORD = "analyst"


def publish(tenant, *versions, retired=()):
    return typed_views_publish(tenant.organization.slug, tenant.id, versions or [INVOICE], retired)


def columns(tenant, schema_name, view_name):
    rows = queries.fetch_all(tenant.id, "view_columns", schema_name=schema_name, view_name=view_name)
    return {row["name"]: row["type"] for row in rows}


def select(tenant, schema_name, view_name, columns="*", suffix=""):
    """As the runtime would, inside the organisation's scope."""
    with organization_scope(tenant.id, using="pdb"), connections["pdb"].cursor() as cursor:
        statement = sql.SQL("SELECT {} FROM {} {}")
        names = sql.SQL(columns)
        cursor.execute(statement.format(names, sql.Identifier(schema_name, view_name), sql.SQL(suffix)))
        return cursor.fetchall()


@pytest.fixture
def analyst(servers):
    """A login role that is a member of the readers; gone afterwards."""
    name = f"analyst_{uuid4().hex[:8]}"
    database = connections["pdb"].settings_dict["NAME"]
    with psycopg.connect(servers.superuser_url(database), autocommit=True) as connection:
        role = sql.Identifier(name)
        connection.execute(
            sql.SQL("CREATE ROLE {} LOGIN PASSWORD {} IN ROLE idp_pdb_reader").format(role, sql.Literal(PASSWORD))
        )
        connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(database), role))
        yield name
        connection.execute("DELETE FROM pdb_analyst_grant")
        connection.execute(sql.SQL("DROP OWNED BY {}").format(role))
        connection.execute(sql.SQL("DROP ROLE {}").format(role))


@pytest.fixture
def as_analyst(analyst):
    target = postgres.database("pdb", connections["pdb"].settings_dict)
    with psycopg.connect(
        dbname=target.name, host=target.host, port=target.port, user=analyst, password=PASSWORD, autocommit=True
    ) as connection:
        yield connection


def test_columns_have_the_types_of_the_schema(tenant):
    schema_name = publish(tenant)
    assert schema_name.startswith("org_town_hall_")
    fields = columns(tenant, schema_name, "invoice")
    assert list(fields)[:3] == ["invoice_number", "invoice_date", "total"]
    assert (fields["invoice_number"], fields["invoice_date"], fields["total"]) == ("text", "date", "numeric")
    lines = columns(tenant, schema_name, "invoice__line_items")
    assert (lines["description"], lines["quantity"], lines["_row"]) == ("text", "numeric", "integer")
    cells = columns(tenant, schema_name, "invoice__cells")
    assert {"file_sha256", "page", "polygon", "engine", "model", "schema_version", "corrected_by", "approved_by"} < set(
        cells
    )


def test_rows_are_typed_and_can_be_summed(tenant):
    schema_name = publish(tenant)
    for number, total in (("R-1", "100.10"), ("R-2", "0.05")):
        pdb_record_apply(uuid4(), RecordChange.APPROVED, invoice(tenant.id, number=number, total=total))
    assert select(tenant, schema_name, "invoice", "sum(total), min(invoice_date), count(*)") == [
        (Decimal("100.15"), date(2026, 3, 31), 2)
    ]
    assert select(
        tenant, schema_name, "invoice__line_items", "description, sum(quantity)", "GROUP BY 1 ORDER BY 1"
    ) == [
        ("Ink", Decimal("1.0")),
        ("Paper", Decimal(6)),
    ]
    certificates = select(tenant, schema_name, "invoice__cells", "DISTINCT page, engine, file_sha256, approved_by")
    assert set(certificates) == {(2, "ollama/llama3.1", "ab" * 32, "Ada"), (None, None, "ab" * 32, "Ada")}


def test_withdrawn_records_leave_the_views(tenant):
    schema_name = publish(tenant)
    content = invoice(tenant.id)
    pdb_record_apply(uuid4(), RecordChange.APPROVED, content)
    assert [
        len(select(tenant, schema_name, view)) for view in ("invoice", "invoice__line_items", "invoice__cells")
    ] == [1, 2, 7]
    pdb_record_apply(uuid4(), RecordChange.WITHDRAWN, replace(content, version=2))
    assert [
        len(select(tenant, schema_name, view)) for view in ("invoice", "invoice__line_items", "invoice__cells")
    ] == [0, 0, 0]


def test_new_version_changes_columns_and_old_records_still_fit(tenant):
    schema_name = publish(tenant)
    pdb_record_apply(uuid4(), RecordChange.APPROVED, invoice(tenant.id, number="not a number"))
    fields = (
        FieldSpec("invoice_number", FieldType.NUMBER, "Number"),
        FieldSpec("currency", FieldType.CURRENCY, "Currency"),
    )
    before = list(columns(tenant, schema_name, "invoice"))
    assert publish(tenant, INVOICE, replace(INVOICE, version="2.0", fields=fields, tables=())) == schema_name
    after = columns(tenant, schema_name, "invoice")
    assert list(after) == [*before, "invoice_number_number", "currency"], "what is there keeps its place"
    assert (after["invoice_number"], after["invoice_number_number"]) == ("text", "numeric")
    assert len(select(tenant, schema_name, "invoice__line_items")) == 2, "what is no longer read stays"
    shown = select(tenant, schema_name, "invoice", "invoice_number, invoice_number_number, currency")
    assert shown == [("not a number", None, None)]


def renamed(spec=INVOICE, version="2.0"):
    ids = [replace(field, id=f"00000000-0000-0000-0000-00000000000{n}") for n, field in enumerate(spec.fields)]
    first = replace(spec, fields=tuple(ids))
    return first, replace(first, version=version, fields=(replace(ids[0], name="number"), *ids[1:]))


def test_a_view_that_depends_on_them_survives_every_change(tenant):
    first, second = renamed()
    schema_name = publish(tenant, first)
    pdb_record_apply(uuid4(), RecordChange.APPROVED, invoice(tenant.id, number="R-1"))
    with owner_connection() as connection:
        connection.execute(f"CREATE VIEW {schema_name}.mine AS SELECT invoice_number, total FROM {schema_name}.invoice")
    third = replace(second, version="3.0", fields=(*second.fields[1:], FieldSpec("extra", FieldType.DATE, "Extra")))
    publish(tenant, first, second, third)
    rows = select(tenant, schema_name, "invoice", "invoice_number, number, extra")
    assert rows == [("R-1", "R-1", None)], "the new column shows the old values too"
    with owner_connection(tenant.id) as connection:
        assert connection.execute(f"SELECT invoice_number FROM {schema_name}.mine").fetchall() == [("R-1",)]


def test_a_retired_column_goes_where_nothing_depends_on_it(tenant):
    first, second = renamed()
    schema_name = publish(tenant, first, second)
    with owner_connection() as connection:
        connection.execute(f"CREATE VIEW {schema_name}.mine AS SELECT invoice_number FROM {schema_name}.invoice")
    with pytest.raises(psycopg.errors.DependentObjectsStillExist):
        publish(tenant, first, second, retired=["invoice.invoice_number"])
    assert "invoice_number" in columns(tenant, schema_name, "invoice"), "nothing was lost"
    with owner_connection() as connection:
        connection.execute(f"DROP VIEW {schema_name}.mine")
    publish(tenant, first, second, retired=["invoice.invoice_number"])
    assert "invoice_number" not in columns(tenant, schema_name, "invoice")


def test_views_and_columns_say_what_they_are(tenant):
    schema_name = publish(tenant)
    said = """SELECT attname, col_description(attrelid, attnum) FROM pg_attribute
        WHERE attrelid = %s::regclass AND attnum > 0"""
    with owner_connection() as connection:
        comments = dict(connection.execute(said, [f"{schema_name}.invoice"]).fetchall())
    assert comments["total"] == "Total" and all(comments.values())


def test_the_newest_version_is_published(tenant):
    with organization_scope(tenant.id):
        spec = replace(INVOICE, version="1.1", fields=(*INVOICE.fields, FieldSpec("vat", FieldType.AMOUNT, "VAT")))
        schema_publish(organization_id=tenant.id, spec=spec)
    schema_version_publish(tenant.id, tenant.schema_version.id)
    (schema_name,) = [
        row["name"] for row in queries.fetch_all(tenant.id, "owned_schemas") if row["organization_id"] == str(tenant.id)
    ]
    assert columns(tenant, schema_name, "invoice")["vat"] == "numeric"


def forget_requests():
    """As where an earlier release published."""
    with system_scope("test"):
        ViewPublication.objects.all().delete()


def test_a_lost_publishing_is_made_up_for(tenant, neighbor):
    publish(tenant)
    forget_requests()
    assert typed_views_reconcile() == 1, "the neighbor's"
    assert typed_views_reconcile() == 0, "it waits already"
    assert views_publish_due() == 1
    with organization_scope(tenant.id):
        schema_publish(organization_id=tenant.id, spec=replace(INVOICE, version="3.0"))
    assert views_publish_due() == 1
    with owner_connection() as connection:
        connection.execute(f"DROP SCHEMA {publish(neighbor)} CASCADE")
    assert typed_views_reconcile() == 1, "what has gone is asked for again"
    assert views_publish_due() == 1
    assert columns(neighbor, publish(neighbor), "invoice")["total"] == "numeric"


def test_a_schema_that_cannot_be_understood_holds_up_nobody_else(tenant, neighbor):
    with system_scope("test"):
        SchemaVersion.objects.filter(organization_id=tenant.id).update(
            definition={"fields": [{"type": "no such type"}]}
        )
    forget_requests()
    assert typed_views_reconcile() == 1, "the neighbor's"


def test_organizations_with_like_names_have_schemas_of_their_own(tenant, neighbor):
    first = typed_views_publish("same-name", tenant.id, [INVOICE])
    second = typed_views_publish("same_name", neighbor.id, [INVOICE])
    assert first != second
    assert typed_views_publish("renamed", tenant.id, [INVOICE]) == first, "a new slug keeps the schema"


def test_hostile_keys_and_names_become_harmless_identifiers(tenant):
    evil = 'x"; DROP TABLE pdb_cell; --'
    content = invoice(tenant.id, schema_key=evil, fields=(cell(evil, FieldType.TEXT, "kept"),), tables={})
    schema_name = publish(
        tenant, replace(INVOICE, key=evil, name=evil, fields=(FieldSpec(evil, FieldType.TEXT, evil),))
    )
    pdb_record_apply(uuid4(), RecordChange.APPROVED, content)
    views = [row["name"] for row in queries.fetch_all(tenant.id, "schema_views", schema_name=schema_name)]
    (view,) = [name for name in views if "__" not in name]
    (column,) = [name for name in columns(tenant, schema_name, view) if not name.startswith("_")]
    assert select(tenant, schema_name, view, column) == [("kept",)]


def test_analyst_reads_only_the_granted_organization(tenant, neighbor, analyst, as_analyst):
    own, foreign = publish(tenant), publish(neighbor)
    for owner in (tenant, neighbor):
        pdb_record_apply(uuid4(), RecordChange.APPROVED, invoice(owner.id))
    count = sql.SQL("SELECT count(*) FROM {}")
    own_view, foreign_view = sql.Identifier(own, "invoice"), sql.Identifier(foreign, "invoice")
    assert as_analyst.execute(count.format(own_view)).fetchone() == (0,), "nothing before the grant"
    analyst_allow(analyst, tenant.id)
    assert as_analyst.execute(count.format(own_view)).fetchone() == (1,)
    as_analyst.execute("SELECT set_config('app.org_id', %s, false)", [str(neighbor.id)])
    as_analyst.execute("SET ROLE idp_pdb_reader")
    assert as_analyst.execute(count.format(foreign_view)).fetchone() == (0,)
    assert as_analyst.execute(count.format(own_view)).fetchone() == (1,)
    for table in ("pdb_record", "pdb_record_version", "pdb_cell"):
        rows = as_analyst.execute(sql.SQL("SELECT DISTINCT organization_id FROM {}").format(sql.Identifier(table)))
        assert rows.fetchall() == [(tenant.id,)]


def test_an_analyst_changes_nothing(tenant, analyst, as_analyst):
    schema_name = publish(tenant)
    analyst_allow(analyst, tenant.id)
    as_analyst.execute("SELECT set_config('app.org_id', %s, false)", [str(tenant.id)])
    for statement in (
        sql.SQL("DELETE FROM pdb_record"),
        sql.SQL("UPDATE pdb_cell SET value = ''"),
        sql.SQL("INSERT INTO pdb_analyst_grant (role_name, organization_id) VALUES (session_user, gen_random_uuid())"),
        sql.SQL("DROP VIEW {}").format(sql.Identifier(schema_name, "invoice")),
        sql.SQL("CREATE TABLE mine (id integer)"),
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            as_analyst.execute(statement)


def test_an_analyst_reads_no_comparison(tenant, analyst, as_analyst):
    """Its rows name files of every organisation, for anyone who sets `app.org_id`."""
    analyst_allow(analyst, tenant.id)
    for table in ("pdb_reconciliation", "pdb_reconciliation_difference"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            as_analyst.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))


def test_sensitive_values_are_for_logins_that_may_see_them(tenant, as_analyst, analyst):
    """Also of what was approved before, and by no other table."""
    before = invoice(tenant.id, number="R-SECRET", total="1.00")
    pdb_record_apply(uuid4(), RecordChange.APPROVED, before)
    number, *others = INVOICE.fields
    marked = replace(INVOICE, version="1.1", fields=(replace(number, is_sensitive=True), *others))
    schema_name = publish(tenant, INVOICE, marked)
    cells = (cell("invoice_number", FieldType.IDENTIFIER, "R-HIDDEN", is_sensitive=True),)
    pdb_record_apply(uuid4(), RecordChange.APPROVED, replace(invoice(tenant.id, schema_version="1.1"), fields=cells))
    analyst_allow(analyst, tenant.id)
    view, every = (sql.Identifier(schema_name, name).as_string(as_analyst) for name in ("invoice", "invoice__cells"))
    tables = ("SELECT * FROM {}", "SELECT to_jsonb(r)::text FROM {} AS r")
    assert {row[0] for row in as_analyst.execute(f"SELECT invoice_number FROM {view}")} == {None}
    assert as_analyst.execute(f"SELECT total FROM {view} WHERE total = 1").fetchall() == [(Decimal("1.00"),)]
    for name in (view, every, "pdb_cell", "pdb_record", "pdb_record_version"):
        for statement in tables:
            try:
                said = str(as_analyst.execute(statement.format(name)).fetchall())
            except psycopg.errors.InsufficientPrivilege:
                continue
            assert "R-SECRET" not in said and "R-HIDDEN" not in said, name
    analyst_allow(analyst, tenant.id, sees_sensitive=True)
    found = {row[0] for row in as_analyst.execute(f"SELECT invoice_number FROM {view}")}
    assert found == {"R-SECRET", "R-HIDDEN"}
