"""Lists, permanent ids of fields, what is absent, candidates with their evidence, and kinds of documents.

What is there already gets an id by its name, the same in all versions of a schema. Nothing of before is called absent:
nobody knows any more whether it was looked for on every page. Pages of before have no stored candidates, and the kind of
every document is unknown.
"""

import json
import uuid

import pgtrigger.compiler
import django.db.models.deletion
import pgtrigger.migrations
from django.db import migrations, models

from idp_project.core.row_level_security import EnableRowLevelSecurity

KINDS = [
    ("unknown", "Unknown"),
    ("invoice", "Invoice"),
    ("credit_note", "Credit note"),
    ("correction", "Correction"),
    ("self_billed", "Self billed"),
    ("reminder", "Reminder"),
    ("pro_forma", "Pro forma"),
    ("quotation", "Quotation"),
    ("delivery_note", "Delivery note"),
    ("order_confirmation", "Order confirmation"),
    ("statement_of_account", "Statement of account"),
    ("cancelled", "Cancelled"),
    ("void", "Void"),
    ("paid", "Paid"),
    ("copy", "Copy"),
]
TABLES = ("documents_schemaversion", "documents_fieldvalue")
VERSIONS = "SELECT id, schema_id, definition FROM documents_schemaversion"
VALUES = """
UPDATE documents_fieldvalue AS value SET field_id = known.field_id
FROM stored_shapes_ids AS known
JOIN documents_subdocument AS sub_document ON sub_document.schema_version_id = known.version_id
LEFT JOIN documents_tablerow AS table_row ON table_row.sub_document_id = sub_document.id
    AND table_row.table = known.table_name
WHERE value.sub_document_id = sub_document.id AND value.name = known.name
    AND value.table_row_id IS NOT DISTINCT FROM table_row.id
    AND (known.table_name = '') = (value.table_row_id IS NULL)
"""


def fill_ids(apps, schema_editor):
    """Also of schemas that cannot be understood, as far as their fields have names."""
    with schema_editor.connection.cursor() as cursor:
        walls(cursor, "NO FORCE")  # the owner's rows are everybody's
        cursor.execute("CREATE TEMPORARY TABLE stored_shapes_ids (version_id uuid, table_name text, name text, field_id uuid)")
        cursor.execute(VERSIONS)
        for version_id, schema_id, text in cursor.fetchall():
            definition = json.loads(text) if isinstance(text, str) else text
            ids = filled(definition, schema_id) if isinstance(definition, dict) else []
            if not ids:
                continue
            update = "UPDATE documents_schemaversion SET definition = %s::jsonb WHERE id = %s"
            cursor.execute(update, [json.dumps(definition), version_id])
            rows = [[version_id, *path, field_id] for path, field_id in ids]
            cursor.executemany("INSERT INTO stored_shapes_ids VALUES (%s, %s, %s, %s)", rows)
        cursor.execute(VALUES)
        cursor.execute("DROP TABLE stored_shapes_ids")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        walls(cursor, "FORCE")


def walls(cursor, force):
    for table in (*TABLES, "documents_subdocument", "documents_tablerow"):
        cursor.execute(f"ALTER TABLE {table} {force} ROW LEVEL SECURITY")


def filled(definition, schema_id):
    """Writes the ids into the definition; gives ((table, name), id) of its fields and columns."""
    found = []
    for field in named(definition, "fields"):
        found.append(with_id(field, schema_id, ("", field["name"])))
    for table in named(definition, "tables"):
        with_id(table, schema_id, (table["name"], ""))
        for column in named(table, "columns"):
            found.append(with_id(column, schema_id, (table["name"], column["name"])))
    return found


def named(holder, key):
    entries = holder.get(key)
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict) and isinstance(entry.get("name"), str):
            yield entry


def with_id(entry, schema_id, path):
    """As `documents.domain.field_ids` does it where there is no earlier version."""
    entry.setdefault("id", str(uuid.uuid5(uuid.UUID(str(schema_id)), json.dumps(path))))
    return path, entry["id"]


class Migration(migrations.Migration):
    compatibility = "expand"

    dependencies = [
        ("accounts", "0013_key_fingerprint"),
        ("documents", "0025_reasons_of_before"),
    ]

    operations = [
        migrations.AddField("fieldvalue", "item", models.SmallIntegerField(default=0, db_default=0)),
        migrations.AlterModelOptions("fieldvalue", {"ordering": ["position", "item"]}),
        migrations.RemoveConstraint("fieldvalue", "field_value_once"),
        migrations.AddConstraint(
            "fieldvalue",
            models.UniqueConstraint(
                fields=["sub_document", "table_row", "name", "item"], nulls_distinct=False, name="field_value_item_once"
            ),
        ),
        migrations.AddField("fieldvalue", "field_id", models.UUIDField(null=True, blank=True)),
        migrations.RunPython(fill_ids, migrations.RunPython.noop),
        pgtrigger.migrations.RemoveTrigger(model_name='fieldvalue', name='found_insert'),
        pgtrigger.migrations.RemoveTrigger(model_name='fieldvalue', name='changed_update'),
        migrations.AddField("fieldvalue", "absence", models.JSONField(blank=True, null=True)),
        migrations.AddField("fieldvalueevent", "absence", models.JSONField(blank=True, null=True)),
        pgtrigger.migrations.AddTrigger(
            model_name='fieldvalue',
            trigger=pgtrigger.compiler.Trigger(name='found_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "documents_fieldvalueevent" ("absence", "confidence", "corrected_by_id", "is_confirmed", "organization_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "raw_text", "value") VALUES (NEW."absence", NEW."confidence", NEW."corrected_by_id", NEW."is_confirmed", NEW."organization_id", NOW(), \'found\', NEW."id", NEW."raw_text", NEW."value"); RETURN NULL;', hash='afe5934f752e5edc7c68deaf5b61d5010a4404ed', operation='INSERT', pgid='pgtrigger_found_insert_41359', table='documents_fieldvalue', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='fieldvalue',
            trigger=pgtrigger.compiler.Trigger(name='changed_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."absence" IS DISTINCT FROM (NEW."absence") OR OLD."is_confirmed" IS DISTINCT FROM (NEW."is_confirmed") OR OLD."raw_text" IS DISTINCT FROM (NEW."raw_text") OR OLD."value" IS DISTINCT FROM (NEW."value"))', func='INSERT INTO "documents_fieldvalueevent" ("absence", "confidence", "corrected_by_id", "is_confirmed", "organization_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "raw_text", "value") VALUES (NEW."absence", NEW."confidence", NEW."corrected_by_id", NEW."is_confirmed", NEW."organization_id", NOW(), \'changed\', NEW."id", NEW."raw_text", NEW."value"); RETURN NULL;', hash='c9e1ea3b8721f16aa1bfc53cc6a06a41eac90462', operation='UPDATE', pgid='pgtrigger_changed_update_a5a2e', table='documents_fieldvalue', when='AFTER')),
        ),
        migrations.CreateModel(
            name="PageCandidates",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("features_version", models.SmallIntegerField()),
                ("data", models.BinaryField()),
                ("organization", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization")),
                ("page", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="candidates", to="documents.page")),
            ],
            options={"verbose_name_plural": "page candidates"},
        ),
        EnableRowLevelSecurity("documents_pagecandidates"),
        migrations.AddField(
            "subdocument",
            "kind",
            models.CharField(max_length=30, choices=KINDS, default="unknown", db_default="unknown"),
        ),
        migrations.AddField("subdocument", "kind_evidence", models.JSONField(default=list, blank=True, db_default=[])),
    ]
