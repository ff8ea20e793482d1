"""What a process checks before it does anything: that the databases fit its code, and that its keys are those of the data.

Called by asgi.py, wsgi.py and manage.py: by web servers, workers, the clock and every command that may write.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

import django
from django.conf import settings
from django.core.management import BaseCommand, ManagementUtility
from django.db import DatabaseError, ProgrammingError, connections

from idp_project.core.database_roles import OwnerMissing, owner_of
from idp_project.core.release import release, say_start

logger = logging.getLogger(__name__)
WAITS_FOR_SCHEMA = {"work", "clock", "publish"}  # they wait by themselves until the databases fit
AS_OWNER = {  # commands that need the owner of these databases; no other process is told it
    "prepare": ("default", "pdb"),
    "restore": ("default", "pdb"),
    "publish": ("pdb",),
    "allow_analyst": ("pdb",),
    "analyst_login": ("pdb",),
}
WITHOUT_CHECK = {
    # of ours: they write no row, or (`prepare`) check by themselves
    *("ask_super_admin", "check_ocr", "demo_logins", "describe_limits", "describe_pipeline", "describe_roles"),
    *("make_samples", "prepare"),
    # of Django and its packages: they write no row of ours
    *("check", "collectstatic", "compilemessages", "dbshell", "diffsettings", "findstatic", "help", "inspectdb"),
    *("makemessages", "makemigrations", "migrate", "optimizemigration", "runserver", "sendtestemail", "showmigrations"),
    *("spectacular", "sqlflush", "sqlmigrate", "sqlsequencereset", "squashmigrations", "startapp", "startproject"),
    *("test", "testserver", "version"),
}


def check_start(process: str) -> None:
    """For web servers: says the release in the log, then checks the keys. Requests check the schema by themselves."""
    say_start(process)
    if settings.SECURE_SSL_REDIRECT and not settings.TRUSTED_PROXIES:
        logger.warning("TRUSTED_PROXIES is empty: behind a reverse proxy, nobody gets in before it names the proxy.")
    _end_for(_keys_problem)


class CommandLine(ManagementUtility):
    """Django's command line, which says our release and checks schema and keys before a command that may write."""

    def execute(self) -> None:
        if self.argv[1:] in (["version"], ["--version"]):
            print(f"{release()}, Django {django.get_version()}")  # noqa: T201 - the answer of a command
            return
        super().execute()

    def fetch_command(self, subcommand: str) -> BaseCommand:
        command = super().fetch_command(subcommand)
        asks_for_help = self.argv[1:2] == ["help"] or bool({"--help", "-h"} & set(self.argv[1:]))
        if subcommand in AS_OWNER and not asks_for_help:
            _end_for(lambda: _owner_problem(AS_OWNER[subcommand]))
        if subcommand not in WITHOUT_CHECK and not asks_for_help:
            if subcommand not in WAITS_FOR_SCHEMA:
                _end_for(_schema_problem)
            _end_for(_keys_problem)
        return command


def _end_for(find_problem: Callable[[], str]) -> None:
    """Ends this process with one line where there is a problem. Looked for in a thread: ASGI servers import us inside their
    event loop, where Django refuses to use a database."""
    with ThreadPoolExecutor(1) as executor:
        problem = executor.submit(find_problem).result()
    if problem:
        raise SystemExit(f"error: {problem}")


def _owner_problem(aliases: Iterable[str]) -> str:
    try:
        for alias in aliases:
            owner_of(alias)
    except OwnerMissing as error:
        return error.message
    return ""


def _schema_problem() -> str:
    """Problem of the databases that answer; the command says itself what it cannot reach."""
    from idp_project.core.schema_guard import mismatch, reachable_comparisons

    refusal = mismatch(reachable_comparisons())
    return refusal.message if refusal else ""


def _keys_problem() -> str:
    """Also where the database does not answer."""
    from accounts.services.keys.key_fingerprint import OtherKeys, keys_check

    if not settings.CHECKS_KEYS:
        return ""
    try:
        keys_check()
    except OtherKeys as error:
        return error.message
    except ProgrammingError:
        return ""  # the table is missing: the schema check says what to do
    except DatabaseError as error:
        reason = str(error).strip().splitlines()[0]
        return f"The keys cannot be compared with those of the database: {reason}"
    finally:
        connections.close_all()
    return ""
