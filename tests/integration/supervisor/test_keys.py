"""Real PostgreSQL: other keys change nothing in it, not even the passwords of its roles."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from idp_project.core.key_fingerprint import DataKeys
from idp_project.operations.supervisor.contents import Contents, contents_of, has_database
from idp_project.operations.supervisor.environment import kept_secrets
from idp_project.operations.supervisor.errors import SupervisorError
from idp_project.operations.supervisor.keys import check_keys, present_keys
from idp_project.operations.supervisor.places import Places
from idp_project.operations.supervisor.purpose import Purpose, check_alone
from idp_project.operations.supervisor.stores import Stores
from tests.integration.supervisor.conftest import Supervised

TABLES = """
CREATE TABLE django_migrations (id int);
CREATE TABLE accounts_keyfingerprint (name text, fingerprint text);
CREATE TABLE accounts_organization (name text, slug text, created_at int);
CREATE TABLE accounts_user (username text, is_superuser bool, is_active bool, date_joined int);
INSERT INTO accounts_organization VALUES ('Demo Office', 'demo', 1), ('Town hall', 'town-hall', 2);
INSERT INTO accounts_user VALUES ('gone', true, false, 1), ('clerk', false, true, 2), ('chief', true, true, 3);
"""
ROLE_PASSWORDS = "SELECT rolname, rolpassword FROM pg_authid WHERE rolname IN ('idp_app', 'idp_owner') ORDER BY 1"


@pytest.fixture
def town_hall(supervised: Supervised) -> Iterator[str]:
    """A superuser's address of a migrated database that somebody uses, on a server of one's own."""
    with psycopg.connect(supervised.superuser_url(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE town_hall")
    url = supervised.superuser_url("town_hall")
    with psycopg.connect(url) as connection:
        connection.execute(TABLES)
        keys = DataKeys.from_environment(supervised.secrets.settings())
        assert keys
        for name, value in keys.newest().items():
            connection.execute("INSERT INTO accounts_keyfingerprint VALUES (%s, %s)", [name, value])
    yield url
    with psycopg.connect(supervised.superuser_url(), autocommit=True) as connection:
        connection.execute("DROP DATABASE town_hall WITH (FORCE)")


def own_servers(url: str) -> dict[str, str]:
    return {"DATABASE_URL": url, "PDB_DATABASE_URL": url, "REDIS_URL": "redis://nowhere"}


def role_passwords(supervised: Supervised) -> list[tuple[str, str]]:
    with psycopg.connect(supervised.superuser_url()) as connection:
        return connection.execute(ROLE_PASSWORDS).fetchall()


def test_contents_are_read_before_anything_is_written(supervised: Supervised, town_hall: str) -> None:
    contents = contents_of(town_hall)
    assert (contents.is_migrated, contents.other_organization, contents.super_admin) == (True, "Town hall", "chief")
    assert set(contents.fingerprints) == {"SECRET_KEY", "AUDIT_MAC_KEY", "FIELD_ENCRYPTION_SALTS"}
    assert contents_of(supervised.superuser_url("nothing_yet")) == Contents()
    assert has_database(supervised.superuser_url(), "town_hall")
    assert not has_database(supervised.superuser_url(), "nothing_yet")


def test_own_server_with_data_gets_no_new_secrets(town_hall: str, tmp_path: Path) -> None:
    """Finding: a restored machine without its `secrets` made new ones and broke the audit trail."""
    with pytest.raises(SupervisorError, match="is missing, but the database that DATABASE_URL names holds data"):
        Stores(Places(tmp_path, tmp_path), None, own_servers(town_hall))
    assert not (tmp_path / "secrets").exists()


def test_other_secrets_leave_the_roles_as_they_are(supervised: Supervised, town_hall: str, tmp_path: Path) -> None:
    places = Places(tmp_path, tmp_path)
    others = kept_secrets(places.secrets)
    before = role_passwords(supervised)
    stores = Stores(places, None, own_servers(town_hall))
    with pytest.raises(SupervisorError, match=r"made with: AUDIT_MAC_KEY, FIELD_ENCRYPTION_SALTS, SECRET_KEY\."):
        stores.start(_launch_nothing, lambda contents: check_keys(contents, present_keys(others, {}), places))
    assert role_passwords(supervised) == before


def test_no_demonstration_comes_beside_another_organisation(
    supervised: Supervised, town_hall: str, tmp_path: Path
) -> None:
    places = Places(tmp_path, tmp_path)
    kept_secrets(places.secrets)
    before = role_passwords(supervised)
    stores = Stores(places, None, own_servers(town_hall))
    with pytest.raises(SupervisorError, match="holds the organisation “Town hall”, so no demonstration is loaded"):
        stores.start(_launch_nothing, lambda contents: check_alone(tmp_path, contents, Purpose.DEMONSTRATE))
    assert role_passwords(supervised) == before


def test_embedded_server_refuses_other_secrets_by_name(supervised: Supervised) -> None:
    secrets = supervised.places.secrets
    right = secrets.read_text()
    assert supervised.stop() == 0
    secrets.unlink()
    assert supervised.start().startswith(f"{secrets} is missing, but {supervised.places.postgres_data} holds data")
    assert not secrets.exists()
    kept_secrets(secrets)
    assert supervised.start().startswith(f"{secrets} does not open {supervised.places.postgres_data}")
    secrets.write_text(right)
    os.chmod(secrets, 0o600)
    assert supervised.start() == "ready"


def _launch_nothing(program: object) -> None:
    raise AssertionError("no server of ours is needed")
