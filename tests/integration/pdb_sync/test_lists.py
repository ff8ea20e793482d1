"""Lists in the production database: arrays in the views and in the record's JSON, one cell per item."""

from dataclasses import replace
from uuid import uuid4

import pytest

from documents.domain.schema_spec import FieldSpec, FieldType
from pdb_sync.domain.record_digest import differing, places_approved, places_recorded
from pdb_sync.models import RecordChange
from pdb_sync.queries import fetch_all, pdb_record_apply
from pdb_sync.selectors import plain_value
from tests.integration.pdb_sync.test_screens import EXPORT, LIST, browser_of, lines_of
from tests.integration.pdb_sync.test_typed_views import columns, publish, select
from tests.unit.pdb_sync.contents import INVOICE, cell, invoice

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
ORDERS = FieldSpec("orders", FieldType.IDENTIFIER, "Orders", is_list=True)
TAXES = FieldSpec("taxes", FieldType.AMOUNT, "Taxes", is_list=True)
SPEC = replace(INVOICE, version="2.0", fields=(*INVOICE.fields, ORDERS, TAXES))


def delivered(tenant, orders=((1, "A-1"), (3, "C-3")), taxes=((1, "19.00"), (2, "7.00"))):
    """An approved invoice; of its orders the second was taken away."""
    fields = [cell("orders", FieldType.IDENTIFIER, value, item=item) for item, value in orders]
    fields += [cell("taxes", FieldType.AMOUNT, value, item=item) for item, value in taxes]
    content = invoice(tenant.id, team_id=str(tenant.team.id), schema_version="2.0")
    content = replace(content, fields=(*content.fields, *fields))
    pdb_record_apply(uuid4(), RecordChange.APPROVED, content)
    return content


def test_view_has_an_array_per_list(tenant):
    schema_name = publish(tenant, SPEC)
    delivered(tenant)
    types = columns(tenant, schema_name, "invoice")
    assert (types["orders"], types["taxes"], types["total"]) == ("ARRAY", "ARRAY", "numeric")
    ((orders, taxes, total),) = select(tenant, schema_name, "invoice", "orders, taxes, total")
    assert (orders, [float(tax) for tax in taxes], float(total)) == (["A-1", "C-3"], [19.0, 7.0], 119.5)
    sums = select(tenant, schema_name, "invoice", "(SELECT sum(tax) FROM unnest(taxes) AS tax)")
    assert [float(number) for (number,) in sums] == [26.0]
    rows = select(tenant, schema_name, "invoice__cells", "name, row_number, value", "WHERE name = 'orders' ORDER BY 2")
    assert rows == [("orders", 1, "A-1"), ("orders", 3, "C-3")]


def test_empty_list_is_an_empty_array(tenant, pdb):
    schema_name = publish(tenant, SPEC)
    content = delivered(tenant, orders=((1, None),), taxes=((1, None),))
    assert select(tenant, schema_name, "invoice", "orders, taxes") == [([], [])]
    values = pdb.record(content.sub_document_id).values
    assert (values["orders"], values["total"]) == ([], "119.50")


def test_record_before_the_list_is_an_array_of_its_value(tenant):
    schema_name = publish(tenant, replace(SPEC, fields=(replace(INVOICE.fields[0], is_list=True),)))
    pdb_record_apply(uuid4(), RecordChange.APPROVED, invoice(tenant.id))
    assert select(tenant, schema_name, "invoice", "invoice_number") == [(["R-1"],)]


def test_comparison_sees_every_item(tenant):
    content = delivered(tenant)
    arguments = {"organization_id": tenant.id, "after": None, "until": None, "row_limit": 9}
    (record,) = fetch_all(tenant.id, "records_between", **arguments)
    assert differing(places_approved(content, is_withdrawn=False), places_recorded(record)) == []
    record["cells"] = [found for found in record["cells"] if found["row_number"] != 3]
    assert differing(places_approved(content, is_withdrawn=False), places_recorded(record)) == ["orders[3]"]


def test_list_and_export_join_items(tenant):
    delivered(tenant)
    browser = browser_of("vera", tenant, team=tenant.team)
    page = browser.get(LIST, {"schema": "invoice"}).content.decode()
    assert "A-1; C-3" in page
    head, line = lines_of(browser.get(EXPORT, {"schema": "invoice"}))
    assert head.count("orders") == 1
    assert (line[head.index("orders")], line[head.index("taxes")]) == ("A-1; C-3", "19.00; 7.00")


def test_plain_value_of_what_nobody_could_read():
    assert plain_value(["A", None]) == "A; " and plain_value(None) == "" and plain_value("7") == "7"
