"""Master data: lists that values of documents are looked up in."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from idp_project.core.row_level_security import EnableRowLevelSecurity


class Migration(migrations.Migration):
    compatibility = "expand"

    dependencies = [
        ("accounts", "0017_regional_settings"),
        ("documents", "0044_review_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MasterList",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("key", models.SlugField(max_length=60)),
                ("name", models.CharField(max_length=120)),
                ("columns", models.JSONField()),
                ("rows", models.JSONField()),
                ("row_count", models.PositiveIntegerField()),
                ("revision", models.PositiveIntegerField(default=1)),
                ("changed_at", models.DateTimeField(auto_now=True)),
                ("changed_by", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("organization", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization")),
                ("team", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.team")),
            ],
            options={
                "ordering": ["name", "key"],
                "constraints": [models.UniqueConstraint(fields=("organization", "key"), name="master_list_key_once")],
            },
        ),
        EnableRowLevelSecurity("documents_masterlist"),
    ]
