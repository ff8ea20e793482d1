"""Django's `migrate`, in this product's way: one at a time, never with older code on a newer database, marks stored."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connections

from idp_project.core.migration_lock import migrations_alone
from idp_project.core.migration_marks import MarkingExecutor, marks_fill
from idp_project.core.schema_guard import check_not_ahead


class Command(migrate.Command):
    """A migration that would wait for others for long fails instead: everything queues up behind one that waits."""

    def handle(self, *args: Any, **options: Any) -> None:
        if options["plan"] or options["check_unapplied"]:
            super().handle(*args, **options)
            return
        connection = connections[options["database"]]
        with migrations_alone(self.stdout.write):
            check_not_ahead([options["database"]])
            marks_fill(connection)
            _execute(connection, f"SET lock_timeout = '{settings.MIGRATION_LOCK_SECONDS}s'")
            module: Any = migrate
            before, module.MigrationExecutor = module.MigrationExecutor, MarkingExecutor
            try:
                super().handle(*args, **options)
            except OperationalError as error:
                raise CommandError(_reason(error)) from error
            finally:
                module.MigrationExecutor = before
                _execute(connection, "RESET lock_timeout")


def _execute(connection: Any, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _reason(error: OperationalError) -> str:
    if getattr(error.__cause__, "sqlstate", "") != "55P03":  # lock_not_available
        return f"The database refused: {error}"
    return (
        f"A table was in use for more than {settings.MIGRATION_LOCK_SECONDS} s. Stop web, workers and clock and run this again: "
        "what was migrated before stays, the migration at hand was rolled back."
    )
