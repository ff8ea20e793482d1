"""Automatic approval is earned: evidence, gates, targets. The switch of day one goes: types that had one begin to earn.

What the demonstration's loader had set stays its own. Older code takes "earned" for off, so nothing is automatic there.
"""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from idp_project.core.row_level_security import EnableRowLevelSecurity

EARNING = [
    "ALTER TABLE documents_schema NO FORCE ROW LEVEL SECURITY",  # the owner's rows are everybody's
    "UPDATE documents_schema SET auto_approval = 'earned' WHERE auto_approval IN ('off', 'by_hand')",
    "SET CONSTRAINTS ALL IMMEDIATE",
    "ALTER TABLE documents_schema FORCE ROW LEVEL SECURITY",
]


class Migration(migrations.Migration):
    compatibility = "expand"

    dependencies = [
        ("accounts", "0017_regional_settings"),
        ("documents", "0031_page_layout"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('sub_document_id', models.UUIDField()),
                ('major', models.IntegerField()),
                ('reader', models.CharField(max_length=16)),
                ('model', models.CharField(max_length=16)),
                ('calibrator', models.CharField(max_length=16)),
                ('stratum', models.CharField(choices=[('known_sender', 'Known sender'), ('other', 'Other')], max_length=20)),
                ('source', models.CharField(choices=[('blind', 'Blind sample'), ('confirmed', 'Every field confirmed singly'), ('automatic', 'Automatic approval corrected or withdrawn'), ('rescored', 'Read again by another model')], max_length=20)),
                ('is_in_range', models.BooleanField()),
                ('is_right', models.BooleanField()),
                ('wrong_fields', models.JSONField(blank=True, default=list)),
                ('has_slip', models.BooleanField(default=False)),
                ('decided_at', models.DateTimeField()),
            ],
            options={
                'verbose_name_plural': 'evidence',
                'ordering': ['decided_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Gate',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('major', models.IntegerField()),
                ('model', models.CharField(max_length=16)),
                ('calibrator', models.CharField(max_length=16)),
                ('stratum', models.CharField(choices=[('known_sender', 'Known sender'), ('other', 'Other')], max_length=20)),
                ('target', models.SmallIntegerField()),
                ('missed', models.FloatField()),
                ('n', models.IntegerField(default=0)),
                ('errors', models.IntegerField(default=0)),
                ('look', models.SmallIntegerField(default=0)),
                ('bound', models.FloatField(blank=True, null=True)),
                ('is_pooled', models.BooleanField(default=False)),
                ('opened_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.AddField(
            model_name='schema',
            name='blind_percent',
            field=models.SmallIntegerField(db_default=20, default=20),
        ),
        migrations.AddField(
            model_name='schema',
            name='blind_percent_earned',
            field=models.SmallIntegerField(db_default=5, default=5),
        ),
        migrations.AddField(
            model_name='schema',
            name='series_started_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='schema',
            name='target',
            field=models.SmallIntegerField(db_default=950, default=950),
        ),
        migrations.AddField(
            model_name='subdocument',
            name='calibrator',
            field=models.CharField(blank=True, db_default='', default='', max_length=16),
        ),
        migrations.AddField(
            model_name='subdocument',
            name='is_blind',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='subdocument',
            name='is_in_range',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='subdocument',
            name='model',
            field=models.CharField(blank=True, db_default='', default='', max_length=16),
        ),
        migrations.AddField(
            model_name='subdocument',
            name='reader',
            field=models.CharField(blank=True, db_default='', default='', max_length=16),
        ),
        migrations.AddField(
            model_name='subdocument',
            name='sender_key',
            field=models.CharField(blank=True, db_default='', default='', max_length=64),
        ),
        migrations.AddField(
            model_name='subdocument',
            name='stratum',
            field=models.CharField(blank=True, choices=[('known_sender', 'Known sender'), ('other', 'Other')], db_default='', default='', max_length=20),
        ),
        migrations.AlterField(
            model_name='schema',
            name='auto_approval',
            field=models.CharField(choices=[('off', 'Off'), ('earned', 'Earned'), ('demonstration', 'Demonstration')], db_default='earned', default='earned', max_length=20, verbose_name='automatic approval'),
        ),
        migrations.AddIndex(
            model_name='subdocument',
            index=models.Index(condition=models.Q(('sender_key', ''), _negated=True), fields=['schema_version', 'sender_key'], name='sub_document_sender'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='evidence',
            name='organization',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='schema',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='evidence', to='documents.schema'),
        ),
        migrations.AddField(
            model_name='gate',
            name='organization',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization'),
        ),
        migrations.AddField(
            model_name='gate',
            name='schema',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='gates', to='documents.schema'),
        ),
        migrations.AddIndex(
            model_name='evidence',
            index=models.Index(fields=['schema', 'decided_at'], name='evidence_of_type'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.UniqueConstraint(fields=('sub_document_id', 'schema', 'major', 'model', 'calibrator'), name='evidence_once_a_model'),
        ),
        migrations.AddConstraint(
            model_name='gate',
            constraint=models.UniqueConstraint(fields=('schema', 'major', 'model', 'calibrator', 'stratum'), name='gate_once_a_stratum'),
        ),
        EnableRowLevelSecurity("documents_evidence"),
        EnableRowLevelSecurity("documents_gate"),
        migrations.RunSQL(EARNING, migrations.RunSQL.noop),
    ]
