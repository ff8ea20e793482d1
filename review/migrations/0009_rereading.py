"""How far reading again under a newer version of a type is."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import idp_project.core.reason_fields
from idp_project.core.row_level_security import EnableRowLevelSecurity


class Migration(migrations.Migration):
    compatibility = "expand"

    dependencies = [
        ("accounts", "0017_regional_settings"),
        ("documents", "0039_read_again"),
        ("review", "0008_blind_sample"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Rereading",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("asked_as", models.CharField(max_length=150)),
                ("sub_documents", models.IntegerField()),
                ("begun", models.IntegerField(default=0)),
                ("left_out", models.IntegerField(default=0)),
                ("position", models.UUIDField(default=uuid.UUID(int=0))),
                (
                    "stopped_because",
                    idp_project.core.reason_fields.ReasonField(blank=True, db_column="stopped_data", null=True),
                ),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        blank=True,
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
                    "schema",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="documents.schema"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["schema", "-created_at"], name="rereading_newest")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("finished_at__isnull", True)),
                        fields=("schema",),
                        name="one_rereading_at_work_a_type",
                    )
                ],
            },
        ),
        EnableRowLevelSecurity("review_rereading"),
    ]
