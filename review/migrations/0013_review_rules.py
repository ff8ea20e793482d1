"""Working days, and what the first of several people decided."""

import datetime
import django.db.models.deletion
import review.models.calendar
import uuid
from django.conf import settings
from django.db import migrations, models

from idp_project.core.row_level_security import EnableRowLevelSecurity


class Migration(migrations.Migration):
    compatibility = "expand"

    dependencies = [
        ('accounts', '0017_regional_settings'),
        ('review', '0012_work_together'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='reviewtask',
            name='stage',
            field=models.SmallIntegerField(db_default=1, default=1),
        ),
        migrations.CreateModel(
            name='Holiday',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('day', models.DateField()),
                ('name', models.CharField(blank=True, max_length=100)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'ordering': ['day'],
                'constraints': [models.UniqueConstraint(fields=('organization', 'day'), name='holiday_once')],
            },
        ),
        migrations.CreateModel(
            name='Opinion',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('stage', models.SmallIntegerField()),
                ('kind', models.CharField(choices=[('approve', 'Approved'), ('reject', 'Rejected'), ('none_of_ours', 'Filed: none of our types')], max_length=20)),
                ('reason', models.TextField(blank=True)),
                ('values', models.JSONField(default=dict)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='opinions', to='review.reviewtask')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['stage'],
                'constraints': [models.UniqueConstraint(fields=('task', 'stage'), name='one_opinion_a_stage')],
            },
        ),
        migrations.CreateModel(
            name='WorkCalendar',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('weekdays', models.JSONField(default=review.models.calendar._weekdays)),
                ('ends', models.TimeField(default=datetime.time(17, 0))),
                ('mailed_on', models.DateField(blank=True, editable=False, null=True)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organization',), name='work_calendar_once')],
            },
        ),
        EnableRowLevelSecurity("review_holiday"),
        EnableRowLevelSecurity("review_opinion"),
        EnableRowLevelSecurity("review_workcalendar"),
    ]
