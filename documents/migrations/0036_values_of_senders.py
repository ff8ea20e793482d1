"""An index by which a sender's earlier documents are found: its numbers and names, each by a digest of its text."""

import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    compatibility = "expand"

    dependencies = [("documents", "0034_identities")]

    operations = [
        migrations.AddIndex(
            model_name="fieldvalue",
            index=models.Index(
                models.F("organization"),
                django.db.models.functions.text.MD5("value"),
                condition=models.Q(table_row__isnull=True, type__in=["vat_number", "iban", "name"]),
                name="field_value_of_sender",
            ),
        ),
    ]
