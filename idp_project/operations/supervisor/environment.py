"""Secrets and addresses: generated once, kept in `<data>/environment` (0600), handed to every process.

The owner's addresses of both databases are kept apart, in `<data>/owner-environment`: see `Programs`.
"""

import os
import secrets as random_secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import quote

from idp_project.core.key_fingerprint import default_audit_key
from idp_project.operations.supervisor.places import Places

ADDRESS_NAMES = (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "PDB_DATABASE_URL",
    "PDB_DATABASE_OWNER_URL",
    "REDIS_URL",
    "REDIS_PREFIX",
    "SANDBOX_SOCKET",
    "OFFICE_SOCKET",
    "RULES_SOCKET",
    "PUBLIC_URL",
)
OWNER_NAMES = ("DATABASE_OWNER_URL", "PDB_DATABASE_OWNER_URL")
KEY_NAMES = ("secret_key", "image_token_key", "jwt_signing_key", "field_encryption_salts", "audit_mac_key")


@dataclass(frozen=True)
class Secrets:
    """Everything that was generated for one data folder. The five upper ones are settings, the others passwords."""

    secret_key: str
    image_token_key: str
    jwt_signing_key: str
    field_encryption_salts: str
    audit_mac_key: str
    superuser_password: str
    owner_password: str
    app_password: str
    redis_password: str

    def settings(self) -> dict[str, str]:
        """The part that Django reads, by its environment names."""
        return {name.upper(): getattr(self, name) for name in KEY_NAMES}


def kept_secrets(
    path: Path, check_missing: Callable[[list[str]], None] | None = None, given: Mapping[str, str] | None = None
) -> Secrets:
    """The secrets in this file (0600). Missing ones are made and written first, if `check_missing` does not raise.

    `check_missing` is called with the names of what is missing. `given` is the real environment. A missing audit key is
    the one that follows from the secret key where there is one: earlier versions wrote the trail with that.
    """
    known = read(path)
    secret_key = (given or {}).get("SECRET_KEY") or known.get("secret_key")
    if secret_key and not known.get("audit_mac_key"):
        known = known | {"audit_mac_key": default_audit_key(secret_key)}
    missing = [field.name for field in fields(Secrets) if not known.get(field.name)]
    if missing and check_missing:
        check_missing(missing)
    values = {field.name: known.get(field.name) or random_secrets.token_hex(24) for field in fields(Secrets)}
    if values != read(path):
        write(path, values)
    return Secrets(**values)


def read(path: Path) -> dict[str, str]:
    """NAME=value lines; a file that is not there is empty."""
    if not path.exists():
        return {}
    lines = [line.partition("=") for line in path.read_text().splitlines() if "=" in line and not line.startswith("#")]
    return {name.strip(): value.strip() for name, _, value in lines}


def write(path: Path, values: Mapping[str, str]) -> None:
    """Replace the file of NAME=value lines in one step; nobody else may read it."""
    write_private(path, "".join(f"{name}={value}\n" for name, value in values.items()))


def write_private(path: Path, text: str) -> None:
    """Replace the file in one step; nobody else may read it."""
    unfinished = path.with_name(path.name + ".unfinished")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    unfinished.replace(path)


def socket_url(role: str, password: str, database: str, sockets: Path) -> str:
    """libpq URL of a database behind a unix socket; psycopg, asyncpg and Django read it alike."""
    return f"postgres://{role}:{quote(password, safe='')}@/{database}?host={quote(str(sockets), safe='')}"


def embedded_postgres(places: Places, secrets: Secrets, idp: str = "idp", pdb: str = "pdb") -> dict[str, str]:
    """The four addresses of the embedded PostgreSQL."""
    sockets = places.postgres_sockets
    return {
        "DATABASE_URL": socket_url("idp_app", secrets.app_password, idp, sockets),
        "DATABASE_OWNER_URL": socket_url("idp_owner", secrets.owner_password, idp, sockets),
        "PDB_DATABASE_URL": socket_url("idp_app", secrets.app_password, pdb, sockets),
        "PDB_DATABASE_OWNER_URL": socket_url("idp_owner", secrets.owner_password, pdb, sockets),
    }


def embedded_redis(places: Places, secrets: Secrets, number: int = 0) -> dict[str, str]:
    """Address of the embedded Redis; `number` is its database."""
    return {"REDIS_URL": f"unix://:{secrets.redis_password}@{places.redis_socket}?db={number}"}
