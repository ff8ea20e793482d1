"""The owner's account, for migrations and other DDL; everything else runs as the runtime role.

Only the processes that need the owner are told its address: `prepare`, `restore`, the publisher. All others raise
OwnerMissing here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db import connections

from idp_project.core.errors import IdpError
from idp_project.core.refusals import OWNER_MISSING

OWNER_NAMES = {"default": "DATABASE_OWNER_URL", "pdb": "PDB_DATABASE_OWNER_URL"}


class OwnerMissing(IdpError):
    """This process does not know the owner of a database, and what it was asked for needs it."""

    code = "owner_missing"
    http_status = HTTPStatus.SERVICE_UNAVAILABLE


def owner_of(alias: str) -> dict[str, Any]:
    """The owner's entry for DATABASES. Raises OwnerMissing, with what to do, where this process was not told."""
    found: dict[str, Any] | None = settings.DATABASE_OWNERS.get(alias)
    if found is None:
        raise OwnerMissing(OWNER_MISSING(name=OWNER_NAMES[alias]))
    return found


@contextmanager
def connected_as_owner() -> Iterator[None]:
    """Both databases under the owner's account inside the block; open connections of this thread are closed.

    Raises OwnerMissing before anything is closed.
    """
    owners = {alias: owner_of(alias) for alias in connections}
    runtime = {alias: dict(connections[alias].settings_dict) for alias in connections}
    try:
        for alias in connections:
            connections[alias].close()
            connections[alias].settings_dict.update(
                {name: owners[alias][name] for name in ("USER", "PASSWORD", "HOST", "PORT")}
            )
        yield
    finally:
        for alias in connections:
            connections[alias].close()
            connections[alias].settings_dict.update(runtime[alias])
