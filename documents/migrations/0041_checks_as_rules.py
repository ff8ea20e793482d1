"""Checks of stored definitions become expressions: `{"kind": "sum_equals", "fields": […]}` is `{"rule": "sum_equals(…)"}`.

Releases before cannot read a rule. What an expression cannot say (a name that is none) stays as it is and is still read.
"""

import json

from django.db import migrations

from documents.domain.check_spec import CheckSpec

TABLES = ("documents_schemaversion", "documents_schemadraft", "documents_rehearsal")


def write_rules(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")  # the owner's rows are everybody's
            cursor.execute(f"SELECT id, definition FROM {table}")
            for row_id, stored in cursor.fetchall():
                definition = json.loads(stored) if isinstance(stored, str) else stored
                if not isinstance(definition, dict) or not isinstance(definition.get("checks"), list):
                    continue
                checks = [rule_of(check) for check in definition["checks"]]
                if checks != definition["checks"]:
                    changed = json.dumps({**definition, "checks": checks})
                    cursor.execute(f"UPDATE {table} SET definition = %s::jsonb WHERE id = %s", [changed, row_id])
            cursor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def rule_of(check):
    """The same as a rule; as it was where that would say something else."""
    try:
        spec = CheckSpec.from_dict(check)
    except (LookupError, TypeError, ValueError, AttributeError):
        return check
    written = spec.to_dict()
    return written if CheckSpec.from_dict(written) == spec else check


class Migration(migrations.Migration):
    compatibility = "contract"

    dependencies = [("documents", "0040_adjustments")]

    operations = [migrations.RunPython(write_rules, migrations.RunPython.noop)]
