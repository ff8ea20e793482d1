"""PostgreSQL and Redis of one data folder, and the environment that leads every other process to them."""

import hashlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import psycopg

from idp_project.operations.supervisor.account import Account, store_account
from idp_project.operations.supervisor.addresses import database_of, given_database, is_embedded, owner_name
from idp_project.operations.supervisor.bootstrap import Target, bootstrap
from idp_project.operations.supervisor.contents import Contents, contents_of, has_database
from idp_project.operations.supervisor.environment import (
    Secrets,
    embedded_postgres,
    embedded_redis,
    kept_secrets,
    socket_url,
)
from idp_project.operations.supervisor.errors import SupervisorError
from idp_project.operations.supervisor.keys import check_missing, wrong_password_message
from idp_project.operations.supervisor.places import SHELTER, Places, make_private, places_at
from idp_project.operations.supervisor.postgres import SUPERUSER, Postgres
from idp_project.operations.supervisor.processes import Child, Program
from idp_project.operations.supervisor.redis import prepare_redis, wait_for_redis

Launch = Callable[[Program], Child]
Check = Callable[[Contents], None]
DATABASES = {"DATABASE_URL": "idp", "PDB_DATABASE_URL": "pdb"}


def settle(data: Path) -> tuple[Places, Account | None]:
    """Make the data folder; choose the stores' account and the folder that it can enter."""
    is_root = os.geteuid() == 0
    make_private(data, 0o711 if is_root else 0o700)
    for name in ("logs", "files", "static", "mail"):
        make_private(data / name)
    places = places_at(data)
    account = store_account([places.postgres_data])
    if account and places.home == data and not account.can("-x", data):
        places = Places(data, SHELTER / hashlib.sha256(os.fsencode(data)).hexdigest()[:16])
        SHELTER.mkdir(mode=0o755, parents=True, exist_ok=True)
        places.home_note.write_text(f"{places.home}\n")
    if account and places.home != data:
        places.home.mkdir(mode=0o700, exist_ok=True)
        account.own(places.home)
    make_private(places.run, 0o711 if is_root else 0o700)
    return places, account


class Stores:
    """The two embedded servers, as far as `environment` names no other ones."""

    def __init__(
        self,
        places: Places,
        account: Account | None,
        environment: Mapping[str, str],
        *,
        secrets: Secrets | None = None,
        is_durable: bool = True,
    ) -> None:
        self.places = places
        self.account = account
        self.given = environment
        self.has_new_secrets = secrets is None and not places.secrets.exists()
        self.secrets = secrets or kept_secrets(
            places.secrets, lambda missing: check_missing(places, environment, missing), environment
        )
        self.embedded_databases = [name for name in DATABASES if is_embedded(name, environment)]
        self.postgres = Postgres(
            places,
            account,
            self.secrets.superuser_password,
            is_durable=is_durable,
            analysts_port=self._analysts_port(),
        )
        self.has_embedded_redis = is_embedded("REDIS_URL", environment)

    def _analysts_port(self) -> int | None:
        """IDP_PDB_PORT. Raises SupervisorError where it is no port, or the production database is not the embedded one."""
        given = self.given.get("IDP_PDB_PORT", "").strip()
        if not given:
            return None
        if not given.isdecimal() or not 1024 <= int(given) <= 65535:
            raise SupervisorError("IDP_PDB_PORT has to be a number from 1024 to 65535.")
        if "PDB_DATABASE_URL" not in self.embedded_databases:
            raise SupervisorError("IDP_PDB_PORT is for the embedded server; PDB_DATABASE_URL names another one.")
        return int(given)

    def start(self, launch: Launch, check: Check = lambda contents: None) -> dict[str, str]:
        """Start what is ours, make roles and databases, answer with every address by its environment name.

        `check` sees what the IDP database holds before anything is changed in it, and may raise.
        """
        postgres = launch(self.postgres.prepare()) if self.embedded_databases else None
        redis = launch(self.prepare_redis()) if self.has_embedded_redis else None
        addresses = {"REDIS_PREFIX": self.given.get("REDIS_PREFIX") or f"idp-{self.places.key}"}
        if postgres:
            self.postgres.wait_until_ready(postgres)
        check(self._contents())
        if postgres:
            addresses |= self._make_embedded_databases()
        for name in DATABASES:
            if name not in self.embedded_databases:
                addresses |= given_database(name, self.given, self.secrets)
        if redis:
            wait_for_redis(redis, self.places.redis_socket, self.secrets.redis_password)
            addresses |= embedded_redis(self.places, self.secrets)
        else:
            addresses["REDIS_URL"] = self.given["REDIS_URL"]
        return addresses

    def _contents(self) -> Contents:
        """Contents of the IDP database, wherever it is."""
        is_ours = "DATABASE_URL" in self.embedded_databases
        url = self.superuser_url() if is_ours else self.given["DATABASE_URL"]
        default = DATABASES["DATABASE_URL"]
        try:
            if is_ours and not has_database(url, default):
                return Contents()
            return contents_of(url, default if is_ours else database_of(url, default))
        except psycopg.Error as error:
            if is_ours and "password authentication failed" in str(error):
                raise SupervisorError(wrong_password_message(self.places)) from error
            where = "PostgreSQL" if is_ours else "DATABASE_URL"
            raise SupervisorError(f"{where}: {str(error).strip()}") from error

    def prepare_redis(self) -> Program:
        return prepare_redis(self.places, self.account, self.secrets.redis_password)

    def superuser_url(self, database: str = "postgres") -> str:
        """The embedded server's superuser: for the bootstrap and the tests' databases only."""
        return socket_url(SUPERUSER, self.secrets.superuser_password, database, self.places.postgres_sockets)

    def _make_embedded_databases(self) -> dict[str, str]:
        every = embedded_postgres(self.places, self.secrets)
        addresses: dict[str, str] = {}
        for name in self.embedded_databases:
            target = Target(self.superuser_url(), DATABASES[name], is_pdb=name.startswith("PDB_"))
            bootstrap(target, self.secrets.owner_password, self.secrets.app_password)
            owner = owner_name(name)
            addresses |= {name: every[name], owner: every[owner]}
        return addresses
