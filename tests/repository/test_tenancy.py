"""Row-level security stands on every table that carries an organisation, and a forgotten filter shows nothing."""

import uuid

import pytest
from django.apps import apps
from django.db import DatabaseError, connections, router

from documents.models import Batch, Document
from idp_project.core.tenancy import checkpoint_cursor, organization_scope, system_scope
from tests.factories import files
from tests.factories.pipeline import Outcome, submit

DATABASES = ["default", "pdb"]
OPEN = {"membership", "team"}  # read before a scope can be opened: they say which organisation a person is in
ALSO_READABLE = {"organization_id IS NULL", "SESSION_USER"}  # rows of the whole system; what an analyst was granted


def tenant_models():
    """Every concrete model with an organisation, by the database it lives on."""
    for model in apps.get_models():
        if any(field.attname == "organization_id" for field in model._meta.concrete_fields):
            yield model


def tables(alias):
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        return {name: (is_on, is_forced) for name, is_on, is_forced in cursor.fetchall()}


def policies(alias):
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT tablename, cmd, qual, with_check FROM pg_policies WHERE schemaname = 'public'")
        return cursor.fetchall()


@pytest.mark.django_db(databases=DATABASES)
def test_every_tenant_model_is_behind_forced_row_level_security():
    seen = 0
    security = {alias: tables(alias) for alias in DATABASES}
    guarded = {alias: {name for name, *_ in policies(alias)} for alias in DATABASES}
    for model in tenant_models():
        if model._meta.model_name in OPEN:
            continue
        alias, table = router.db_for_read(model) or "default", model._meta.db_table
        assert security[alias][table] == (True, True), f"{table} is open"
        assert table in guarded[alias], f"{table} has no policy"
        seen += 1
    assert seen >= 20


@pytest.mark.django_db(databases=DATABASES)
def test_every_table_with_an_organisation_is_guarded():
    """A history table or a hand-written one is found too."""
    for alias in DATABASES:
        security = tables(alias)
        with connections[alias].cursor() as cursor:
            cursor.execute(
                "SELECT table_name FROM information_schema.columns"
                " WHERE table_schema = 'public' AND column_name = 'organization_id'"
            )
            names = {name for (name,) in cursor.fetchall() if name in security}
        open_tables = {name for name in names if security[name] != (True, True)}
        assert {name.removeprefix("accounts_") for name in open_tables} <= OPEN


@pytest.mark.django_db(databases=DATABASES)
def test_every_policy_compares_the_organisation_of_the_scope():
    for alias in DATABASES:
        for table, command, using, check in policies(alias):
            rules = [rule for rule in (using, check) if rule is not None]
            assert rules, table
            if command == "SELECT" and any(known in rules[0] for known in ALSO_READABLE):
                continue
            assert all("app.org_id" in rule for rule in rules), (table, rules)


@pytest.mark.django_db(databases=DATABASES)
def test_runtime_role_owns_nothing_and_cannot_bypass_policies():
    for alias in DATABASES:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
            assert cursor.fetchone() == ("idp_app", False, False)
            cursor.execute("SELECT count(*) FROM pg_class WHERE relowner = 'idp_app'::regrole")
            assert cursor.fetchone() == (0,)


@pytest.mark.django_db(transaction=True, databases=DATABASES)
def test_a_forgotten_filter_shows_nothing_foreign(cast, drain):
    outcome = Outcome(submit(cast, files.sample()))
    unseen = (Batch.objects.count(), Document.objects.count())
    with organization_scope(cast.foreign.id):
        foreign = (Batch.objects.count(), Document.objects.filter(id=outcome.document().id).count())
    with organization_scope(cast.organization.id):
        own = (Batch.objects.count(), Document.objects.count())
    with system_scope("test"):
        everything = (Batch.objects.count(), Document.objects.count())
    assert (unseen, foreign, own, everything) == ((0, 0), (0, 0), (1, 1), (1, 1))


@pytest.mark.django_db(transaction=True, databases=DATABASES)
def test_no_row_of_another_organisation_can_be_written(cast):
    own, foreign = cast.organization, cast.foreign
    team = cast.foreign_team
    with pytest.raises(DatabaseError, match="row-level security"), organization_scope(own.id):
        Batch.objects.create(organization=foreign, team=team, name="smuggled")
    with organization_scope(own.id):
        batch = Batch.objects.create(organization=own, team=cast.team, name="ours")
    with pytest.raises(DatabaseError, match="row-level security"), organization_scope(own.id):
        Batch.objects.filter(id=batch.id).update(organization=foreign)
    with organization_scope(foreign.id):
        assert Batch.objects.filter(id=batch.id).update(name="taken") == 0
        assert Batch.objects.filter(id=batch.id).delete()[0] == 0
    with pytest.raises(DatabaseError, match="row-level security"):
        Batch.objects.create(id=uuid.uuid4(), organization=own, team=cast.team, name="no scope")


@pytest.mark.django_db(transaction=True)
def test_scopes_nest_and_end_with_their_transaction(cast):
    def scope():
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT current_setting('app.org_id', true), current_user")
            return cursor.fetchone()

    own, foreign = str(cast.organization.id), str(cast.foreign.id)
    with organization_scope(own):
        with organization_scope(foreign):
            assert scope() == (foreign, "idp_app")
        assert scope() == (own, "idp_app")
        with system_scope("test"):
            assert scope()[1] == "idp_system"
        assert scope() == (own, "idp_app")
        with pytest.raises(ZeroDivisionError), organization_scope(foreign):
            raise ZeroDivisionError
        assert scope() == (own, "idp_app")
    assert scope()[0] in ("", None) and scope()[1] == "idp_app"


@pytest.mark.django_db(transaction=True)
def test_a_statement_with_its_own_scope_leaves_nothing_behind(cast):
    own, foreign = cast.organization, cast.foreign
    seen = "SELECT current_setting('app.org_id', true), current_setting('synchronous_commit'), %(note)s::text"
    written = (
        "INSERT INTO documents_batch SELECT (json_populate_record(batch, %(change)s)).* FROM documents_batch AS batch"
    )
    with organization_scope(own.id):
        batch = Batch.objects.create(organization=own, team=cast.team, name="ours")

    with checkpoint_cursor(own.id) as cursor:
        cursor.execute(seen, {"note": "100 %; not a second statement"})
        assert cursor.fetchone() == (str(own.id), "off", "100 %; not a second statement")
        cursor.execute("UPDATE documents_batch SET name = 'changed' WHERE id = %(id)s", {"id": batch.id})
        assert cursor.rowcount == 1
        with pytest.raises(DatabaseError, match="row-level security"):
            change = f'{{"id": "{uuid.uuid4()}", "organization_id": "{foreign.id}"}}'
            cursor.execute(written, {"change": change})
        cursor.execute("SELECT count(*) FROM documents_batch", {})
        assert cursor.fetchone() == (1,), "the connection goes on after an error"
    with checkpoint_cursor(foreign.id) as cursor:
        cursor.execute("UPDATE documents_batch SET name = 'taken' WHERE id = %(id)s", {"id": batch.id})
        assert cursor.rowcount == 0
    assert Batch.objects.count() == 0, "no scope is left on the connection"
    with pytest.raises(ZeroDivisionError), organization_scope(own.id):
        assert Batch.objects.get().name == "changed"
        with checkpoint_cursor(own.id) as cursor:
            cursor.execute("UPDATE documents_batch SET name = 'undone' WHERE id = %(id)s", {"id": batch.id})
        raise ZeroDivisionError
    with organization_scope(own.id):
        assert Batch.objects.get().name == "changed", "inside a scope it is part of that transaction"
