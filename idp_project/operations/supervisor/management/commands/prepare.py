"""Migrations on both databases as their owner, then the keys, the kind of installation and the demonstration."""

from argparse import ArgumentParser
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from accounts.services.keys.key_fingerprint import KeysNotRecorded, OtherKeys, keys_check, keys_settle
from idp_project.core.database_roles import connected_as_owner
from idp_project.core.installation import InstallationKind, kind_of
from idp_project.core.migration_lock import migrations_alone
from idp_project.core.migration_marks import marks_fill
from idp_project.core.schema_guard import check_not_ahead

KEYS_TABLE = "accounts_keyfingerprint"


class Command(BaseCommand):
    help = (
        "Migrate both databases, record their keys, and load the demonstration where one is asked for; may run again."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demonstration", action="store_true", help="Load it, if the data folder holds one.")
        parser.add_argument("--logins", type=Path, help="Write the demonstration's logins to this file.")
        parser.add_argument("--notes", type=Path, help="Write what a person has to know to this file.")

    def execute(self, *args: Any, **options: Any) -> Any:
        """Alone, and not with older code on a database that a newer release has changed."""
        with migrations_alone(self.stdout.write):
            check_not_ahead(connections)
            return super().execute(*args, **options)

    def handle(self, *args: Any, demonstration: bool, logins: Path | None, notes: Path | None, **options: Any) -> None:
        if KEYS_TABLE in connection.introspection.table_names():
            _or_exit(keys_check)  # before anything is written
        with connected_as_owner():
            for alias in connections:
                self._migrate(alias)
        _or_exit(keys_settle)
        self._settle_installation(InstallationKind.DEMONSTRATION if demonstration else InstallationKind.REAL, notes)
        if not demonstration or kind_of(Path(settings.DATA_DIR)) is not InstallationKind.DEMONSTRATION:
            return
        call_command("load_demo", if_alone=True, stdout=self.stdout)
        if logins:
            text = StringIO()
            call_command("demo_logins", stdout=text)
            _write(logins, text.getvalue())

    def _migrate(self, alias: str) -> None:
        executor = MigrationExecutor(connections[alias])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", database=alias, interactive=False, skip_checks=True, stdout=self.stdout)
        else:
            marks_fill(connections[alias])

    def _settle_installation(self, wanted: InstallationKind, notes: Path | None) -> None:
        text = StringIO()
        call_command("settle_installation", wanted=wanted.value, stdout=text)
        self.stdout.write(text.getvalue(), ending="")
        if notes and text.getvalue():
            _write(notes, text.getvalue())


def _or_exit(check: Callable[[], None]) -> None:
    """CommandError for keys that differ. What is not recorded yet will be, after the migrations."""
    try:
        check()
    except KeysNotRecorded:
        pass
    except OtherKeys as error:
        raise CommandError(error.message) from error


def _write(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)
