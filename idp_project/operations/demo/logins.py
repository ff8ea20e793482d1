"""The demonstration's logins: one a role, with new passwords for every data folder and kept there (mode 0600)."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from accounts.domain.roles import Role

_WORDS = ("amber", "cedar", "delta", "ember", "fjord", "grove", "heron", "island", "jasper", "larch", "maple", "nectar")


@dataclass(frozen=True)
class DemoLogin:
    """One tile of the demonstration's login page."""

    role: str
    username: str
    display_name: str
    password: str


_PEOPLE = (
    (Role.SUPER_ADMIN, "root", "Robin Root"),
    (Role.ORG_ADMIN, "admin", "Ada Admin"),
    (Role.MANAGER, "manager", "Max Manager"),
    (Role.OPERATOR, "operator", "Olga Operator"),
    (Role.VIEWER, "viewer", "Vic Viewer"),
)


def make_logins() -> list[DemoLogin]:
    """One login per role with a random password: three words and two digits."""
    return [DemoLogin(role.value, username, name, _password()) for role, username, name in _PEOPLE]


def _password() -> str:
    return "-".join([*(secrets.choice(_WORDS) for _ in range(3)), str(secrets.randbelow(90) + 10)])


def write_logins(path: Path, logins: list[DemoLogin]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps([asdict(login) for login in logins], indent=1))


def read_logins(path: Path) -> list[DemoLogin]:
    """Empty where the demonstration was never loaded."""
    if not path.is_file():
        return []
    return [DemoLogin(**entry) for entry in json.loads(path.read_text())]
