"""The sentences of earlier releases become reasons; one that no sentence of the catalogue fits becomes a legacy reason.

Some rows per transaction, beside the work that goes on; may be interrupted and repeated.
"""

import json
from importlib import import_module

from django.db import migrations, router

from idp_project.core.reason_columns import ROWS_AT_ONCE, backfill_operation, inside, organizations
from idp_project.core.reason_matching import matched

COLUMNS = import_module("documents.migrations.0024_reasons").COLUMNS
NEXT = f"""
    SELECT id, checks::json FROM documents_subdocument
    WHERE checks @? '$[*] ? (@.message != "" && !exists(@.reason))' AND (id > %s::uuid OR %s::uuid IS NULL)
    ORDER BY id LIMIT {ROWS_AT_ONCE}
"""
WRITE = """
    UPDATE documents_subdocument AS present SET checks = found.checks::jsonb
    FROM unnest(%s::uuid[], %s::text[]) AS found (id, checks) WHERE present.id = found.id
"""


def checks(apps, schema_editor):
    """What failed checks say; the message stays for the earlier release."""
    alias = schema_editor.connection.alias
    if not router.allow_migrate(alias, "documents"):
        return
    for organization_id in organizations(alias):
        last = None
        while rows := inside(alias, organization_id, NEXT, [last, last]):
            last = rows[-1][0]
            values = [[str(row_id) for row_id, _ in rows], [json.dumps([_with_reason(c) for c in found]) for _, found in rows]]
            inside(alias, organization_id, WRITE, values)


def _with_reason(check):
    message = check.get("message")
    return check | {"reason": matched(message).to_dict()} if message and "reason" not in check else check


class Migration(migrations.Migration):
    compatibility = "expand"
    atomic = False

    dependencies = [("documents", "0024_reasons")]

    operations = [
        migrations.RunPython(backfill_operation("documents", *COLUMNS), migrations.RunPython.noop),
        migrations.RunPython(checks, migrations.RunPython.noop),
    ]
