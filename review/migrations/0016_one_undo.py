"""One order of undo: a step outlives its cell, which comes back with its row, and a table's edit says when it was done again."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    compatibility = "expand"

    dependencies = [
        ("documents", "0044_review_rules"),
        ("review", "0015_mail_attempts"),
    ]

    operations = [
        migrations.AddField(
            model_name="tableedit",
            name="redone_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="undostep",
            name="field_value",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="documents.fieldvalue",
            ),
        ),
    ]
