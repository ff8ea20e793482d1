"""The PDF that is made of an office document, kept beside it; the sum of kept bytes reads one index still."""

from django.db import migrations, models


class Migration(migrations.Migration):
    compatibility = "contract"

    dependencies = [
        ('accounts', '0012_retention_changed_at'),
        ('documents', '0019_step_run_indexes'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='sourcefile',
            name='source_file_stored_bytes',
        ),
        migrations.AddField(
            model_name='sourcefile',
            name='pdf_bytes',
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='sourcefile',
            name='pdf_name',
            field=models.CharField(blank=True, max_length=255),
        ),
        migrations.AddIndex(
            model_name='sourcefile',
            index=models.Index(condition=models.Q(('storage_name', ''), _negated=True), fields=['organization'], include=('size_bytes', 'pdf_bytes'), name='source_file_kept_bytes'),
        ),
        migrations.AddIndex(
            model_name='sourcefile',
            index=models.Index(condition=models.Q(('pdf_name', ''), _negated=True), fields=['pdf_name'], name='source_file_by_pdf_name'),
        ),
    ]
