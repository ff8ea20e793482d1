"""The unprivileged account that runs the stores when the supervisor is root (PostgreSQL refuses root).

Nobody's permissions are widened for it: where it cannot enter, the stores move to a folder of their own.
"""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from idp_project.operations.supervisor.errors import SupervisorError

PREFERRED_NAMES = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """An existing user of this machine."""

    uid: int
    gid: int

    def popen_arguments(self) -> dict[str, object]:
        """Keyword arguments of `subprocess.Popen` that make the child run as this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": ()}

    def can(self, test: str, path: Path) -> bool:
        """Whether this account passes the shell's `test`, for instance "-x", on the path."""
        command = ["/bin/sh", "-c", f'test {test} "$0"', str(path)]
        return subprocess.run(command, cwd="/", check=False, **self.popen_arguments()).returncode == 0  # type: ignore[call-overload]

    def can_run(self, program: Path) -> bool:
        """Whether `program --version` works for this account: every folder above it, and its libraries."""
        try:
            command = [str(program), "--version"]
            done = subprocess.run(command, cwd="/", check=False, capture_output=True, **self.popen_arguments())  # type: ignore[call-overload]
        except OSError:
            return False
        return bool(done.returncode == 0)

    def own(self, path: Path) -> None:
        os.chown(path, self.uid, self.gid)

    def own_tree(self, folder: Path) -> None:
        """Hand over a folder with everything in it."""
        for parent, folders, files in os.walk(folder):
            for name in [".", *folders, *files]:
                os.chown(Path(parent, name), self.uid, self.gid, follow_symlinks=False)


def store_account(data_folders: list[Path]) -> Account | None:
    """The stores' account: None (ourselves) unless we are root; else the owner of existing data, else a known name."""
    if os.geteuid() != 0:
        return None
    for folder in data_folders:
        if (folder / "PG_VERSION").exists() and folder.stat().st_uid != 0:
            entry = folder.stat()
            return Account(entry.st_uid, entry.st_gid)
    for name in PREFERRED_NAMES:
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        if user.pw_uid != 0:
            return Account(user.pw_uid, user.pw_gid)
    raise SupervisorError(
        "PostgreSQL does not run as root, and this machine has neither a user 'postgres' nor 'nobody'. "
        "Start it as an ordinary user."
    )


def copy_program(source: Path, target: Path) -> None:
    """Copy a program's folder to where everybody may enter; a finished copy is kept."""
    if target.exists():
        return
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    target.parent.chmod(0o755)
    unfinished = target.with_name(target.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.copytree(source, unfinished, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a"))
    unfinished.rename(target)
