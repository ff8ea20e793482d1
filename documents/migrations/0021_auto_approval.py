"""The switch of every type for automatic approval: off, but for what an earlier release loaded as its demonstration.

Those types count only while the installation is a demonstration.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

DEMONSTRATION = [
    "ALTER TABLE documents_schema NO FORCE ROW LEVEL SECURITY",  # the owner's rows are everybody's
    """
    UPDATE documents_schema AS schema SET auto_approval = 'demonstration'
    FROM accounts_organization AS organization
    WHERE organization.id = schema.organization_id
        AND organization.slug = 'demo'
        AND schema.key IN ('bank_statement', 'invoice', 'purchase_order', 'receipt', 'registration_form')
    """,
    "SET CONSTRAINTS ALL IMMEDIATE",
    "ALTER TABLE documents_schema FORCE ROW LEVEL SECURITY",
]


class Migration(migrations.Migration):
    compatibility = "expand"

    dependencies = [
        ("accounts", "0012_retention_changed_at"),
        ("documents", "0020_pdfs_of_office_documents"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "schema",
            "auto_approval",
            models.CharField(
                "automatic approval",
                max_length=20,
                choices=[("off", "Off"), ("demonstration", "Demonstration"), ("by_hand", "By hand")],
                default="off",
                db_default="off",
            ),
        ),
        migrations.AddField(
            "schema",
            "auto_approval_changed_by",
            models.ForeignKey(
                settings.AUTH_USER_MODEL,
                on_delete=django.db.models.deletion.SET_NULL,
                null=True,
                blank=True,
                related_name="+",
                verbose_name="automatic approval changed by",
            ),
        ),
        migrations.AddField(
            "schema",
            "auto_approval_changed_at",
            models.DateTimeField("automatic approval changed at", null=True, blank=True),
        ),
        migrations.RunSQL(DEMONSTRATION, migrations.RunSQL.noop),
    ]
