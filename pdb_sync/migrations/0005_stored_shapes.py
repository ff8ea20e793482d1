"""A cell carries the permanent id of its field, a record its kind. Cells of before have no id: views know them by the names of
their version."""

from django.db import migrations, models


class Migration(migrations.Migration):
    compatibility = "expand"

    dependencies = [
        ("pdb_sync", "0003_overrides"),
    ]

    operations = [
        migrations.AddField("pdbcell", "field_id", models.UUIDField(null=True)),
        migrations.AddField("pdbrecord", "kind", models.CharField(max_length=30, default="unknown", db_default="unknown")),
        migrations.AddField(
            "pdbrecordversion", "kind", models.CharField(max_length=30, default="unknown", db_default="unknown")
        ),
    ]
