"""Tables and key–value pairs of pages, kept with the page. Pages of before have none until they are read again."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from idp_project.core.row_level_security import EnableRowLevelSecurity


class Migration(migrations.Migration):
    compatibility = "expand"

    dependencies = [
        ("documents", "0026_stored_shapes"),
    ]

    operations = [
        migrations.CreateModel(
            name="PageLayoutRow",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("data", models.JSONField()),
                ("organization", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization")),
                ("page", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="layout_row", to="documents.page")),
            ],
            options={"db_table": "documents_pagelayout", "verbose_name_plural": "page layouts"},
        ),
        EnableRowLevelSecurity("documents_pagelayout"),
    ]
