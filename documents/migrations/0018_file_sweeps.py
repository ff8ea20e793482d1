"""Sweeps of files that no row names, and the indexes by which they ask who names a file."""

import django.db.models.deletion
import uuid
from django.db import migrations, models

from idp_project.core.row_level_security import EnableRowLevelSecurity


def named(model, field, name):
    index = models.Index(fields=[field], condition=models.Q((field, ""), _negated=True), name=name)
    return migrations.AddIndex(model, index)


class Migration(migrations.Migration):
    compatibility = "expand"

    dependencies = [("accounts", "0012_retention_changed_at"), ("documents", "0017_order_of_a_document")]

    operations = [
        migrations.CreateModel(
            name="FileSweep",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("position", models.CharField(blank=True, max_length=255)),
                ("looked_at", models.BigIntegerField(default=0)),
                ("files", models.BigIntegerField(default=0)),
                ("bytes", models.BigIntegerField(default=0)),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at"],
                "indexes": [models.Index(fields=["organization", "-created_at"], name="file_sweep_newest")],
            },
        ),
        EnableRowLevelSecurity("documents_filesweep"),
        named("sourcefile", "storage_name", "source_file_by_storage_name"),
        named("page", "image_name", "page_by_image_name"),
        named("page", "original_image_name", "page_by_original_image_name"),
    ]
