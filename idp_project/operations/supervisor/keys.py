"""Guards the keys: nothing is started with others than the data's, and none are made where data exists."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psycopg

from idp_project.core.key_fingerprint import DataKeys, differing_message, other_secrets_message
from idp_project.operations.supervisor.addresses import database_of
from idp_project.operations.supervisor.contents import Contents, contents_of
from idp_project.operations.supervisor.environment import KEY_NAMES, Secrets, read
from idp_project.operations.supervisor.errors import SupervisorError
from idp_project.operations.supervisor.places import CHECKOUT, Places

FOR_COMPARISON = ("SECRET_KEY_FALLBACKS",)
COPY_AWAY = (
    "Copy {path} to a safe place: without it nobody can decrypt stored provider keys and mail passwords, verify the audit "
    "trail or restore a backup."
)


@dataclass(frozen=True)
class ExistingData:
    """`place` names what holds data already, empty where nothing does. `has_cluster`: it is an embedded PostgreSQL."""

    place: str = ""
    has_cluster: bool = False


def check_missing(places: Places, given: Mapping[str, str], missing: list[str]) -> None:
    """SupervisorError where existing data needs a secret that is missing in the file.

    `given` is the real environment: a key that it names need not be in the file. Passwords of the roles and of Redis are
    set again at every start, the superuser's only opens an embedded PostgreSQL.
    """
    keys = [name for name in missing if name in KEY_NAMES and not given.get(name.upper())]
    superuser = [name for name in missing if name == "superuser_password"]
    if not keys and not superuser:
        return
    data = existing_data(places, given)
    lost = [*keys, *(superuser if data.has_cluster else [])]
    if data.place and lost:
        raise SupervisorError(_lost_message(places, lost, data))


def existing_data(places: Places, given: Mapping[str, str]) -> ExistingData:
    """What an earlier start has left: a cluster, an `environment` with keys, a migrated database of one's own."""
    if (places.postgres_data / "PG_VERSION").exists():
        return ExistingData(str(places.postgres_data), has_cluster=True)
    if read(places.environment).get("SECRET_KEY"):
        return ExistingData(f"an earlier start, which left {places.environment},")
    for name, default in (("DATABASE_URL", "idp"), ("PDB_DATABASE_URL", "pdb")):
        if given.get(name) and _is_migrated(name, given[name], default):
            return ExistingData(f"the database that {name} names")
    return ExistingData()


def check_keys(contents: Contents, present: Mapping[str, str], places: Places) -> None:
    """SupervisorError naming the keys that differ from those of the data.

    Where the database has no record yet (it was made by an earlier version), `environment` tells what the last start
    used.
    """
    keys = DataKeys.from_environment(present)
    if keys is None:
        return
    last = DataKeys.from_environment(read(places.environment))
    needed = contents.fingerprints
    if not needed and contents.is_migrated and last:
        needed = {name: [value] for name, value in last.newest().items() if name != "AUDIT_MAC_KEY"}
    names = keys.differing(needed)
    if not names:
        return
    cure = f"Put the file `secrets` back that belongs to this data: {places.secrets}."
    if last and not last.differing(needed):
        cure += f" {_still_in_environment(places)}"
    raise SupervisorError(differing_message(names, cure))


def present_keys(secrets: Secrets, given: Mapping[str, str]) -> dict[str, str]:
    """The keys as every process will see them: the real environment wins over the file."""
    values = secrets.settings() | {name: given.get(name, "") for name in FOR_COMPARISON}
    return {name: given.get(name) or value for name, value in values.items()}


def wrong_password_message(places: Places) -> str:
    """For an embedded PostgreSQL that refuses our superuser."""
    message = (
        f"{places.secrets} does not open {places.postgres_data}: it is not the file that belongs to this data. "
        "Put the right `secrets` back."
    )
    return f"{message} {_still_in_environment(places)}" if read(places.environment).get("SECRET_KEY") else message


def _is_migrated(name: str, url: str, default: str) -> bool:
    try:
        return contents_of(url, database_of(url, default)).is_migrated
    except psycopg.Error as error:
        raise SupervisorError(f"{name}: {str(error).strip()}") from error


def _lost_message(places: Places, lost: list[str], data: ExistingData) -> str:
    what = f"lacks {', '.join(lost)}" if places.secrets.exists() else "is missing"
    message = (
        f"{places.secrets} {what}, but {data.place} holds data that was written with it, so no new one is made. "
        "Put your copy of the file back."
    )
    if read(places.environment).get("SECRET_KEY"):
        message += f" {_still_in_environment(places)}"
    return message


def _still_in_environment(places: Places) -> str:
    *first, last = KEY_NAMES
    return (
        f"Keep a copy of {places.environment}: it still holds the values of {', '.join(first)} and {last}, under the same "
        "names in capital letters."
    )


def check_backup(words: Sequence[str], places: Places, given: Mapping[str, str]) -> None:
    """SupervisorError before anything is made for a backup that needs other keys. `words` are those of `restore`."""
    folder = next((word for word in words if not word.startswith("-")), "")
    if not folder or "--other-keys" in words:
        return
    try:
        needed = json.loads((CHECKOUT / folder / "manifest.json").read_text())["keys"]
    except (OSError, ValueError, KeyError, TypeError):
        return  # `restore` itself says what is wrong with it
    if not isinstance(needed, dict):
        return
    known = read(places.secrets)
    file = {name.upper(): known.get(name, "") for name in KEY_NAMES}
    values = {name: given.get(name) or file.get(name, "") for name in (*file, *FOR_COMPARISON)}
    keys = DataKeys.from_environment(values)
    names = keys.differing(needed) if keys else sorted(needed)
    if names:
        raise SupervisorError(other_secrets_message(names))
