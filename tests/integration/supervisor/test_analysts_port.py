"""IDP_PDB_PORT: the embedded server on loopback, for analysts and the production database alone."""

import socket
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from idp_project.operations.supervisor.environment import Secrets
from idp_project.operations.supervisor.errors import SupervisorError
from idp_project.operations.supervisor.places import places_at
from idp_project.operations.supervisor.stores import Stores
from tests.integration.supervisor.conftest import Supervised

NAME, PASSWORD = "ada_lovelace", "a password of hers"


@pytest.fixture(scope="module")
def port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture(scope="module")
def listening(short_folder: Path, port: int) -> Iterator[Supervised]:
    """Stores with a port for analysts, and one analyst."""
    supervised = Supervised(short_folder / "listening")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IDP_PDB_PORT", str(port))
        assert supervised.start() == "ready"
    with psycopg.connect(supervised.addresses()["PDB_DATABASE_OWNER_URL"]) as connection:
        verifier = connection.pgconn.encrypt_password(PASSWORD.encode(), NAME.encode(), b"scram-sha-256").decode()
        connection.execute("SELECT idp_logins.analyst_put(%s, %s)", [NAME, verifier])
    yield supervised
    assert supervised.stop() == 0


def by_tcp(port: int, database: str = "pdb", user: str = NAME, password: str = PASSWORD) -> psycopg.Connection:
    return psycopg.connect(host="127.0.0.1", port=port, dbname=database, user=user, password=password)


def test_an_analyst_enters_the_production_database(listening: Supervised, port: int) -> None:
    with by_tcp(port) as connection:
        assert connection.execute("SELECT current_database(), session_user").fetchone() == ("pdb", NAME)


def test_a_wrong_password_is_refused(listening: Supervised, port: int) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        by_tcp(port, password="wrong")


@pytest.mark.parametrize("database", ["idp", "postgres", "template1"])
def test_other_databases_are_refused(listening: Supervised, port: int, database: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="no pg_hba\\.conf entry"):
        by_tcp(port, database)


@pytest.mark.parametrize("role", ["idp_superuser", "idp_owner", "idp_app"])
def test_the_products_own_accounts_are_refused(listening: Supervised, port: int, role: str) -> None:
    secrets = listening.secrets
    passwords = {"idp_superuser": secrets.superuser_password, "idp_owner": secrets.owner_password}
    with pytest.raises(psycopg.OperationalError, match="pg_hba\\.conf rejects"):
        by_tcp(port, user=role, password=passwords.get(role, secrets.app_password))


def test_the_product_uses_its_socket_and_loopback_listens(listening: Supervised, port: int) -> None:
    with psycopg.connect(listening.addresses()["DATABASE_URL"]) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("127.0.0.1",)
    with psycopg.connect(listening.superuser_url()) as connection:
        assert connection.execute("SHOW port").fetchone() == (str(port),)


def test_it_starts_again_after_it_was_killed(listening: Supervised, port: int) -> None:
    listening.kill()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IDP_PDB_PORT", str(port))
        assert listening.start() == "ready"
    with by_tcp(port) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_without_the_port_nothing_listens(supervised: Supervised) -> None:
    with psycopg.connect(supervised.superuser_url()) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


@pytest.mark.parametrize("wrong", ["80", "65536", "abc", "-1"])
def test_what_is_no_port_is_refused(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(SupervisorError, match="from 1024 to 65535"):
        _stores(tmp_path, {"IDP_PDB_PORT": wrong})


def test_a_server_of_ones_own_takes_no_port(tmp_path: Path) -> None:
    own = {"IDP_PDB_PORT": "15432", "PDB_DATABASE_URL": "postgres://idp_app@pdb.example/pdb"}
    with pytest.raises(SupervisorError, match="for the embedded server"):
        _stores(tmp_path, own)


def _stores(folder: Path, environment: dict[str, str]) -> Stores:
    secrets = Secrets(*("x" * 48 for _ in range(9)))
    return Stores(places_at(folder), None, environment, secrets=secrets)
