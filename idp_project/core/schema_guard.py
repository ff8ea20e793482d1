"""Keeps code away from a database that it does not fit: web, workers, clock and commands ask `problem()` before they work.

Another machine may upgrade the database while this process runs, so the answer is looked up again every
`SCHEMA_CHECK_SECONDS`, on a connection of its own; in between it costs a look at the clock.
"""

from __future__ import annotations

import logging
import pkgutil
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from http import HTTPStatus
from importlib.util import find_spec

from django.apps import apps
from django.conf import settings
from django.core.management.base import CommandError
from django.db import DatabaseError, connections

from idp_project.core.errors import IdpError
from idp_project.core.migration_marks import applied_with_marks
from idp_project.core.release import release
from idp_project.core.schema_comparison import Comparison, MigrationName, compare

logger = logging.getLogger(__name__)
DATABASE_NAMES = {"default": "main", "pdb": "production"}
_MOST_NAMES = 3


class SchemaMismatch(IdpError):
    """A database does not fit this release: nothing is read or written until it does."""

    code = "schema_mismatch"
    http_status = HTTPStatus.SERVICE_UNAVAILABLE
    is_retryable = True


@cache
def known_migrations() -> frozenset[MigrationName]:
    """Lists the migrations of every installed app by the names of their files; imports nothing."""
    found: set[MigrationName] = set()
    for config in apps.get_app_configs():
        spec = find_spec(f"{config.name}.migrations")
        for folder in (spec.submodule_search_locations or []) if spec else []:
            names = (module.name for module in pkgutil.iter_modules([folder]) if not module.ispkg)
            found |= {(config.label, name) for name in names if name[0] not in "_~"}
    return frozenset(found)


def comparison_of(alias: str) -> Comparison:
    """Compares the database's migrations, as they are now, with this release's. Raises DatabaseError."""
    connection = connections[alias].copy()
    try:
        return compare(applied_with_marks(connection), known_migrations())
    finally:
        connection.close()


def reachable_comparisons() -> dict[str, Comparison]:
    """Returns comparisons by alias; skips databases that do not answer."""
    found = {}
    for alias in connections:
        try:
            found[alias] = comparison_of(alias)
        except DatabaseError as error:
            logger.debug("the schema of “%s” could not be checked: %s", alias, error)
    return found


def mismatch(comparisons: Mapping[str, Comparison]) -> SchemaMismatch | None:
    """The error that says what does not fit and what to do; None where everything fits."""
    for alias, found in comparisons.items():
        if found.ahead_by_contract:
            return SchemaMismatch(_ahead(DATABASE_NAMES.get(alias, alias), found))
    for alias, found in comparisons.items():
        if found.behind:
            return SchemaMismatch(_behind(DATABASE_NAMES.get(alias, alias), found))
    return None


def check_not_ahead(aliases: Iterable[str]) -> None:
    """For who migrates: raises CommandError where a newer release has changed one of these databases by a contract."""
    if error := mismatch({alias: replace(comparison_of(alias), behind=()) for alias in aliases}):
        raise CommandError(error.message)


def _ahead(database: str, found: Comparison) -> str:
    by = f" by IDP {found.newer_version}" if found.newer_version else ""
    return (
        f"The {database} database was changed{by} in a way that this release, {release()}, cannot work with: "
        f"{_some(found.ahead_by_contract)}. Start the newer release again, or restore the backup from before the upgrade."
    )


def _behind(database: str, found: Comparison) -> str:
    return (
        f"The {database} database is behind this release, {release()}: {_some(found.behind)} not applied. "
        "Make a backup with the earlier release, stop everything, then run `manage.py prepare` of this one."
    )


def _some(names: tuple[str, ...]) -> str:
    rest = len(names) - _MOST_NAMES
    return ", ".join(names[:_MOST_NAMES]) + (f" and {rest} more" if rest > 0 else "")


class SchemaGuard:
    """The last known answer of one process, for all of its threads and the children that it forks."""

    def __init__(self) -> None:
        self.comparisons: dict[str, Comparison] = {}
        self._problem: SchemaMismatch | None = None
        self._due_at = 0.0
        self._lock = threading.Lock()

    def problem(self) -> SchemaMismatch | None:
        """What does not fit, at most `SCHEMA_CHECK_SECONDS` old; None where all is well or the check is switched off.

        While one thread looks, the others use the last answer. A database that does not answer changes nothing.
        """
        if settings.SCHEMA_CHECK_SECONDS <= 0 or time.monotonic() < self._due_at:
            return self._problem
        if self._lock.acquire(blocking=not self._due_at):
            try:
                if time.monotonic() >= self._due_at:
                    self._look()
            finally:
                self._lock.release()
        return self._problem

    def _look(self) -> None:
        before = self._problem
        self.comparisons |= reachable_comparisons()
        self._problem = mismatch(self.comparisons)
        self._due_at = time.monotonic() + settings.SCHEMA_CHECK_SECONDS
        if str(self._problem) != str(before):
            logger.error("%s", self._problem) if self._problem else logger.info("The databases fit this release again.")


guard = SchemaGuard()


def problem() -> SchemaMismatch | None:
    """See `SchemaGuard.problem`."""
    return guard.problem()
