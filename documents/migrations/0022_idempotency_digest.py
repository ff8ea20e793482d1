"""What was submitted with an Idempotency-Key, as a digest: the same key with other content is refused."""

from django.db import migrations, models


class Migration(migrations.Migration):
    compatibility = "expand"

    dependencies = [
        ('documents', '0021_auto_approval'),
    ]

    operations = [
        migrations.AddField(
            model_name='batch',
            name='idempotency_digest',
            field=models.CharField(blank=True, db_default='', default='', max_length=64),
        ),
    ]
