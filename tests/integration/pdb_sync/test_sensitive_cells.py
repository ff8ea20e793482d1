"""Cells of sensitive fields are marked as the type is today, whatever it was when they were approved."""

from dataclasses import replace

import pytest

from documents.services.schemas.schemas import schema_publish
from idp_project.core.tenancy import organization_scope, system_scope
from pdb_sync.models import PdbCell
from pdb_sync.relay import events_relay_due
from pdb_sync.services.publishing import views_publish_due
from pdb_sync.services.reconciling import pdb_reconcile
from tests.integration.pdb_sync.conftest import approve, delivery_now, make_sub_document

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])


def next_version(tenant, number, *sensitive):
    """A newer version, whose sensitive fields are those; its views are published."""
    with organization_scope(tenant.id):
        spec = tenant.schema_version.spec
        fields = tuple(replace(field, is_sensitive=field.name in sensitive) for field in spec.fields)
        schema_publish(organization_id=tenant.id, spec=replace(spec, version=number, fields=fields))
    views_publish_due()


def marked(pdb, sub_document):
    return {cell.name for cell in pdb.cells(sub_document.id) if cell.is_sensitive}


def test_a_delivery_after_the_type_changed_is_marked(tenant, pdb):
    part = make_sub_document(tenant)
    approve(tenant, part)
    next_version(tenant, "1.1", "invoice_number")
    assert events_relay_due()["delivered"] == 1
    assert marked(pdb, part) == {"invoice_number"}


def test_what_was_delivered_is_marked_and_a_repair_keeps_it(tenant, pdb):
    part = make_sub_document(tenant)
    approve(tenant, part)
    assert events_relay_due()["delivered"] == 1
    assert marked(pdb, part) == set()
    next_version(tenant, "1.1", "invoice_number", "total")
    assert marked(pdb, part) == {"invoice_number", "total"}
    with system_scope("test: somebody changes the production database", using="pdb"):
        PdbCell.objects.filter(name="total").update(value="999")
    pdb_reconcile(tenant.id)
    assert {cell.value for cell in pdb.cells(part.id) if cell.name == "total"} == {"119.50"}
    assert marked(pdb, part) == {"invoice_number", "total"}


def test_what_is_approved_afterwards_is_marked(tenant, pdb):
    next_version(tenant, "1.1", "total")
    part = make_sub_document(tenant)
    payload = delivery_now(approve(tenant, part)).event.payload
    said = {cell["name"]: cell.get("is_sensitive", False) for cell in payload["fields"]}
    assert said == {"invoice_number": False, "invoice_date": False, "total": True}
    assert events_relay_due()["delivered"] == 1
    assert marked(pdb, part) == {"total"}
