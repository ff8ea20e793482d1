"""Tenants, approved sub-documents with their deliveries, and ways to take the production database away."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connections
from psycopg import sql

from accounts.models import Organization, Team
from documents.domain.statuses import Route, SubDocumentStatus
from documents.models import Batch, Delivery, Document, FieldValue, SchemaVersion, SourceFile, SubDocument
from documents.services.approving.approval import sub_document_approve, sub_document_withdraw
from documents.services.schemas.schemas import schema_publish
from idp_project.core import postgres
from idp_project.core.tenancy import organization_scope, system_scope
from pdb_sync.models import DeliveryReceipt, PdbCell, PdbRecord, PdbRecordVersion
from tests.factories.evidence import open_gates, read_today
from tests.servers import TestServers
from tests.unit.pdb_sync.contents import INVOICE


@dataclass(frozen=True)
class Tenant:
    """An organisation with a team, a batch, a published schema."""

    organization: Organization
    team: Team
    batch: Batch
    schema_version: SchemaVersion

    @property
    def id(self) -> UUID:
        return self.organization.id


@pytest.fixture
def make_tenant(transactional_db: None) -> Callable[[str], Tenant]:
    def make(name: str) -> Tenant:
        organization = Organization.objects.create(name=name, slug=f"{name}-{uuid4().hex[:8]}")
        team = Team.objects.create(organization=organization, name="Post")
        with organization_scope(organization.id):
            batch = Batch.objects.create(organization=organization, team=team, name="Monday")
            version = schema_publish(organization_id=organization.id, spec=INVOICE)
            open_gates(version.schema)
        return Tenant(organization, team, batch, version)

    return make


@pytest.fixture
def tenant(make_tenant: Callable[[str], Tenant]) -> Tenant:
    return make_tenant("town-hall")


@pytest.fixture
def neighbor(make_tenant: Callable[[str], Tenant]) -> Tenant:
    return make_tenant("harbour")


def make_document(tenant: Tenant) -> Document:
    own = {"organization": tenant.organization}
    with organization_scope(tenant.id):
        file = SourceFile.objects.create(
            **own, batch=tenant.batch, name="scan.pdf", storage_name=uuid4().hex, size_bytes=1, sha256=uuid4().hex * 2
        )
        return Document.objects.create(**own, batch=tenant.batch, team=tenant.team, source_file=file)


def make_sub_document(
    tenant: Tenant, total: str = "119.50", *, document: Document | None = None, first_page: int = 1
) -> SubDocument:
    """In review, with the invoice's three fields, of two pages; by itself where no document is given."""
    own = {"organization": tenant.organization}
    document = document or make_document(tenant)
    with organization_scope(tenant.id):
        sub_document = SubDocument.objects.create(
            **own,
            document=document,
            team=tenant.team,
            schema_version=tenant.schema_version,
            first_page=first_page,
            last_page=first_page + 1,
            status=SubDocumentStatus.IN_REVIEW,
            route=Route.AUTO,
            **read_today(tenant.schema_version.schema),
        )
        number = SubDocument.objects.count()  # each its own: the same number again would wait for a person
        values = {"invoice_number": f"R-{number}", "invoice_date": "2026-03-31", "total": total}
        for position, spec in enumerate(INVOICE.fields):
            FieldValue.objects.create(
                **own,
                sub_document=sub_document,
                name=spec.name,
                position=position,
                type=spec.type,
                value=values[spec.name],
                raw_text=values[spec.name],
            )
    return sub_document


def approve(tenant: Tenant, sub_document: SubDocument) -> Delivery:
    """Through the approval door; the delivery it made."""
    with organization_scope(tenant.id):
        sub_document_approve(sub_document.id, approved_by_id=None, approver_name="auto-approval")
        return Delivery.objects.filter(event__sub_document=sub_document, consumer="pdb_sync").latest("event__sequence")


def withdraw(tenant: Tenant, sub_document: SubDocument) -> Delivery:
    """The delivery of the withdrawal."""
    with organization_scope(tenant.id):
        sub_document_withdraw(sub_document.id, approver_name="Ada")
        return Delivery.objects.filter(event__sub_document=sub_document, consumer="pdb_sync").latest("event__sequence")


def delivery_now(delivery: Delivery) -> Delivery:
    with organization_scope(delivery.organization_id):
        return Delivery.objects.select_related("event").get(id=delivery.id)


def make_due(*deliveries: Delivery) -> None:
    """As if back-off and leases had run out."""
    with system_scope("test"):
        Delivery.objects.filter(id__in=[delivery.id for delivery in deliveries]).update(
            not_before=None, lease_until="2020-01-01T00:00:00Z"
        )


@pytest.fixture
def pdb() -> "ProductionDatabase":
    return ProductionDatabase()


class ProductionDatabase:
    """What really stands there, past row-level security."""

    def counts(self) -> dict[str, int]:
        with system_scope("test", using="pdb"):
            models = (PdbRecord, PdbRecordVersion, PdbCell, DeliveryReceipt)
            return {model.__name__: model.objects.count() for model in models}

    def record(self, sub_document_id: UUID | str) -> PdbRecord:
        with system_scope("test", using="pdb"):
            return PdbRecord.objects.get(sub_document_id=sub_document_id)

    def cells(self, sub_document_id: UUID | str) -> list[PdbCell]:
        with system_scope("test", using="pdb"):
            return list(PdbCell.objects.filter(record__sub_document_id=sub_document_id))

    def outcomes(self) -> dict[UUID, str]:
        with system_scope("test", using="pdb"):
            return dict(DeliveryReceipt.objects.values_list("event_uuid", "outcome"))


@contextmanager
def pdb_at(host: str, port: int = 5432) -> Iterator[None]:
    """The runtime looks for the production database there."""
    target = connections["pdb"].settings_dict
    before = dict(target)
    target.update(PORT=port, OPTIONS={**target["OPTIONS"], "host": host})
    try:
        yield
    finally:
        target.update(before)


@contextmanager
def pdb_read_only(servers: TestServers) -> Iterator[None]:
    """As after a failover to a standby: sessions that begin now may not write."""
    with psycopg.connect(servers.superuser_url("postgres"), autocommit=True) as connection:
        name = sql.Identifier(connections["pdb"].settings_dict["NAME"])
        alter = sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = {}")
        connection.execute(alter.format(name, sql.SQL("on")))
        postgres.close_pools()
        try:
            yield
        finally:
            connection.execute(alter.format(name, sql.SQL("off")))
            postgres.close_pools()
