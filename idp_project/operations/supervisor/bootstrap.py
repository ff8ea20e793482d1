"""Roles, databases and privileges, made by a superuser; every step may run again.

`idp_owner` owns both databases and migrates; `idp_app` is the runtime and owns nothing; `idp_system` passes row-level
security and is reached only by SET ROLE; `idp_pdb_reader` reads the production database, also by SET ROLE only.
"""

from dataclasses import dataclass

import psycopg
from psycopg import sql

OWNER, APP, SYSTEM, READER = "idp_owner", "idp_app", "idp_system", "idp_pdb_reader"
LOGIN_ROLE = "NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS LOGIN"
ROLES = {
    OWNER: f"{LOGIN_ROLE} INHERIT",
    APP: f"{LOGIN_ROLE} NOINHERIT",
    SYSTEM: "NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION BYPASSRLS NOLOGIN",
    READER: "NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOLOGIN",
}
MAINTENANCE_DATABASE = "postgres"

DATABASE_PRIVILEGES = """
ALTER DATABASE {database} OWNER TO idp_owner;
REVOKE ALL ON DATABASE {database} FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE {database} TO idp_app, idp_system;
"""
SCHEMA_PRIVILEGES = """
ALTER SCHEMA public OWNER TO idp_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO idp_app, idp_system;
ALTER DEFAULT PRIVILEGES FOR ROLE idp_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO idp_app, idp_system;
ALTER DEFAULT PRIVILEGES FOR ROLE idp_owner IN SCHEMA public
    GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO idp_app, idp_system;
"""
IDP_EXTRAS = "CREATE EXTENSION IF NOT EXISTS vector"
PDB_EXTRAS = """
GRANT CONNECT ON DATABASE {database} TO idp_pdb_reader;
GRANT USAGE ON SCHEMA public TO idp_pdb_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE idp_owner IN SCHEMA public GRANT SELECT ON TABLES TO idp_pdb_reader;
"""


@dataclass(frozen=True)
class Target:
    """One database to make: the superuser's way in, and which of the two it is."""

    superuser_url: str
    database: str
    is_pdb: bool


def bootstrap(target: Target, owner_password: str, app_password: str) -> None:
    """Roles, then the database, then what is inside it. Raises psycopg.Error when the server refuses."""
    with psycopg.connect(target.superuser_url, dbname=MAINTENANCE_DATABASE, autocommit=True) as connection:
        make_roles(connection, {OWNER: owner_password, APP: app_password})
        make_database(connection, target.database)
    with psycopg.connect(target.superuser_url, dbname=target.database) as connection:
        extras = PDB_EXTRAS if target.is_pdb else IDP_EXTRAS
        connection.execute(sql.SQL(SCHEMA_PRIVILEGES + extras).format(database=sql.Identifier(target.database)))


def make_roles(connection: psycopg.Connection, passwords: dict[str, str]) -> None:
    """The four roles with exactly these attributes; passwords are sent as SCRAM verifiers, so no log can show them."""
    known = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles").fetchall()}
    for role, attributes in ROLES.items():
        verb = "ALTER ROLE" if role in known else "CREATE ROLE"
        statement = sql.SQL("{} {} {}").format(sql.SQL(verb), sql.Identifier(role), sql.SQL(attributes))
        if role in passwords:
            verifier = connection.pgconn.encrypt_password(passwords[role].encode(), role.encode(), b"scram-sha-256")
            statement += sql.SQL(" PASSWORD {}").format(sql.Literal(verifier.decode()))
        connection.execute(statement)
    for role in (SYSTEM, READER):
        by_set_role_only = " WITH INHERIT FALSE, SET TRUE" if connection.info.server_version >= 160000 else ""
        connection.execute(sql.SQL("GRANT {} TO idp_app" + by_set_role_only).format(sql.Identifier(role)))


def make_database(connection: psycopg.Connection, name: str, template: str = "template0") -> None:
    """The database, owned by idp_owner and closed to everybody else; one that exists is kept."""
    exists = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    database = sql.Identifier(name)
    if not exists:
        statement = sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE {}")
        connection.execute(statement.format(database, sql.Identifier(template)))
    for statement_text in DATABASE_PRIVILEGES.strip().splitlines():
        connection.execute(sql.SQL(statement_text).format(database=database))
