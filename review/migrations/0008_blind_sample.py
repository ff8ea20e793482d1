"""The blind sample, and how closely a document was examined when it was decided."""

from django.db import migrations, models


class Migration(migrations.Migration):
    compatibility = "expand"

    dependencies = [
        ("review", "0007_reasons"),
    ]

    operations = [
        migrations.AddField(
            model_name='decision',
            name='examination',
            field=models.CharField(choices=[('blind', 'Blind sample'), ('confirmed', 'Every field confirmed singly'), ('not_examined', 'Not examined')], db_default='not_examined', default='not_examined', max_length=20),
        ),
        migrations.AddField(
            model_name='reviewtask',
            name='blind_entries',
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='reviewtask',
            name='compared_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='reviewtask',
            name='is_blind',
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
