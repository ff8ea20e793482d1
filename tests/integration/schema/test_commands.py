"""`prepare`, `migrate` and other commands on databases that are behind or ahead."""

import time
from importlib.metadata import version

import psycopg
import pytest

from idp_project.core.release import release
from tests.factories.pipeline import redis
from tests.integration.schema.conftest import LAST, LAST_INDEX, NEWER, run, start
from tests.integration.supervisor.conftest import wait_until

HAS_INDEX = "SELECT count(*) FROM pg_class WHERE relname = %s"


def test_migrations_of_a_new_database_are_marked(apart):
    """The templates were made by `prepare`: both databases, our migrations and those of packages."""
    for alias in ("default", "pdb"):
        applied = apart.execute(alias, "SELECT app, name FROM django_migrations")
        marks = apart.marks(alias)
        assert set(applied) == set(marks) and len(marks) > 60
        assert marks["documents", "0017_order_of_a_document"] == ("contract", release().version)
        assert marks["documents", "0018_file_sweeps"] == ("expand", release().version)
        assert marks["auth", "0001_initial"] == ("expand", release().version)


@pytest.mark.slow
def test_marks_of_an_older_installation_are_filled_in(apart):
    apart.execute("default", "DROP TABLE idp_migration_mark")
    apart.execute("pdb", "DELETE FROM idp_migration_mark WHERE app = 'documents'")
    code, said = run(apart, "prepare")
    assert code == 0, said
    assert apart.marks()["documents", "0017_order_of_a_document"] == ("contract", "")
    assert set(apart.marks()) == set(apart.marks("pdb"))


def test_runtime_cannot_write_marks(apart):
    for alias in ("default", "pdb"):
        (rights,) = apart.execute(
            alias,
            "SELECT has_table_privilege('idp_app', 'idp_migration_mark', 'SELECT'),"
            " has_table_privilege('idp_app', 'idp_migration_mark', 'INSERT, UPDATE, DELETE')",
        )
        assert rights == (True, False)


@pytest.mark.slow
def test_migrate_marks_what_it_applies(apart):
    apart.get_behind()
    code, said = run(apart, "prepare")
    assert code == 0, said
    assert apart.marks()[LAST] == ("expand", release().version)
    assert apart.execute("default", HAS_INDEX, LAST_INDEX) == [(1,)]


@pytest.mark.slow
def test_two_prepares_at_once_do_not_collide(apart):
    for alias in ("default", "pdb"):
        apart.get_behind(alias=alias)
    both = [start(apart, "prepare") for _ in range(2)]
    said = [process.communicate(timeout=100)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert apart.marks()[LAST] == ("expand", release().version)


def test_prepare_refuses_a_newer_database_first(apart):
    apart.get_behind()
    apart.get_ahead("contract", alias="pdb")
    code, said = run(apart, "prepare")
    assert code == 1 and f"documents.{NEWER}" in said and "IDP 0.2.0" in said and "Traceback" not in said
    assert apart.execute("default", HAS_INDEX, LAST_INDEX) == [(0,)], "nothing was done before the refusal"


def test_prepare_starts_on_an_expanded_database(apart):
    apart.get_ahead("expand")
    code, said = run(apart, "prepare")
    assert code == 0, said


@pytest.mark.slow
def test_migrate_refuses_a_newer_database(apart):
    apart.get_ahead()
    code, said = run(apart, "migrate", "--database", "default")
    assert code == 1 and f"documents.{NEWER}" in said and "Traceback" not in said


def test_migration_does_not_wait_for_long(apart):
    """Everything would queue up behind a migration that waits for somebody's open transaction."""
    apart.get_behind()
    with psycopg.connect(apart.servers.superuser_url(apart.names["default"])) as busy:
        busy.execute("LOCK TABLE rag_chunk IN ROW EXCLUSIVE MODE")
        code, said = run(apart, "prepare")
    assert code == 1 and "in use" in said and "Traceback" not in said


@pytest.mark.slow
def test_clock_wakes_nothing_until_the_database_fits(apart):
    redis().flushdb()
    apart.get_ahead("contract")
    clock = start(apart, "clock")
    try:
        said = [clock.stdout.readline() for _ in range(2)]
        assert str(release()) in said[0] and NEWER in said[1]
        time.sleep(2.5)
        assert redis().keys("rq:queue:*") == []
        apart.execute("default", "DELETE FROM django_migrations WHERE name = %s", NEWER)
        assert wait_until(lambda: redis().keys("rq:queue:*"), 20)
    finally:
        clock.terminate()
        clock.communicate(timeout=20)
        redis().flushdb()


def test_commands_refuse_another_schema(apart):
    apart.get_ahead("contract")
    code, said = run(apart, "verify_audit")
    assert code == 1 and f"documents.{NEWER}" in said and len(said.splitlines()) == 1
    code, said = run(apart, "showmigrations", "documents")
    assert code == 0, said


@pytest.mark.slow
def test_commands_serve_an_expanded_database(apart):
    apart.get_ahead("expand")
    code, said = run(apart, "verify_audit")
    assert NEWER not in said and code == 0, said


def test_version_names_django_too(apart):
    code, said = run(apart, "--version")
    assert code == 0 and said.strip() == f"{release()}, Django {version('django')}"
