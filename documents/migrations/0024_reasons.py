"""Reasons as code and parameters, in columns of their own beside the sentences of earlier releases."""

from django.db import migrations

from idp_project.core.reason_columns import FUNCTION, ReasonColumn
from idp_project.core.reason_fields import ReasonField, ReasonsField

FAILED_CHECKS = """ARRAY(
    SELECT failed.item ->> 'message'
    FROM documents_subdocument AS part, jsonb_array_elements(part.checks) AS failed (item)
    WHERE part.id = {sub_document} AND failed.item ->> 'outcome' = 'failed'
)"""
COLUMNS = [
    ReasonColumn("documents_steprun", "reason", "reason_data"),
    ReasonColumn("documents_document", "error_message", "error_data"),
    ReasonColumn("documents_page", "error_message", "error_data"),
    ReasonColumn("documents_delivery", "error_message", "error_data"),
    ReasonColumn("documents_viewpublication", "reason", "reason_data"),
    ReasonColumn("documents_batchdeletion", "stopped_because", "stopped_data"),
    ReasonColumn("documents_keptdocument", "reason", "reason_data"),
    ReasonColumn(
        "documents_subdocument",
        "reasons",
        "reasons_data",
        is_list=True,
        repeated=FAILED_CHECKS.format(sub_document="documents_subdocument.id"),
    ),
    ReasonColumn(
        "documents_fieldvalue",
        "reasons",
        "reasons_data",
        is_list=True,
        repeated=FAILED_CHECKS.format(sub_document="documents_fieldvalue.sub_document_id"),
    ),
]
FIELDS = [
    *((model, "reason", "reason", ReasonField(db_column="reason_data")) for model in ("steprun", "viewpublication", "keptdocument")),
    *((model, "error_message", "error", ReasonField(db_column="error_data")) for model in ("document", "page", "delivery")),
    ("batchdeletion", "stopped_because", "stopped_because", ReasonField(db_column="stopped_data")),
    *((model, "reasons", "reasons", ReasonsField(db_column="reasons_data")) for model in ("subdocument", "fieldvalue")),
]


class Migration(migrations.Migration):
    compatibility = "expand"

    dependencies = [("documents", "0023_view_publications")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(FUNCTION, "DROP FUNCTION reason_of_earlier_release()"),
                *(migrations.RunSQL(column.statements, column.reversal) for column in COLUMNS),
            ],
            state_operations=[
                operation
                for model, before, after, field in FIELDS
                for operation in (migrations.RemoveField(model, before), migrations.AddField(model, after, field))
            ],
        ),
    ]
