"""The publisher: makes the typed views that published schema versions ask for, as the owner of the production database.

It serves no address, takes no job and reads no document. What it is asked for are ids in a table, which it looks up itself; and
logins of analysts, made by functions that make nothing else.
"""

import logging
import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connections

from idp_project.core.release import say_start
from idp_project.core.schema_guard import problem
from pdb_sync.services.logins import analyst_logins_apply_due
from pdb_sync.services.publishing import views_publish_due

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Ends on SIGTERM or Ctrl-C."""

    help = "Makes the typed views of published schemas as they are asked for; needs PDB_DATABASE_OWNER_URL."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="Do what waits now, then end.")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        if once:
            self.stdout.write(f"{analyst_logins_apply_due() + views_publish_due()} done.")
            return
        say_start("publisher")
        stopped = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        while not stopped.wait(settings.PUBLISH_SECONDS):
            if problem():  # another release's database: its own publisher serves it
                continue
            try:
                analyst_logins_apply_due()
                views_publish_due()
            except DatabaseError as error:
                logger.warning("the main database is away: %s", error)
                connections.close_all()
