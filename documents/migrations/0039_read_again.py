"""When a sub-document was read again under a newer version of its type."""

from django.db import migrations, models


class Migration(migrations.Migration):
    compatibility = "expand"

    dependencies = [("documents", "0038_rehearsals")]

    operations = [
        migrations.AddField(
            model_name="subdocument",
            name="read_again_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
