"""The second wall: rows of one organisation at a time."""

from django.db import migrations

from idp_project.core.row_level_security import EnableRowLevelSecurity

TABLES = (
    "batch",
    "sourcefile",
    "document",
    "page",
    "subdocument",
    "schema",
    "schemaversion",
    "run",
    "steprun",
    "fieldvalue",
    "tablerow",
    "approvedversion",
    "event",
    "delivery",
)


class Migration(migrations.Migration):
    compatibility = "contract"

    dependencies = [("documents", "0001_initial")]
    operations = [EnableRowLevelSecurity(f"documents_{table}") for table in TABLES]
