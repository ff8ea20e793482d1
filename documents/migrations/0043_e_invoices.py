"""The XML of electronic invoices, with what was found in it; and their strata."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import idp_project.core.reason_fields
from idp_project.core.row_level_security import EnableRowLevelSecurity


_STRATA = [
    ("known_sender", "Known sender"),
    ("other", "Other"),
    ("e_invoice_agrees", "E invoice agrees"),
    ("e_invoice_alone", "E invoice alone"),
]


class Migration(migrations.Migration):
    compatibility = "expand"

    dependencies = [("accounts", "0017_regional_settings"), ("documents", "0042_learned")]

    operations = [
        migrations.CreateModel(
            name="ReceivedEInvoice",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("file_name", models.CharField(max_length=255)),
                ("storage_name", models.CharField(max_length=255)),
                ("size_bytes", models.BigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("is_whole_file", models.BooleanField(default=False)),
                ("syntax", models.CharField(blank=True, max_length=20)),
                ("guideline", models.CharField(blank=True, max_length=300)),
                ("model", models.JSONField(blank=True, null=True)),
                ("validation", models.JSONField(blank=True, null=True)),
                ("error", idp_project.core.reason_fields.ReasonField()),
                ("document", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="e_invoice", to="documents.document")),
                ("organization", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization")),
            ],
            options={
                "db_table": "documents_einvoice",
                "verbose_name_plural": "electronic invoices",
                "indexes": [models.Index(fields=["storage_name"], name="e_invoice_by_storage_name")],
            },
        ),
        EnableRowLevelSecurity("documents_einvoice"),
        migrations.AlterField("evidence", "stratum", models.CharField(choices=_STRATA, max_length=20)),
        migrations.AlterField("gate", "stratum", models.CharField(choices=_STRATA, max_length=20)),
        migrations.AlterField(
            "subdocument",
            "stratum",
            models.CharField(blank=True, choices=_STRATA, db_default="", default="", max_length=20),
        ),
    ]
