"""A migration operation: row-level security with FORCE on a table that carries `organization_id`."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation

_ENABLE = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY organization_rows ON {table}
    USING (organization_id = nullif(current_setting('app.org_id', true), '')::uuid)
    WITH CHECK (organization_id = nullif(current_setting('app.org_id', true), '')::uuid);
"""
_DISABLE = """
DROP POLICY organization_rows ON {table};
ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
"""


class EnableRowLevelSecurity(Operation):
    """Rows are visible only inside `organization_scope` of their organisation (or `system_scope`)."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, table: str) -> None:
        self.table = table

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models do not change."""

    def database_forwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, *states: Any) -> None:
        self._execute(_ENABLE, app_label, schema_editor)

    def database_backwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, *states: Any) -> None:
        self._execute(_DISABLE, app_label, schema_editor)

    def _execute(self, statement: str, app_label: str, schema_editor: BaseDatabaseSchemaEditor) -> None:
        from django.db import router

        if router.allow_migrate(schema_editor.connection.alias, app_label):
            schema_editor.execute(statement.format(table=schema_editor.quote_name(self.table)), params=None)

    def describe(self) -> str:
        return f"Enable row-level security on {self.table}"
