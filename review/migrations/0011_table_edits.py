"""What people change in tables, kept so that it can be undone."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from idp_project.core.row_level_security import EnableRowLevelSecurity


class Migration(migrations.Migration):
    compatibility = "expand"

    dependencies = [
        ("accounts", "0017_regional_settings"),
        ("review", "0010_desk_of_each"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TableEdit",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("table", models.CharField(max_length=80)),
                ("action", models.CharField(max_length=20)),
                ("rows", models.IntegerField()),
                ("cells", models.IntegerField()),
                ("before", models.JSONField()),
                ("after", models.JSONField()),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="table_edits",
                        to="review.reviewtask",
                    ),
                ),
            ],
            options={
                "ordering": ["created_at"],
                "indexes": [models.Index(fields=["task", "-created_at"], name="table_edit_newest")],
            },
        ),
        EnableRowLevelSecurity("review_tableedit"),
    ]
