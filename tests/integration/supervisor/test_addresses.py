"""Servers named by URL: roles are made when the account may, and told to make when it may not."""

import psycopg
import pytest

from idp_project.operations.supervisor.addresses import given_database, with_account
from idp_project.operations.supervisor.environment import Secrets
from idp_project.operations.supervisor.errors import SupervisorError
from tests.integration.supervisor.conftest import Supervised

OTHERS = Secrets(**dict.fromkeys(Secrets.__dataclass_fields__, "another-secret"))


def test_superuser_is_used_once_and_runtime_gets_its_own_account(supervised: Supervised) -> None:
    given = {"DATABASE_URL": supervised.superuser_url("somewhere_else")}
    addresses = given_database("DATABASE_URL", given, OTHERS)
    with psycopg.connect(addresses["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT current_user, current_database()").fetchone() == ("idp_app", "somewhere_else")
        assert connection.execute("SELECT '[1]'::vector <-> '[1]'::vector").fetchone() == (0.0,)
    with psycopg.connect(addresses["DATABASE_OWNER_URL"]) as connection:
        connection.execute("CREATE TABLE made_by_owner (id int)")


def test_an_ordinary_account_needs_the_owner_beside_it(supervised: Supervised) -> None:
    made = given_database("PDB_DATABASE_URL", {"PDB_DATABASE_URL": supervised.superuser_url("pdb_elsewhere")}, OTHERS)
    assert given_database("PDB_DATABASE_URL", made, OTHERS) == made
    alone = {"PDB_DATABASE_URL": made["PDB_DATABASE_URL"]}
    with pytest.raises(SupervisorError, match="PDB_DATABASE_OWNER_URL must name the owner's"):
        given_database("PDB_DATABASE_URL", alone, OTHERS)


def test_account_that_cannot_become_the_system_role_is_refused(supervised: Supervised) -> None:
    made = given_database("DATABASE_URL", {"DATABASE_URL": supervised.superuser_url("third")}, OTHERS)
    swapped = made | {"DATABASE_URL": made["DATABASE_OWNER_URL"]}
    with pytest.raises(SupervisorError, match="SET ROLE idp_system"):
        given_database("DATABASE_URL", swapped, OTHERS)


def test_a_server_that_is_away_is_named(supervised: Supervised) -> None:
    url = with_account("postgres://x@127.0.0.1:9/idp", "idp_app", "secret")
    with pytest.raises(SupervisorError, match=r"^DATABASE_URL: .*refused"):
        given_database("DATABASE_URL", {"DATABASE_URL": url}, OTHERS)
