"""Logins of analysts on the admin's page: made, given another password, closed; the publisher does it."""

import re
from base64 import b64decode
from uuid import uuid4

import psycopg
import pytest
from django.core.management import call_command
from django.db import connections
from django.urls import reverse
from psycopg import sql

from accounts.domain.roles import Role
from accounts.models import AuditEntry
from documents.models import AnalystLogin
from idp_project.core.tenancy import organization_scope, system_scope
from pdb_sync.domain.scram import scram_verifier
from tests.integration.pdb_sync.test_analyst_logins import connect, name, schema_name
from tests.integration.pdb_sync.test_screens import browser_of

__all__ = ["name", "schema_name"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
LIST = "admin:documents_analystlogin_changelist"


@pytest.fixture
def browser(tenant):
    return browser_of("root", tenant, Role.SUPER_ADMIN)


def ask(browser, tenant, name, **more):
    sent = {"name": name, "organization": str(tenant.id), **more}
    return browser.post(reverse("admin:documents_analystlogin_add"), sent, follow=True)


def password_on(page):
    assert "no-store" in page["Cache-Control"]
    return re.search(r'id="link"[^>]*value="([^"]+)"', page.content.decode())[1]


def row(tenant):
    with organization_scope(tenant.id):
        return AnalystLogin.objects.get()


def act(browser, tenant, action):
    chosen = {"action": action, "_selected_action": str(row(tenant).pk), "confirmed": "yes"}
    return browser.post(reverse(LIST), chosen, follow=True)


def test_a_login_is_made_renewed_and_closed(tenant, schema_name, name, browser):
    password = password_on(ask(browser, tenant, name))
    waiting = row(tenant)
    assert (waiting.status, password in waiting.verifier) == ("making", False)
    call_command("publish", "--once")
    assert (row(tenant).status, row(tenant).verifier) == ("open", "")
    numbers = sql.SQL("SELECT invoice_number FROM {}").format(sql.Identifier(schema_name, "invoice"))
    with connect(name, password) as connection:
        assert connection.execute(numbers).fetchall() == [("R-1",)]
    other = password_on(act(browser, tenant, "renew"))
    call_command("publish", "--once")
    with pytest.raises(psycopg.OperationalError):
        connect(name, password)
    connect(name, other).close()
    act(browser, tenant, "close")
    call_command("publish", "--once")
    assert row(tenant).status == "closed"
    with pytest.raises(psycopg.OperationalError):
        connect(name, other)
    with organization_scope(tenant.id):
        entries = AuditEntry.objects.filter(action__startswith="analyst_login").order_by("number")
        told = [entry.action.removeprefix("analyst_login_") for entry in entries]
        assert password not in str([entry.details for entry in entries])
    assert told == ["asked", "made", "renewed", "made", "closing", "dropped"]
    page = browser.get(reverse(LIST)).content.decode()
    assert name in page and "Closed" in page and password not in page


def test_names_in_use_and_names_of_the_server_are_refused(tenant, neighbor, name, browser):
    assert "3 to 63" in ask(browser, tenant, "idp_app").content.decode()
    ask(browser, tenant, name)
    assert "There is a login" in ask(browser, neighbor, name).content.decode()
    with system_scope("test"):
        assert AnalystLogin.objects.count() == 1


def test_a_role_of_somebody_else_fails_with_its_reason(tenant, servers, browser):
    theirs = f"bi_{uuid4().hex[:8]}"
    with psycopg.connect(
        servers.superuser_url(connections["pdb"].settings_dict["NAME"]), autocommit=True
    ) as connection:
        connection.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(theirs)))
        try:
            ask(browser, tenant, theirs)
            call_command("publish", "--once")
        finally:
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(theirs)))
    failed = row(tenant)
    assert failed.status == "failed" and "was not made here" in str(failed.reason) and not failed.verifier


def test_only_super_admins_see_the_page(tenant):
    admin = browser_of("boss", tenant, Role.ORG_ADMIN)
    for page in (LIST, "admin:documents_analystlogin_add"):
        assert admin.get(reverse(page)).status_code == 403


def test_a_verifier_is_the_one_that_the_server_would_make(tenant):
    """PostgreSQL's own client library makes the same of password and salt."""
    connections["pdb"].ensure_connection()
    pgconn = connections["pdb"].connection.pgconn
    made = pgconn.encrypt_password(b"a-password", b"ada", b"scram-sha-256").decode()
    salt = b64decode(made.split("$")[1].split(":")[1])
    assert scram_verifier("a-password", salt) == made
