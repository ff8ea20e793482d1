"""A name has one address: packages re-export models and admin pages, as Django wants them, and nothing else does."""

from __future__ import annotations

import ast
import re

from tests.product_code import modules

WAITING = {"documents/domain/schema_spec.py"}  # its importers are edited elsewhere
BY_DJANGO = re.compile(r"\w+/(models|admin)/__init__\.py$")


def re_exported(tree: ast.Module) -> set[str]:
    """Names that a module imports and lists in `__all__`."""
    lists = [
        node.value for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    ]
    listed = {name for each in lists for name in ast.literal_eval(each)}
    imported = {
        name.asname or name.name for node in tree.body if isinstance(node, ast.ImportFrom) for name in node.names
    }
    return listed & imported


def test_re_exports_are_found_and_only_django_has_them():
    assert re_exported(ast.parse("from a import b\n__all__ = ['b', 'c']\nc = 1")) == {"b"}
    found = {module.path: names for module in modules() if (names := re_exported(module.tree))}
    assert {path: names for path, names in found.items() if not BY_DJANGO.match(path)}.keys() == WAITING
    ours = {name for path, names in found.items() for name in names if path.startswith("review/models")}
    assert "ReviewTask" in ours, "the pattern finds what it is there for"
