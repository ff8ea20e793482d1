"""What people do to pages: moved, turned, set aside."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    compatibility = "expand"

    dependencies = [("documents", "0047_library_entries"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.AddField("page", "number_in_file", models.IntegerField(null=True, blank=True)),
        migrations.AddField("page", "turned_to", models.SmallIntegerField(null=True, blank=True)),
        migrations.AddField("page", "set_aside_at", models.DateTimeField(null=True, blank=True)),
        migrations.AddField(
            "page",
            "set_aside_by",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
