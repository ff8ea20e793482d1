"""Why indexing failed, and the notes of answers, as code and parameters, beside the sentences of earlier releases."""

from django.db import migrations

from idp_project.core.reason_columns import ReasonColumn, backfill_operation
from idp_project.core.reason_fields import ReasonField

COLUMNS = [
    ReasonColumn("rag_documentindex", "error_message", "error_data"),
    ReasonColumn("rag_answer", "note", "note_data"),
]


class Migration(migrations.Migration):
    compatibility = "expand"

    dependencies = [("documents", "0025_reasons_of_before"), ("rag", "0004_scale")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(column.statements, column.reversal) for column in COLUMNS],
            state_operations=[
                migrations.RemoveField("documentindex", "error_message"),
                migrations.AddField("documentindex", "error", ReasonField(db_column="error_data")),
                migrations.RemoveField("answer", "note"),
                migrations.AddField("answer", "note", ReasonField(db_column="note_data")),
            ],
        ),
        migrations.RunPython(backfill_operation("rag", *COLUMNS), migrations.RunPython.noop),
    ]
