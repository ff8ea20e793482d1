"""An index by which a sender's earlier documents are found: its numbers and its names."""

import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    compatibility = "expand"

    dependencies = [("documents", "0034_identities")]

    operations = [
        migrations.AddIndex(
            model_name="fieldvalue",
            index=django.contrib.postgres.indexes.HashIndex(
                condition=models.Q(("table_row__isnull", True), ("type__in", ["vat_number", "iban", "name"])),
                fields=["value"],
                name="field_value_of_sender",
            ),
        ),
    ]
