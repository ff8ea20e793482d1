"""The first super admin of a real installation: asked for once, or named in the environment. The password stays here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from idp_project.operations.supervisor.errors import SupervisorError
from idp_project.operations.supervisor.places import CHECKOUT
from idp_project.operations.supervisor.processes import Program
from idp_project.operations.supervisor.programs import ADMIN_NAMES, Programs

MISSING = (
    "A real installation needs its first super admin, and there is no terminal to ask on. Set IDP_ADMIN_USERNAME and "
    "IDP_ADMIN_PASSWORD (and IDP_ADMIN_EMAIL, if you like), then start again."
)


@dataclass(frozen=True)
class Credentials:
    """Checked by the product's own password rules."""

    username: str
    email: str
    password: str


def ask(data: Path) -> Credentials:
    """Takes credentials from the environment, else asks on the terminal. Raises SupervisorError where both are missing, and
    for a weak password."""
    given = {name: os.environ.get(name, "") for name in ADMIN_NAMES}
    is_given = given["IDP_ADMIN_USERNAME"] and given["IDP_ADMIN_PASSWORD"]
    if not is_given and (given["IDP_ADMIN_USERNAME"] or given["IDP_ADMIN_PASSWORD"] or not sys.stdin.isatty()):
        raise SupervisorError(MISSING)
    done = subprocess.run(
        [sys.executable, str(CHECKOUT / "manage.py"), "ask_super_admin"],
        env=os.environ | {"IDP_DATA_DIR": str(data)},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise SupervisorError("Nobody was named as the first super admin. Nothing is served without one.") from None
    if "error" in answer:
        raise SupervisorError(answer["error"])
    return Credentials(**answer)


def making(programs: Programs, credentials: Credentials) -> Program:
    """The one process that is given the password."""
    words = ("create_super_admin", "--no-input", f"--email={credentials.email}", "--", credentials.username)
    return programs.manage("admin", *words, IDP_ADMIN_PASSWORD=credentials.password)
