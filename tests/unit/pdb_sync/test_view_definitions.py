"""The typed views' DDL: names that are safe and do not meet, values that are quoted."""

import uuid
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.domain.schema_spec import FieldSpec, FieldType, TableSpec
from pdb_sync.domain.view_definitions import identifier_of, view_names, view_statements
from tests.unit.pdb_sync.contents import INVOICE

ORGANIZATION = uuid.uuid4()


def rendered(spec, existing=()):
    return [statement.as_string(None) for statement in view_statements("org_town_hall", ORGANIZATION, spec, existing)]


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


def test_keys_that_look_alike_get_names_of_their_own():
    names = {identifier_of(key) for key in ("a b", "a.b", "A_b", "a_b", "ä_b")}
    assert len(names) == 5


def test_one_view_for_fields_one_a_table_one_for_cells():
    assert view_names(INVOICE) == {
        "": "invoice",
        "*": "invoice__cells",
        "line_items": "invoice__line_items",
    }
    clash = replace(INVOICE, tables=(TableSpec("cells", "Cells", INVOICE.fields),))
    assert len(set(view_names(clash).values())) == 3


def test_columns_have_the_type_of_their_field():
    fields = next(sql for sql in rendered(INVOICE) if sql.startswith('CREATE VIEW "org_town_hall"."invoice" '))
    assert "max(cell.value_date) FILTER (WHERE cell.name = 'invoice_date') AS \"invoice_date\"" in fields
    assert "max(cell.value_number) FILTER (WHERE cell.name = 'total') AS \"total\"" in fields
    assert "security_invoker = true" in fields and str(ORGANIZATION) in fields


def test_hostile_names_stay_inside_their_quotes():
    evil = "x'); DROP TABLE pdb_record; --\""
    spec = replace(INVOICE, key=evil, name=evil, fields=(FieldSpec(evil, FieldType.TEXT, evil),), tables=())
    for statement in rendered(spec):
        outside = "".join(statement.replace("''", "").split("'")[::2])
        assert "DROP TABLE" not in outside


def test_views_of_the_schema_go_and_others_stay():
    statements = rendered(INVOICE, existing=["invoice", "invoice__old_table", "invoice_copy", "receipt"])
    dropped = [statement for statement in statements if statement.startswith("DROP")]
    assert dropped == ['DROP VIEW "org_town_hall"."invoice"', 'DROP VIEW "org_town_hall"."invoice__old_table"']


def test_schema_without_fields_or_with_empty_table_has_views():
    bare = replace(INVOICE, fields=(), tables=(TableSpec("empty", "Empty", ()),))
    assert sum(statement.startswith("CREATE VIEW") for statement in rendered(bare)) == 2
