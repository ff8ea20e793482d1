"""Logins of analysts that the product makes: one organisation's views of one database, and nothing else."""

from dataclasses import replace
from io import StringIO
from uuid import uuid4

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connections
from psycopg import sql

from accounts.models import AuditEntry
from idp_project.core import postgres
from idp_project.core.tenancy import organization_scope
from pdb_sync.models import RecordChange
from pdb_sync.queries import owner_connection, pdb_record_apply
from pdb_sync.services.publishing import typed_views_publish
from tests.unit.pdb_sync.contents import INVOICE, invoice

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])


def login(*words):
    """The command: what it prints, which is the password alone."""
    told = StringIO()
    call_command("analyst_login", *words, stdout=told, stderr=StringIO())
    return told.getvalue().strip()


def connect(name, password, database="pdb"):
    target = postgres.database(database, connections[database].settings_dict)
    return psycopg.connect(
        dbname=target.name, host=target.host, port=target.port, user=name, password=password, autocommit=True
    )


@pytest.fixture
def name(servers):
    """A free name; the login is gone afterwards."""
    name = f"ada_{uuid4().hex[:8]}"
    yield name
    with psycopg.connect(
        servers.superuser_url(connections["pdb"].settings_dict["NAME"]), autocommit=True
    ) as connection:
        connection.execute("SELECT idp_logins.analyst_drop(%s)", [name])
        connection.execute("DELETE FROM pdb_analyst_grant")


@pytest.fixture
def schema_name(tenant):
    """The views of the organisation, with one record."""
    schema_name = typed_views_publish(tenant.organization.slug, tenant.id, [INVOICE])
    pdb_record_apply(uuid4(), RecordChange.APPROVED, invoice(tenant.id, number="R-1", total="100.10"))
    return schema_name


def test_a_login_reads_its_organization_and_nothing_else(tenant, schema_name, name):
    password = login(name, tenant.organization.slug)
    assert len(password) >= 32
    other = uuid4()
    pdb_record_apply(uuid4(), RecordChange.APPROVED, invoice(other, number="R-2", total="1.00"))
    with connect(name, password) as connection:
        numbers = sql.SQL("SELECT invoice_number FROM {}").format(sql.Identifier(schema_name, "invoice"))
        assert connection.execute(numbers).fetchall() == [("R-1",)]
        assert connection.execute("SELECT count(DISTINCT organization_id) FROM pdb_record").fetchone() == (1,)
        for statement in ("DELETE FROM pdb_record", "CREATE ROLE other", "SELECT idp_logins.analyst_drop('idp_app')"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
    for database, wrong in (("default", password), ("pdb", "wrong")):
        with pytest.raises(psycopg.OperationalError):
            connect(name, wrong, database)
    target = postgres.database("pdb", connections["pdb"].settings_dict)
    for database in ("postgres", "template1"):
        with pytest.raises(psycopg.OperationalError, match="reject"):
            psycopg.connect(dbname=database, host=target.host, port=target.port, user=name, password=password)
    with organization_scope(tenant.id):
        (entry,) = AuditEntry.objects.filter(action="analyst_login_made")
        assert entry.details == {"login": name, "sees_sensitive": False} and password not in str(entry.details)


def test_sensitive_values_are_for_logins_made_for_them(tenant, schema_name, name):
    number, *others = INVOICE.fields
    marked = replace(INVOICE, version="2.0", fields=(replace(number, is_sensitive=True), *others))
    typed_views_publish(tenant.organization.slug, tenant.id, [INVOICE, marked])
    numbers = sql.SQL("SELECT invoice_number, total::text FROM {}").format(sql.Identifier(schema_name, "invoice"))
    for words, seen in (((), None), (("--sensitive",), "R-1"), ((), None)):
        with connect(name, login(name, tenant.organization.slug, *words)) as connection:
            assert connection.execute(numbers).fetchall() == [(seen, "100.10")]


def test_asking_again_changes_the_password_and_remove_drops_it(tenant, schema_name, name):
    first = login(name, tenant.organization.slug)
    second = login(name, tenant.organization.slug)
    with pytest.raises(psycopg.OperationalError):
        connect(name, first)
    with connect(name, second) as session:
        assert "dropped" in login(name, tenant.organization.slug, "--remove")
        with pytest.raises(psycopg.OperationalError):
            session.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError):
        connect(name, second)
    assert "There is no login" in login(name, tenant.organization.slug, "--remove")


def test_a_name_given_again_reads_nothing_of_before(tenant, schema_name, name, servers):
    login(name, tenant.organization.slug)
    with psycopg.connect(servers.superuser_url(connections["pdb"].settings_dict["NAME"])) as connection:
        connection.execute("SELECT idp_logins.analyst_drop(%s)", [name])  # by hand: what it might read is still written
        assert connection.execute("SELECT count(*) FROM pdb_analyst_grant").fetchone() == (1,)
    with organization_scope(tenant.id):
        other = type(tenant.organization).objects.create(name="Other", slug=f"other-{name}")
    with connect(name, login(name, other.slug)) as connection:
        assert connection.execute("SELECT count(*) FROM pdb_record").fetchone() == (0,)


@pytest.mark.parametrize("wrong", ["idp_owner", "pg_monitor", "Ada", "a b", "ad", "x" * 64, 'ada"; --'])
def test_names_that_no_login_may_have(tenant, wrong):
    with pytest.raises(CommandError, match="A login has 3 to 63"):
        login(wrong, tenant.organization.slug)


def test_a_role_of_somebody_else_is_left_alone(tenant, name, servers):
    role = f"dba_{name}"
    with psycopg.connect(servers.superuser_url("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
        try:
            for words in ((), ("--remove",)):
                with pytest.raises(CommandError, match="was not made here"):
                    login(role, tenant.organization.slug, *words)
        finally:
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


def test_the_runtime_makes_no_logins(tenant):
    for statement in (
        "SELECT idp_logins.analyst_put('ada_b', 'SCRAM-SHA-256$x')",
        "SELECT idp_logins.analyst_drop('ada_b')",
    ):
        refused = pytest.raises(ProgrammingError, match="permission denied for function")
        with refused, organization_scope(tenant.id, using="pdb"), connections["pdb"].cursor() as cursor:
            cursor.execute(statement)


def test_the_owner_itself_touches_no_other_role(tenant):
    for statement in (
        "SELECT idp_logins.analyst_put('idp_app', 'SCRAM-SHA-256$4096:a$b:c')",
        "SELECT idp_logins.analyst_put('ada_lovelace', 'a password')",
    ):
        with owner_connection(tenant.id) as connection, pytest.raises(psycopg.errors.InvalidParameterValue):
            connection.execute(statement)
    for statement in ("CREATE ROLE smuggled", "CREATE TABLE idp_logins.smuggled (id int)"):
        with owner_connection(tenant.id) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)
