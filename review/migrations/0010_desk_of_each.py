"""How each person has set their desk, what they have typed and not yet saved, and what they can take back there."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from idp_project.core.row_level_security import EnableRowLevelSecurity


class Migration(migrations.Migration):
    compatibility = "expand"

    dependencies = [
        ('accounts', '0017_regional_settings'),
        ('documents', '0040_adjustments'),
        ('review', '0009_rereading'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DeskPreference',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('keys', models.JSONField(db_default={}, default=dict)),
                ('has_singles', models.BooleanField(db_default=True, default=True)),
                ('panels', models.JSONField(db_default={}, default=dict)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organization', 'user'), name='desk_set_once_by_each')],
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('entries', models.JSONField(db_default={}, default=dict)),
                ('saved_at', models.DateTimeField()),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to='review.reviewtask')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('task', 'user'), name='one_draft_a_task_and_person')],
            },
        ),
        migrations.CreateModel(
            name='UndoStep',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('before', models.JSONField()),
                ('field_value', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='documents.fieldvalue')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='undo_steps', to='review.reviewtask')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['task', 'user', '-created_at'], name='undo_newest')],
            },
        ),
        EnableRowLevelSecurity("review_deskpreference"),
        EnableRowLevelSecurity("review_draft"),
        EnableRowLevelSecurity("review_undostep"),
    ]
