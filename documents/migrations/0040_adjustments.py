"""What a document prints beside its sums, kept for its checks."""

from django.db import migrations, models


class Migration(migrations.Migration):
    compatibility = "expand"

    dependencies = [("documents", "0039_read_again")]

    operations = [
        migrations.AddField(
            model_name="subdocument",
            name="adjustments",
            field=models.JSONField(blank=True, db_default=[], default=list),
        ),
    ]
