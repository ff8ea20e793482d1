"""Which release runs: its version, and the commit of its checkout. Standard library only, for every process to say at its start.

The commit is read from `.git`, without running git; without `.git`, from a file `COMMIT` beside `manage.py`.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cache
from pathlib import Path

logger = logging.getLogger(__name__)
VERSION = "0.1.0"
CHECKOUT = Path(__file__).resolve().parents[2]
UNKNOWN = "unknown"
_SHOWN_DIGITS = 12


@dataclass(frozen=True)
class Release:
    """`commit` has 40 hexadecimal digits, or is "unknown"."""

    version: str
    commit: str

    def __str__(self) -> str:
        return f"IDP {self.version} (commit {self.commit[:_SHOWN_DIGITS]})"


@cache
def release() -> Release:
    """What this process was started from; a later change of the checkout does not change the answer."""
    return Release(VERSION, commit_of(CHECKOUT))


def say_start(process: str) -> None:
    """The first line of a process's log, once logging is set up."""
    logger.info("%s starts: %s", process, release())


def commit_of(checkout: Path) -> str:
    """The commit that a checkout or an unpacked archive is of; "unknown" where nothing says it."""
    try:
        return _head(_git_folder(checkout / ".git")) or UNKNOWN
    except OSError:
        pass
    try:
        return (checkout / "COMMIT").read_text().strip() or UNKNOWN
    except OSError:
        return UNKNOWN


def _git_folder(path: Path) -> Path:
    """Returns git's folder. In a linked worktree `.git` is a file that names it."""
    if path.is_dir():
        return path
    return path.parent / path.read_text().removeprefix("gitdir:").strip()


def _head(folder: Path) -> str:
    head = (folder / "HEAD").read_text().strip()
    if not head.startswith("ref:"):
        return head
    name = head.removeprefix("ref:").strip()
    shared = folder / "commondir"
    roots = [folder, *([folder / shared.read_text().strip()] if shared.is_file() else [])]
    for root in roots:
        if (root / name).is_file():
            return (root / name).read_text().strip()
    for root in roots:
        if commit := _packed(root / "packed-refs", name):
            return commit
    return ""


def _packed(path: Path, name: str) -> str:
    if not path.is_file():
        return ""
    lines = (line.split(" ", 1) for line in path.read_text().splitlines() if not line.startswith(("#", "^")))
    return next((commit for commit, ref in lines if ref == name), "")
