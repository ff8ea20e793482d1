"""Reasons of tasks as code and parameters, beside the sentences of earlier releases."""

from django.db import migrations

from idp_project.core.reason_columns import ReasonColumn, backfill_operation
from idp_project.core.reason_fields import ReasonsField

COLUMN = ReasonColumn(
    "review_reviewtask",
    "reasons",
    "reasons_data",
    is_list=True,
    repeated="""ARRAY(
        SELECT failed.item ->> 'message'
        FROM documents_subdocument AS part, jsonb_array_elements(part.checks) AS failed (item)
        WHERE part.id = review_reviewtask.sub_document_id AND failed.item ->> 'outcome' = 'failed'
    )""",
)


class Migration(migrations.Migration):
    compatibility = "expand"

    dependencies = [("documents", "0025_reasons_of_before"), ("review", "0006_skips")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(COLUMN.statements, COLUMN.reversal)],
            state_operations=[
                migrations.RemoveField("reviewtask", "reasons"),
                migrations.AddField("reviewtask", "reasons", ReasonsField(db_column="reasons_data")),
            ],
        ),
        migrations.RunPython(backfill_operation("review", COLUMN), migrations.RunPython.noop),
    ]
