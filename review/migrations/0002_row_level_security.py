"""The second wall: rows of one organisation at a time."""

from django.db import migrations

from idp_project.core.row_level_security import EnableRowLevelSecurity


class Migration(migrations.Migration):
    compatibility = "contract"

    dependencies = [("review", "0001_initial")]
    operations = [EnableRowLevelSecurity(f"review_{table}") for table in ("reviewtask", "correction", "decision")]
