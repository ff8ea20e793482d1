"""The roles that the bootstrap makes: what each may, and may not."""

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from tests.integration.supervisor.conftest import Supervised

OWNED_TABLE = """
CREATE TABLE IF NOT EXISTS parcel (id serial PRIMARY KEY, organization_id int NOT NULL);
ALTER TABLE parcel ENABLE ROW LEVEL SECURITY;
ALTER TABLE parcel FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS mine ON parcel;
CREATE POLICY mine ON parcel USING (organization_id = nullif(current_setting('app.org_id', true), '')::int);
"""


@pytest.fixture(scope="module", params=["DATABASE", "PDB_DATABASE"])
def urls(request: pytest.FixtureRequest, supervised: Supervised) -> dict[str, str]:
    """Runtime and owner addresses of one of the two databases, with a table that has two organisations' rows."""
    addresses = supervised.addresses()
    urls = {"app": addresses[f"{request.param}_URL"], "owner": addresses[f"{request.param}_OWNER_URL"]}
    with psycopg.connect(urls["owner"]) as connection:
        connection.execute(OWNED_TABLE)
    with psycopg.connect(urls["app"]) as connection:
        connection.execute("SET LOCAL ROLE idp_system")
        connection.execute("DELETE FROM parcel")
        connection.execute("INSERT INTO parcel (organization_id) VALUES (1), (2)")
    return urls


def test_runtime_sees_only_its_organization(urls: dict[str, str]) -> None:
    with psycopg.connect(urls["app"]) as connection:
        assert connection.execute("SELECT count(*) FROM parcel").fetchone() == (0,)
        connection.execute("SELECT set_config('app.org_id', '2', true)")
        assert connection.execute("SELECT organization_id FROM parcel").fetchall() == [(2,)]


def test_runtime_leaves_row_security_by_set_role_only(urls: dict[str, str]) -> None:
    with psycopg.connect(urls["app"]) as connection:
        assert connection.execute("SELECT count(*) FROM parcel").fetchone() == (0,)
        connection.execute("SET LOCAL ROLE idp_system")
        assert connection.execute("SELECT count(*) FROM parcel").fetchone() == (2,)


def test_owner_is_under_row_security_too(urls: dict[str, str]) -> None:
    with psycopg.connect(urls["owner"]) as connection:
        assert connection.execute("SELECT count(*) FROM parcel").fetchone() == (0,)


def test_runtime_writes_rows(urls: dict[str, str]) -> None:
    with psycopg.connect(urls["app"]) as connection:
        connection.execute("SELECT set_config('app.org_id', '1', true)")
        connection.execute("INSERT INTO parcel (organization_id) VALUES (1)")
        assert connection.execute("UPDATE parcel SET organization_id = 1").rowcount == 2
        assert connection.execute("DELETE FROM parcel").rowcount == 2
        connection.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE smuggled (id int)",
        "ALTER TABLE parcel NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY mine ON parcel",
        "TRUNCATE parcel",
        "CREATE SCHEMA smuggled",
        "CREATE ROLE smuggled",
        "SET ROLE idp_owner",
    ],
)
def test_runtime_defines_nothing(urls: dict[str, str], statement: str) -> None:
    with psycopg.connect(urls["app"]) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(statement)


@pytest.mark.parametrize(
    ("role", "expected"),
    [  # superuser, inherits, may log in, passes row-level security
        ("idp_owner", (False, True, True, False)),
        ("idp_app", (False, False, True, False)),
        ("idp_system", (False, True, False, True)),
        ("idp_pdb_reader", (False, True, False, False)),
    ],
)
def test_attributes(supervised: Supervised, role: str, expected: tuple[bool, ...]) -> None:
    query = "SELECT rolsuper, rolinherit, rolcanlogin, rolbypassrls FROM pg_roles WHERE rolname = %s"
    with psycopg.connect(supervised.superuser_url()) as connection:
        assert connection.execute(query, [role]).fetchone() == expected


def test_reader_only_reads_the_production_database(supervised: Supervised) -> None:
    addresses = supervised.addresses()
    with psycopg.connect(addresses["PDB_DATABASE_OWNER_URL"]) as connection:
        connection.execute(OWNED_TABLE)
    with psycopg.connect(addresses["PDB_DATABASE_URL"]) as connection:
        connection.execute("SET LOCAL ROLE idp_pdb_reader")
        assert connection.execute("SELECT count(*) FROM parcel").fetchone() == (0,)
        with pytest.raises(InsufficientPrivilege):
            connection.execute("DELETE FROM parcel")


def test_reader_reads_nothing_of_the_other_database(supervised: Supervised) -> None:
    with psycopg.connect(supervised.addresses()["DATABASE_OWNER_URL"]) as connection:
        connection.execute(OWNED_TABLE)
    with psycopg.connect(supervised.addresses()["DATABASE_URL"]) as connection:
        connection.execute("SET LOCAL ROLE idp_pdb_reader")
        with pytest.raises(InsufficientPrivilege):
            connection.execute("SELECT count(*) FROM public.parcel")


def test_vector_extension_is_there(supervised: Supervised) -> None:
    with psycopg.connect(supervised.addresses()["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT '[1,2]'::vector <-> '[1,4]'::vector").fetchone() == (2.0,)


def test_a_stranger_is_kept_out(supervised: Supervised) -> None:
    url = supervised.addresses()["DATABASE_URL"]
    with psycopg.connect(supervised.superuser_url(), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE ROLE stranger LOGIN PASSWORD 'stranger'"))
    stranger = url.replace(f"idp_app:{supervised.secrets.app_password}", "stranger:stranger")
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(stranger)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url.replace(supervised.secrets.app_password, "wrong"))
