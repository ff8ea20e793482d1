"""The forms in which numbers of records are compared. Those that are known already get theirs of what was kept of them."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

from documents.domain.record_identity import number_forms

_AT_ONCE = 500


def know_forms(apps, schema_editor):
    """The kept number has neither marks between its parts nor zeros before it, and is stored in capitals."""
    identities = apps.get_model("documents", "SubDocumentIdentity").objects
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("ALTER TABLE documents_subdocumentidentity NO FORCE ROW LEVEL SECURITY")  # the owner's rows
    found = []
    for row in identities.exclude(number="").only("number").iterator(_AT_ONCE):
        row.numbers = sorted(form[:200] for form in number_forms(row.number))
        found.append(row)
    identities.bulk_update(found, ["numbers"], _AT_ONCE)
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE documents_subdocumentidentity FORCE ROW LEVEL SECURITY")


class Migration(migrations.Migration):
    compatibility = "expand"

    dependencies = [
        ('documents', '0048_arranged_pages'),
    ]

    operations = [
        migrations.AddField(
            model_name='subdocumentidentity',
            name='numbers',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), blank=True, db_default=[], default=list, size=None),
        ),
        migrations.RunPython(know_forms, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='subdocumentidentity',
            index=django.contrib.postgres.indexes.GinIndex(fields=['numbers'], name='identity_by_numbers'),
        ),
    ]
