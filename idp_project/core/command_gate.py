"""What `manage.py` does before a command: says the version, and refuses to work on a database that does not fit this code."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import django

from idp_project.core.release import release

# They make the schema, look at it, wait for it by themselves, or need no database.
FREE_COMMANDS = frozenset(
    {
        *(
            "prepare",
            "migrate",
            "makemigrations",
            "showmigrations",
            "sqlmigrate",
            "optimizemigration",
            "squashmigrations",
        ),
        *("work", "clock", "dbshell", "help", "check", "diffsettings", "collectstatic", "findstatic"),
        *("makemessages", "compilemessages", "describe_pipeline", "describe_roles", "make_samples", "check_ocr"),
        "demo_logins",
    }
)


def say_version(words: Sequence[str]) -> bool:
    """`manage.py version` and `manage.py --version`: ours and Django's; False for everything else."""
    if list(words) not in (["version"], ["--version"]):
        return False
    print(f"{release()}, Django {django.get_version()}")  # noqa: T201 - the answer of a command
    return True


def stop_on_other_schema(words: Sequence[str]) -> None:
    """Ends the process with exit code 1 and one line where a database does not fit and the command would use it."""
    if not words or words[0].startswith("-") or words[0] in FREE_COMMANDS or "--help" in words:
        return
    django.setup()
    from django.db import DatabaseError, connections

    from idp_project.core.schema_guard import comparison_of, mismatch

    try:
        refusal = mismatch({alias: comparison_of(alias) for alias in connections})
    except DatabaseError:
        return  # the command says itself what it cannot reach
    if refusal:
        sys.exit(f"error: {refusal.message}")
