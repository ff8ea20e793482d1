"""A migrated PostgreSQL cluster, kept between test sessions: making one takes half a minute on a busy machine.

The key is a digest of everything that the cluster was made from, so that a changed migration makes another one.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from idp_project.operations.supervisor.places import CHECKOUT

MADE_FROM = (
    "*/migrations/*.py", "*/models/*.py", "*/models.py", "*/apps.py", "*/domain/**/*.py",
    "*/management/commands/*.py", "idp_project/**/*.py", "requirements/*.txt", "tests/servers.py", "tests/kept_cluster.py",
)  # fmt: skip
KEPT_AT_MOST = 6
FILLED = "filled.json"


def cluster_key() -> str:
    """One digest of the interpreter and of every file that takes part in making the databases."""
    files = {path for pattern in MADE_FROM for path in CHECKOUT.glob(pattern)}
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(files):
        digest.update(f"{path.relative_to(CHECKOUT)}\n".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:24]


class KeptCluster:
    """The place of one key's cluster; `folder` is below the machine's temporary folder, private to the user."""

    def __init__(self) -> None:
        self.all = Path(tempfile.gettempdir()) / f"idp-test-clusters-{os.geteuid()}"
        self.folder = self.all / cluster_key()

    def restore(self, data: Path) -> str | None:
        """Copy the cluster to `data`; the kept text about it, or nothing where no such cluster is kept."""
        try:
            filled = (self.folder / FILLED).read_text()
            _copy(self.folder / "data", data)
        except (OSError, subprocess.CalledProcessError):
            shutil.rmtree(data, ignore_errors=True)
            return None
        with suppress(OSError):
            os.utime(self.folder)
        return filled

    def keep(self, data: Path, filled: str) -> None:
        """Take a copy of a stopped server's folder; the oldest copies go. A second session's copy may win."""
        unfinished = self.folder.with_name(f"{self.folder.name}.{os.getpid()}")
        unfinished.mkdir(mode=0o700, parents=True)
        _copy(data, unfinished / "data")
        (unfinished / FILLED).write_text(filled)
        try:
            unfinished.rename(self.folder)
        except OSError:
            shutil.rmtree(unfinished)
        by_age = sorted(self.all.iterdir(), key=lambda folder: folder.stat().st_mtime, reverse=True)
        for folder in by_age[KEPT_AT_MOST:]:
            shutil.rmtree(folder, ignore_errors=True)


def _copy(source: Path, target: Path) -> None:
    """With owners and modes: the server refuses a folder of somebody else."""
    subprocess.run(["cp", "-a", str(source), str(target)], check=True, stderr=subprocess.DEVNULL)
