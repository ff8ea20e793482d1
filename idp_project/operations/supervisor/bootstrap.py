"""Roles, databases and privileges, made by a superuser; every step may run again.

`idp_owner` owns both databases and migrates; `idp_app` is the runtime and owns nothing; `idp_system` passes row-level
security and is reached only by SET ROLE; `idp_pdb_reader` reads the production database, also by SET ROLE only.

None of these makes roles. Logins of analysts are made and dropped by two functions of the superuser (`ANALYST_LOGINS`), which
the owner may call: they touch logins that they made, and nothing else.
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

# They read and write the catalogue alone: tables of the owner could carry its triggers, which would run as the superuser.
ANALYST_LOGINS = r"""
CREATE SCHEMA IF NOT EXISTS idp_logins;
REVOKE ALL ON SCHEMA idp_logins FROM PUBLIC;
GRANT USAGE ON SCHEMA idp_logins TO idp_owner, idp_app;
CREATE OR REPLACE FUNCTION idp_logins.made_here(login text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(bool_or(shobj_description(oid, 'pg_authid') = 'IDP: analyst of ' || current_database()), false)
    FROM pg_roles WHERE rolname = login
$$;
CREATE OR REPLACE FUNCTION idp_logins.analyst_put(login text, verifier text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF login !~ '^[a-z][a-z0-9_]{2,62}$' OR login ~ '^(idp|pg)_' OR verifier !~ '^SCRAM-SHA-256[$]' THEN
        RAISE EXCEPTION 'not a login of an analyst' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = login) THEN
        EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS INHERIT '
            'CONNECTION LIMIT 10 IN ROLE idp_pdb_reader', login);
        EXECUTE format('COMMENT ON ROLE %I IS %L', login, 'IDP: analyst of ' || current_database());
        EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), login);
    ELSIF NOT idp_logins.made_here(login) THEN
        RAISE EXCEPTION 'somebody else made this role' USING ERRCODE = 'duplicate_object';
    END IF;
    EXECUTE format('ALTER ROLE %I LOGIN PASSWORD %L', login, verifier);
END $$;
CREATE OR REPLACE FUNCTION idp_logins.analyst_drop(login text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = login) THEN
        RETURN false;
    ELSIF NOT idp_logins.made_here(login) THEN
        RAISE EXCEPTION 'somebody else made this role' USING ERRCODE = 'duplicate_object';
    END IF;
    EXECUTE format('ALTER ROLE %I NOLOGIN', login);
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = login;
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM %I', current_database(), login);
    EXECUTE format('DROP ROLE %I', login);
    RETURN true;
END $$;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA idp_logins FROM PUBLIC;
GRANT EXECUTE ON FUNCTION idp_logins.analyst_put(text, text), idp_logins.analyst_drop(text) TO idp_owner;
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
        if target.is_pdb:
            connection.execute(ANALYST_LOGINS)


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
