"""Purpose of a start, and on which data folders it may happen: demonstrations and real installations never mix."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from idp_project.core.installation import InstallationKind, kind_of, remember_kind
from idp_project.operations.supervisor.contents import Contents
from idp_project.operations.supervisor.errors import SupervisorError
from idp_project.operations.supervisor.places import Places

OTHER_COMMAND = {InstallationKind.DEMONSTRATION: "make run", InstallationKind.REAL: "make serve"}


class Purpose(StrEnum):
    """Why everything is started: `make run` and `make demo`, `make serve`, or one command of manage.py."""

    DEMONSTRATE = "demonstrate"
    SERVE = "serve"
    EXECUTE = "execute"

    @property
    def kind(self) -> InstallationKind:
        """What a new folder becomes."""
        return InstallationKind.DEMONSTRATION if self is Purpose.DEMONSTRATE else InstallationKind.REAL


def check_switch(command: str, given: Mapping[str, str]) -> None:
    """IDP_DEMO chose the kind in earlier versions: refuse where its user would get the other kind, else say so."""
    if "IDP_DEMO" not in given:
        return
    if command == "start" and given["IDP_DEMO"] == "0":
        raise SupervisorError(
            "IDP_DEMO=0 has no effect any more, and `make run` shows a demonstration. Start a real installation with "
            "`make serve` (without IDP_DEMO)."
        )
    print(
        "IDP_DEMO has no effect any more: `make run` shows a demonstration, `make serve` is for real documents.",
        file=sys.stderr,
    )


def remembered_kind(data: Path) -> InstallationKind | None:
    """What the folder's file `installation` says; SupervisorError for a file that says something else."""
    try:
        return kind_of(data)
    except ValueError as error:
        raise SupervisorError(str(error)) from error


def check_kind(data: Path, purpose: Purpose) -> None:
    """SupervisorError for a folder of the other kind, and for a demonstration under production settings."""
    kind = remembered_kind(data)
    if kind and kind is not purpose.kind and purpose is not Purpose.EXECUTE:
        raise SupervisorError(
            f"{data} holds {kind.phrase}: start it with `{OTHER_COMMAND[kind]}`. "
            f"For {purpose.kind.phrase} give `{OTHER_COMMAND[purpose.kind]}` a folder of its own with IDP_DATA_DIR."
        )
    is_demonstration = InstallationKind.DEMONSTRATION in (kind, purpose.kind)
    if is_demonstration and os.environ.get("DJANGO_SETTINGS_MODULE", "").endswith("settings.production"):
        raise SupervisorError(
            f"{data} would be a demonstration, whose passwords are published, under production settings. Unset "
            "DJANGO_SETTINGS_MODULE, or start a real installation with `make serve`."
        )


def is_new(places: Places, given: Mapping[str, str]) -> bool:
    """Whether nothing was ever started here: no kind, no cluster, no `environment`, and no server of one's own."""
    return not (
        remembered_kind(places.data)
        or (places.postgres_data / "PG_VERSION").exists()
        or places.environment.exists()
        or given.get("DATABASE_URL")
    )


def remember_new(places: Places, purpose: Purpose, given: Mapping[str, str]) -> None:
    """The kind of a new folder, before its stores are made. `prepare` decides for every other one by its database."""
    if is_new(places, given):
        remember_kind(places.data, purpose.kind)


def check_alone(data: Path, contents: Contents, purpose: Purpose) -> None:
    """SupervisorError before a demonstration is loaded beside somebody's organisation, on a server of one's own."""
    is_undecided = remembered_kind(data) is None
    if purpose is Purpose.DEMONSTRATE and is_undecided and contents.other_organization:
        raise SupervisorError(
            f"The database holds the organisation “{contents.other_organization}”, so no demonstration is loaded into it. "
            "Start the real installation with `make serve`, or name another DATABASE_URL and IDP_DATA_DIR."
        )


def described(places: Places) -> str:
    """For `status`: the folder's kind in words."""
    if kind := remembered_kind(places.data):
        return kind.phrase.partition(" ")[2]
    return "of an earlier version" if places.environment.exists() else "never started"
