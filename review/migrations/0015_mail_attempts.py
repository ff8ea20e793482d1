"""How often an e-mail about a message was tried: what was not taken is tried once more."""

from django.db import migrations, models


class Migration(migrations.Migration):
    compatibility = "expand"

    dependencies = [("review", "0014_figures_agreement")]

    operations = [
        migrations.AddField(
            "notification", "mail_attempts", models.PositiveSmallIntegerField(default=0, db_default=0)
        ),
        migrations.AddField("notification", "mail_tried_at", models.DateTimeField(null=True, blank=True)),
    ]
