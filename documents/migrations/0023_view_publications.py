"""Requests for typed views, which the publisher takes: web and workers do not know the owner of the production database."""

import django.db.models.deletion
import django.utils.timezone
import uuid
from django.db import migrations, models

from idp_project.core.row_level_security import EnableRowLevelSecurity


class Migration(migrations.Migration):
    compatibility = "expand"

    dependencies = [
        ('accounts', '0013_key_fingerprint'),
        ('documents', '0022_idempotency_digest'),
    ]

    operations = [
        migrations.CreateModel(
            name='ViewPublication',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('status', models.CharField(choices=[('waiting', 'Waiting'), ('published', 'Published'), ('failed', 'Failed')], default='waiting', max_length=20)),
                ('requested_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('attempts', models.IntegerField(default=0)),
                ('not_before', models.DateTimeField(blank=True, null=True)),
                ('reason', models.TextField(blank=True)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('schema_version', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='publication', to='documents.schemaversion')),
            ],
            options={
                'ordering': ['requested_at'],
                'indexes': [models.Index(condition=models.Q(('status', 'waiting')), fields=['requested_at'], name='view_publication_waiting')],
            },
        ),
        EnableRowLevelSecurity("documents_viewpublication"),
    ]
