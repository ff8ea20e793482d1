"""The product's modules as syntax trees, for tests of rules that hold everywhere: read and walked once per process."""

from __future__ import annotations

import ast
import gc
import subprocess
from dataclasses import dataclass
from functools import cache

from idp_project.operations.supervisor.places import CHECKOUT

APPS = ("accounts", "documents", "extraction", "review", "rag", "pdb_sync", "idp_project")


@dataclass(frozen=True)
class Module:
    """`path` is relative to the checkout, `nodes` are all nodes of `tree` as `ast.walk` gives them."""

    path: str
    tree: ast.Module
    nodes: tuple[ast.AST, ...]

    def calls(self, *names: str) -> list[ast.Call]:
        """Calls of functions by their bare names."""
        found = [node for node in self.nodes if isinstance(node, ast.Call)]
        return [call for call in found if isinstance(call.func, ast.Name) and call.func.id in names]


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the product, of new ones too that git does not know yet; without migrations."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"]
    listed = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout.split()
    paths = [path for path in listed if path.split("/")[0] in APPS and "/migrations/" not in path]
    found = []
    for path in sorted(set(paths)):
        if (CHECKOUT / path).exists():
            tree = ast.parse((CHECKOUT / path).read_text())
            found.append(Module(path, tree, tuple(ast.walk(tree))))
    gc.freeze()  # half a million nodes that stay: the collector need not walk them
    return tuple(found)
