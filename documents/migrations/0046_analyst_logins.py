"""Logins of analysts, as super admins ask for them."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import idp_project.core.reason_fields
from idp_project.core.row_level_security import EnableRowLevelSecurity


class Migration(migrations.Migration):
    compatibility = "expand"

    dependencies = [
        ("accounts", "0017_regional_settings"),
        ("documents", "0045_master_lists"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AnalystLogin",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("name", models.CharField(max_length=63)),
                ("sees_sensitive", models.BooleanField(default=False, verbose_name="sees sensitive values")),
                ("verifier", models.CharField(blank=True, default="", max_length=200)),
                ("status", models.CharField(choices=[("making", "Being made"), ("open", "Open"), ("failed", "Failed"), ("closing", "Being closed"), ("closed", "Closed")], default="making", max_length=20)),
                ("reason", idp_project.core.reason_fields.ReasonField(blank=True, db_column="reason_data", null=True)),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("changed_at", models.DateTimeField(auto_now=True)),
                ("asked_by", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("organization", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization")),
            ],
            options={
                "verbose_name": "analyst’s login",
                "verbose_name_plural": "analysts’ logins",
                "ordering": ["name"],
                "indexes": [models.Index(condition=models.Q(("status__in", ["making", "closing"])), fields=["asked_at"], name="analyst_login_waiting")],
                "constraints": [models.UniqueConstraint(fields=("organization", "name"), name="analyst_login_once")],
            },
        ),
        EnableRowLevelSecurity("documents_analystlogin"),
    ]
