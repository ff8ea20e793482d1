"""The rule of a type for the people who review it: by when, and by how many."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from idp_project.core.row_level_security import EnableRowLevelSecurity


class Migration(migrations.Migration):
    compatibility = "expand"

    dependencies = [
        ('accounts', '0017_regional_settings'),
        ('documents', '0043_e_invoices'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReviewRule',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('deadlines', models.JSONField(blank=True, default=list)),
                ('working_days', models.PositiveSmallIntegerField(default=1)),
                ('is_second_always', models.BooleanField(default=False)),
                ('second_amount', models.DecimalField(blank=True, decimal_places=2, max_digits=20, null=True)),
                ('second_fields', models.JSONField(blank=True, default=list)),
                ('second_percent', models.PositiveSmallIntegerField(default=0)),
                ('is_second_blind', models.BooleanField(default=False)),
                ('is_second_automatic', models.BooleanField(default=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('changed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('schema', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='review_rule', to='documents.schema')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('second_percent__lte', 100)), name='second_percent_bounds')],
            },
        ),
        EnableRowLevelSecurity("documents_reviewrule"),
    ]
