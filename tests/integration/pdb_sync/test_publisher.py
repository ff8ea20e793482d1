"""Requests for typed views: durable, repeatable, shown, and nothing but ids; web and workers cannot make views themselves."""

from dataclasses import replace
from datetime import timedelta
from io import StringIO

import psycopg
import pytest
from django.core.management import call_command
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from documents.models import Schema, SchemaVersion, ViewPublication, ViewPublicationStatus
from documents.services.schemas.schemas import schema_publish
from idp_project.core.database_roles import OwnerMissing
from idp_project.core.errors import TransientFailure
from idp_project.core.tenancy import organization_scope, system_scope
from pdb_sync import queries
from pdb_sync.domain.refusals import VIEWS_REFUSED
from pdb_sync.queries import owner_connection
from pdb_sync.services import publishing
from pdb_sync.services.publishing import view_publication_attempt, views_publish_due
from tests.unit.pdb_sync.contents import INVOICE

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
NEXT = replace(INVOICE, version="9.0")


@pytest.fixture
def asked(tenant):
    """The request that came with a new version; that of the first version is done."""
    views_publish_due()
    with owner_connection() as connection:
        connection.execute(f"DROP SCHEMA {schema_of(tenant)} CASCADE")
    with organization_scope(tenant.id):
        version = schema_publish(organization_id=tenant.id, spec=NEXT)
        return ViewPublication.objects.get(schema_version=version)


def again(publication):
    with organization_scope(publication.organization_id):
        return ViewPublication.objects.get(pk=publication.pk)


def schema_of(tenant):
    rows = queries.fetch_all(tenant.id, "owned_schemas")
    return next((row["name"] for row in rows if row["organization_id"] == str(tenant.id)), "")


def views_of(tenant):
    found = queries.fetch_all(tenant.id, "schema_views", schema_name=schema_of(tenant))
    return {row["name"] for row in found}


def test_published_version_waits_then_has_its_views(asked, tenant):
    assert asked.status == ViewPublicationStatus.WAITING and not views_of(tenant)
    out = StringIO()
    call_command("publish", once=True, stdout=out)
    done = again(asked)
    assert (done.status, done.attempts, done.reason) == (ViewPublicationStatus.PUBLISHED, 1, None) and done.published_at
    assert views_of(tenant) == {"invoice", "invoice__line_items", "invoice__cells"}
    assert views_publish_due() == 0


def test_publisher_that_died_before_the_mark_does_it_again(asked, tenant, monkeypatch):
    monkeypatch.setattr(publishing, "view_publication_finish", lambda *_: (_ for _ in ()).throw(SystemExit))
    with pytest.raises(SystemExit):
        views_publish_due()
    assert again(asked).status == ViewPublicationStatus.WAITING and views_of(tenant)
    monkeypatch.undo()
    assert views_publish_due() == 1
    assert again(asked).status == ViewPublicationStatus.PUBLISHED


def test_outage_is_waited_for_with_its_reason(asked, monkeypatch):
    def away(*_, **__):
        raise TransientFailure("The production database is not available; this is tried again.")

    monkeypatch.setattr(publishing, "typed_views_publish", away)
    assert views_publish_due() == 0
    waiting = again(asked)
    assert waiting.status == ViewPublicationStatus.WAITING and "not available" in str(waiting.reason)
    assert waiting.not_before > timezone.now() and views_publish_due() == 0, "not at once"
    monkeypatch.undo()
    with organization_scope(asked.organization_id):
        ViewPublication.objects.filter(pk=asked.pk).update(not_before=timezone.now() - timedelta(seconds=1))
    assert views_publish_due() == 1


def test_unreadable_version_fails_and_holds_up_nobody(asked, neighbor):
    with system_scope("test"):
        SchemaVersion.objects.filter(pk=asked.schema_version_id).update(definition={"fields": [{"type": "none"}]})
    assert views_publish_due() == 2, "the neighbor's too"
    failed = again(asked)
    assert failed.status == ViewPublicationStatus.FAILED and "cannot be understood" in str(failed.reason)
    assert views_of(neighbor)


def test_request_for_a_foreign_version_makes_no_views(asked, tenant, neighbor):
    """A row that a taken-over process wrote: the version belongs to somebody else."""
    with organization_scope(neighbor.id):
        forged = schema_publish(organization_id=neighbor.id, spec=NEXT).publication
    assert view_publication_attempt(neighbor.id, forged.pk, asked.schema_version_id)
    assert not views_of(neighbor) and not views_of(tenant)
    assert again(forged).status == ViewPublicationStatus.FAILED


def test_process_without_the_owner_cannot_make_views(asked, settings):
    settings.DATABASE_OWNERS = {}
    with pytest.raises(OwnerMissing, match=r"PDB_DATABASE_OWNER_URL is not set.*supervisor exec"):
        views_publish_due()
    assert again(asked).status == ViewPublicationStatus.WAITING


def test_runtime_account_cannot_make_views():
    with pytest.raises(psycopg.errors.InsufficientPrivilege), connections["pdb"].cursor() as cursor:
        try:
            cursor.execute("CREATE SCHEMA org_mine")
        except Exception as error:
            raise error.__cause__ from None


def test_schema_page_says_what_became_of_it(cast):
    with organization_scope(cast.organization.id):
        version = schema_publish(organization_id=cast.organization.id, spec=NEXT)
        request = ViewPublication.objects.filter(schema_version=version)
        page = reverse("documents:schema_detail", args=[version.schema_id])
    browser = cast.browser(cast.admin)
    assert "waiting for the publisher since" in browser.get(page).content.decode()
    with organization_scope(cast.organization.id):
        request.update(reason="It is away &amp; will be back.")
    assert "It is away &amp;amp; will be back." in browser.get(page).content.decode()
    views_publish_due()
    assert "Typed views in the production database: published" in browser.get(page).content.decode()
    with organization_scope(cast.organization.id):
        request.update(status=ViewPublicationStatus.FAILED, reason="Nobody understands it.")
    assert "not made. Nobody understands it." in browser.get(page).content.decode()


def test_health_says_how_long_requests_wait(cast, client):
    assert client.get("/health/").json()["oldest_publication_seconds"] == 0
    with organization_scope(cast.organization.id):
        version = schema_publish(organization_id=cast.organization.id, spec=NEXT)
        asked_at = timezone.now() - timedelta(seconds=90)
        ViewPublication.objects.filter(schema_version=version).update(requested_at=asked_at)
    assert 90 <= client.get("/health/").json()["oldest_publication_seconds"] < 120


def test_damaged_definition_does_not_keep_others_waiting(asked, tenant):
    """What breaks the publisher's own code ends that request alone."""
    damaged = {"key": "broken", "version": "1.0", "name": "B", "fields": [{"name": 5, "type": "text", "label": "A"}]}
    with organization_scope(tenant.id):
        schema = Schema.objects.create(organization_id=tenant.id, key="broken", name="B")
        version = SchemaVersion.objects.create(
            organization_id=tenant.id, schema=schema, number="1.0", published_at=timezone.now(), definition=damaged
        )
        first = ViewPublication.objects.create(organization_id=tenant.id, schema_version=version)
        ViewPublication.objects.filter(pk=first.pk).update(created_at=timezone.now() - timedelta(days=1))
    assert views_publish_due() == 2
    assert (again(first).status, again(first).reason) == (ViewPublicationStatus.FAILED, VIEWS_REFUSED())
    assert again(asked).status == ViewPublicationStatus.PUBLISHED
