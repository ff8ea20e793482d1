"""Cells of sensitive fields, which analysts see only where their login may; of records and versions they read no values at all.

Raises the walls of analysts in place of those that the first migration of earlier releases made: they name a column that
is there from now on. Who gives them another column later moves the call to that migration.
"""

from django.db import migrations, models

from pdb_sync.domain.view_definitions import ANALYST_ROLE, analyst_statements


def wall_analysts_in(apps, schema_editor):
    """Where the server has no such role yet, publishing a view does it later."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ANALYST_ROLE])
        if cursor.fetchone():
            for statement in analyst_statements():
                cursor.execute(statement)


class Migration(migrations.Migration):
    compatibility = "expand"

    dependencies = [("pdb_sync", "0005_stored_shapes")]

    operations = [
        migrations.AddField("pdbcell", "is_sensitive", models.BooleanField(default=False, db_default=False)),
        migrations.AddField("analystgrant", "sees_sensitive", models.BooleanField(default=False, db_default=False)),
        migrations.RunPython(wall_analysts_in, migrations.RunPython.noop),
    ]
