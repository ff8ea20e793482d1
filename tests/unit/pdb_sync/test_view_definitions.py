"""The typed views' DDL: names that are safe and do not meet, values that are quoted."""

import uuid
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.domain.schema_spec import FieldSpec, FieldType, TableSpec
from documents.domain.typed_columns import identifier_of
from pdb_sync.domain.view_definitions import ExistingColumn, orphan_statements, view_statements
from tests.unit.pdb_sync.contents import INVOICE

ORGANIZATION = uuid.uuid4()


def rendered(*versions, existing=None, retired=()):
    made = view_statements("org_town_hall", ORGANIZATION, versions, existing or {}, retired)
    return [statement.as_string(None) for statement in made]


@pytest.mark.parametrize(
    ("key", "name"), [("invoice", "invoice"), ("credit_note", "credit_note"), ("town-hall", "town_hall")]
)
def test_plain_keys_keep_their_name(key, name):
    assert identifier_of(key) == name


@given(st.text(min_size=1, max_size=200), st.integers(20, 63))
def test_identifiers_are_plain_and_short(text, longest):
    name = identifier_of(text, longest=longest)
    assert len(name.encode()) <= longest
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789_")


def test_columns_have_the_type_of_their_field():
    fields = next(
        sql for sql in rendered(INVOICE) if sql.startswith('CREATE OR REPLACE VIEW "org_town_hall"."invoice" ')
    )
    assert "max(cell.value_date) FILTER (WHERE cell.name = 'invoice_date') AS \"invoice_date\"" in fields
    assert "max(cell.value_number) FILTER (WHERE cell.name = 'total') AS \"total\"" in fields
    assert "security_invoker = true" in fields and str(ORGANIZATION) in fields


def test_hostile_names_stay_inside_their_quotes():
    evil = "x'); DROP TABLE pdb_record; --\""
    spec = replace(INVOICE, key=evil, name=evil, fields=(FieldSpec(evil, FieldType.TEXT, evil),), tables=())
    for statement in rendered(spec):
        outside = "".join(statement.replace("''", "").split("'")[::2])
        assert "DROP TABLE" not in outside


def view_of(statements, name):
    return next(one for one in statements if one.startswith(f'CREATE OR REPLACE VIEW "org_town_hall"."{name}" '))


def test_columns_that_are_there_keep_their_places_and_types():
    existing = {
        "invoice": [ExistingColumn("_kind", "text"), ExistingColumn("total", "text"), ExistingColumn("gone", "date")]
    }
    view = view_of(rendered(INVOICE, existing=existing), "invoice")
    shown = view.split("FROM public.pdb_record")[0]
    assert shown.index('"_kind"') < shown.index('"total"') < shown.index('"gone"') < shown.index('"invoice_number"')
    assert "max(cell.value) FILTER (WHERE cell.name = 'total') AS \"total\"" in view and 'NULL::date AS "gone"' in view


def test_nothing_is_dropped_but_what_a_person_retired():
    fields = (replace(INVOICE.fields[0], name="number"), *INVOICE.fields[1:])
    second = replace(INVOICE, version="2.0", fields=fields, tables=())
    present = [ExistingColumn("invoice_number", "text")]
    existing = {"invoice": present, "invoice__line_items": [], "invoice_copy": [], "receipt": []}
    assert not [one for one in rendered(INVOICE, second, existing=existing) if one.startswith("DROP")]
    retired = ("invoice.invoice_number", "invoice__line_items")
    statements = rendered(INVOICE, second, existing=existing, retired=retired)
    dropped = [one for one in statements if one.startswith("DROP")]
    assert dropped == ['DROP VIEW "org_town_hall"."invoice"', 'DROP VIEW "org_town_hall"."invoice__line_items"']
    assert '"invoice_number"' not in view_of(statements, "invoice")


def test_views_of_types_that_are_gone_go():
    made = orphan_statements("org", ["invoice", "invoice__cells", "memo", "memo__items"], ["invoice"])
    assert [one.as_string(None) for one in made] == ['DROP VIEW "org"."memo"', 'DROP VIEW "org"."memo__items"']


def test_every_view_and_column_has_a_comment():
    statements = rendered(INVOICE)
    assert 'COMMENT ON COLUMN "org_town_hall"."invoice"."total" IS \'Total\'' in statements
    views = [one for one in statements if one.startswith("CREATE")]
    assert len([one for one in statements if one.startswith("COMMENT ON VIEW")]) == len(views) == 3


def test_schema_without_fields_or_with_empty_table_has_views():
    bare = replace(INVOICE, fields=(), tables=(TableSpec("empty", "Empty", ()),))
    assert sum(statement.startswith("CREATE OR REPLACE VIEW") for statement in rendered(bare)) == 2
