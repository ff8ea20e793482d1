"""Language, regional format and time zone of people and organisations; empty means that nothing is set."""

from __future__ import annotations

from django.db import migrations, models

FIELDS = (("language", "language", 12), ("locale", "regional format", 12), ("time_zone", "time zone", 64))


class Migration(migrations.Migration):
    compatibility = "expand"

    dependencies = [("accounts", "0016_local_hosts")]

    operations = [
        migrations.AddField(
            model_name=model,
            name=name,
            field=models.CharField(blank=True, db_default="", default="", max_length=length, verbose_name=words),
        )
        for model in ("organization", "user")
        for name, words, length in FIELDS
    ]
