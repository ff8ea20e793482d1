"""Rehearsals of drafts of document types over approved documents."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from idp_project.core.row_level_security import EnableRowLevelSecurity


class Migration(migrations.Migration):
    compatibility = "expand"

    dependencies = [
        ("accounts", "0017_regional_settings"),
        ("documents", "0037_schema_drafts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Rehearsal",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("draft_id", models.UUIDField()),
                ("revision", models.PositiveIntegerField()),
                ("definition", models.JSONField()),
                ("base", models.CharField(max_length=20)),
                ("documents", models.PositiveIntegerField()),
                ("pages", models.PositiveIntegerField(default=0)),
                ("summary", models.JSONField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("organization", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization")),
                ("schema", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="rehearsals", to="documents.schema")),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "ordering": ["-created_at"],
                "indexes": [
                    models.Index(condition=models.Q(finished_at__isnull=True), fields=["created_at"], name="rehearsal_under_way"),
                    models.Index(fields=["draft_id", "revision"], name="rehearsal_of_draft"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RehearsedDocument",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("position", models.PositiveIntegerField()),
                ("result", models.JSONField(blank=True, null=True)),
                ("organization", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization")),
                ("rehearsal", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="rehearsed", to="documents.rehearsal")),
                ("sub_document", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="rehearsed", to="documents.subdocument")),
            ],
            options={
                "ordering": ["rehearsal", "position"],
                "constraints": [models.UniqueConstraint(fields=("rehearsal", "position"), name="rehearsed_position_once")],
            },
        ),
        EnableRowLevelSecurity("documents_rehearsal"),
        EnableRowLevelSecurity("documents_rehearseddocument"),
    ]
