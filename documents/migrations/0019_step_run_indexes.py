"""A step run is written four times on its way, and each write of an indexed column writes every index anew.

Nobody looks for step runs by organisation or status alone, so these indexes go; with room left in its pages (fillfactor)
PostgreSQL then keeps a row's new version beside the old one (heap-only tuples) and touches no index.
"""

import django.db.models.deletion
from django.db import migrations, models

ROOM = "ALTER TABLE documents_steprun SET (fillfactor = 60)"
NO_ROOM = "ALTER TABLE documents_steprun RESET (fillfactor)"


class Migration(migrations.Migration):
    compatibility = "expand"

    dependencies = [
        ("accounts", "0012_retention_changed_at"),
        ("documents", "0018_file_sweeps"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="steprun", name="step_run_open"),
        migrations.AlterField(
            model_name="steprun",
            name="organization",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organization",
            ),
        ),
        migrations.RunSQL(ROOM, NO_ROOM),
    ]
