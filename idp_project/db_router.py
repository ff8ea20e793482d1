"""IDP or PDB, by app label: only `pdb_sync` lives on `pdb`."""

from typing import Any

PDB_APPS = frozenset({"pdb_sync"})


class DatabaseRouter:
    """No relation and no migration crosses the two databases."""

    def _database(self, app_label: str) -> str:
        return "pdb" if app_label in PDB_APPS else "default"

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return self._database(model._meta.app_label)

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return self._database(model._meta.app_label)

    def allow_relation(self, left: Any, right: Any, **hints: Any) -> bool:
        return self._database(left._meta.app_label) == self._database(right._meta.app_label)

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == self._database(app_label)
