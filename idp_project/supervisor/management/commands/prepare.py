"""Migrations on both databases as their owner, then the demonstration as the runtime role, in one process."""

from argparse import ArgumentParser
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from idp_project.core.database_roles import connected_as_owner
from idp_project.core.migration_lock import migrations_alone
from idp_project.core.migration_marks import marks_fill
from idp_project.core.schema_guard import check_not_ahead


class Command(BaseCommand):
    help = "Migrate both databases and make the demonstration organisation; may run again."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--logins", type=Path, help="Write the demonstration's logins to this file.")
        parser.add_argument("--no-demo", action="store_true", help="Migrate only.")

    def execute(self, *args: Any, **options: Any) -> Any:
        """Alone, and not with older code on a database that a newer release has changed."""
        with migrations_alone(self.stdout.write):
            check_not_ahead(connections)
            return super().execute(*args, **options)

    def handle(self, *args: Any, logins: Path | None = None, no_demo: bool = False, **options: Any) -> None:
        with connected_as_owner():
            for alias in connections:
                self._migrate(alias)
        if not no_demo:
            call_command("load_demo", stdout=self.stdout)
        if logins:
            text = StringIO()
            call_command("demo_logins", stdout=text)
            logins.touch(mode=0o600)
            logins.write_text(text.getvalue())

    def _migrate(self, alias: str) -> None:
        executor = MigrationExecutor(connections[alias])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", database=alias, interactive=False, skip_checks=True, stdout=self.stdout)
        else:
            marks_fill(connections[alias])
