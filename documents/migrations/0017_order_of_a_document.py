"""Events are numbered a document, and deliveries repeat the number. Those of before get the order in which they were made."""

import django.db.models.deletion
from django.db import migrations, models

TABLES = ("documents_event", "documents_delivery")
NUMBERED = [
    *(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY" for table in TABLES),  # the owner's rows are everybody's
    """
    UPDATE documents_event AS event SET document_sequence = numbered.number
    FROM (
        SELECT id, row_number() OVER (PARTITION BY document_id ORDER BY created_at, sequence, id) AS number
        FROM documents_event
    ) AS numbered
    WHERE numbered.id = event.id
    """,
    """
    UPDATE documents_delivery AS delivery
    SET document_id = event.document_id, document_sequence = event.document_sequence
    FROM documents_event AS event
    WHERE event.id = delivery.event_id
    """,
    "SET CONSTRAINTS ALL IMMEDIATE",
    *(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY" for table in TABLES),
]
OF_DOCUMENT = {
    "to": "documents.document",
    "on_delete": django.db.models.deletion.PROTECT,
    "related_name": "deliveries",
    "db_index": False,
}


class Migration(migrations.Migration):
    compatibility = "contract"

    dependencies = [("documents", "0016_batch_deletion")]

    operations = [
        migrations.AddField("event", "document_sequence", models.IntegerField(null=True)),
        migrations.AddField("delivery", "document_sequence", models.IntegerField(null=True)),
        migrations.AddField("delivery", "document", models.ForeignKey(**OF_DOCUMENT, null=True)),
        migrations.RunSQL(NUMBERED, migrations.RunSQL.noop),
        migrations.AlterField("event", "document_sequence", models.IntegerField()),
        migrations.AlterField("delivery", "document_sequence", models.IntegerField()),
        migrations.AlterField("delivery", "document", models.ForeignKey(**OF_DOCUMENT)),
        migrations.AddConstraint(
            "event",
            models.UniqueConstraint(fields=["document", "document_sequence"], name="event_document_sequence_once"),
        ),
        migrations.AddIndex(
            "delivery",
            models.Index(
                fields=["document", "consumer", "document_sequence"],
                condition=models.Q(status__in=["pending", "delivering", "dead"]),
                name="delivery_unfinished",
            ),
        ),
    ]
