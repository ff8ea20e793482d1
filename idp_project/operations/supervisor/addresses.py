"""Servers named in the environment instead of the embedded ones; their addresses as the runtime needs them.

A given superuser account makes the roles and the runtime addresses are derived from it. A given ordinary account must
come with the owner's, because migrations are not the runtime's business.
"""

from collections.abc import Mapping
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg

from idp_project.operations.supervisor.bootstrap import APP, OWNER, SYSTEM, Target, bootstrap
from idp_project.operations.supervisor.environment import Secrets
from idp_project.operations.supervisor.errors import SupervisorError

OLDEST_VERSION = 150000


def is_embedded(name: str, environment: Mapping[str, str]) -> bool:
    """Whether nobody named a server for DATABASE_URL, PDB_DATABASE_URL or REDIS_URL."""
    return not environment.get(name)


def owner_name(name: str) -> str:
    return name.replace("DATABASE_URL", "DATABASE_OWNER_URL")


def given_database(name: str, environment: Mapping[str, str], secrets: Secrets) -> dict[str, str]:
    """Runtime and owner addresses of a database server named by URL; its roles are made when the account may.

    `name` is DATABASE_URL or PDB_DATABASE_URL. Raises SupervisorError with what to do.
    """
    url = environment[name]
    try:
        version, is_superuser = _look(url)
        if version < OLDEST_VERSION:
            raise SupervisorError(f"{name} names PostgreSQL {version // 10000}; version 15 or newer is needed.")
        if is_superuser:
            return _derived(name, url, secrets)
        _check_ordinary(name, environment)
    except psycopg.Error as error:
        raise SupervisorError(f"{name}: {str(error).strip()}") from error
    return {name: url, owner_name(name): environment[owner_name(name)]}


def with_account(url: str, role: str, password: str) -> str:
    """The same server and database under another account."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{role}:{quote(password, safe='')}@{place}"))


def database_of(url: str, default: str) -> str:
    return urlsplit(url).path.lstrip("/") or default


def _look(url: str) -> tuple[int, bool]:
    """Server version and whether the account is a superuser; asked in `postgres` if our database is not made yet."""
    try:
        connection = psycopg.connect(url, connect_timeout=10)
    except psycopg.OperationalError as error:
        if "does not exist" not in str(error):
            raise
        connection = psycopg.connect(url, dbname="postgres", connect_timeout=10)
    with connection:
        row = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
        return connection.info.server_version, bool(row and row[0])


def _derived(name: str, url: str, secrets: Secrets) -> dict[str, str]:
    is_pdb = name.startswith("PDB_")
    database = database_of(url, "pdb" if is_pdb else "idp")
    bootstrap(Target(url, database, is_pdb), secrets.owner_password, secrets.app_password)
    url = urlunsplit(urlsplit(url)._replace(path=f"/{database}"))
    return {
        name: with_account(url, APP, secrets.app_password),
        owner_name(name): with_account(url, OWNER, secrets.owner_password),
    }


def _check_ordinary(name: str, environment: Mapping[str, str]) -> None:
    owner = owner_name(name)
    if not environment.get(owner):
        raise SupervisorError(
            f"{name} names an account that is no superuser, so {owner} must name the owner's. Or give a superuser's "
            f"{name} once: the roles idp_owner, idp_app and idp_system are then made for you."
        )
    with psycopg.connect(environment[owner], connect_timeout=10) as connection:
        if not name.startswith("PDB_"):
            found = connection.execute("SELECT 1 FROM pg_extension WHERE extname = 'vector'").fetchone()
            if not found:
                raise SupervisorError(f"{owner}: ask for `CREATE EXTENSION vector` in this database (pgvector 0.8.4+).")
    with psycopg.connect(environment[name], connect_timeout=10) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_roles "
            "WHERE rolname = %s AND rolbypassrls AND pg_has_role(current_user, oid, 'MEMBER')",
            [SYSTEM],
        ).fetchone()
        if not row or not row[0]:
            raise SupervisorError(f"{name}: its account must be allowed to SET ROLE {SYSTEM}, a BYPASSRLS role.")
