"""No error tells people a text that cannot be translated, and what the product refuses has a code of the catalogue."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.product_code import modules

# Of Django, DRF and ours: what ends on a screen, in an answer of the API or in a terminal.
TOLD = {"IdpError", "CommandError", "ValidationError", "BackupError", "APIException", "ParseError"}
MARKS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}
# Only developers see them: a query that was written wrong.
NOT_TOLD = {"SqlFileError"}
# Commands have no code: their text is all that is seen of them.
WITHOUT_CODE = ("idp_project/operations/",)


def descendants(roots: set[str]) -> set[str]:
    """The names of all classes below these, by the names of their bases."""
    bases = {
        node.name: {base.id if isinstance(base, ast.Name) else getattr(base, "attr", "") for base in node.bases}
        for module in modules()
        for node in module.nodes
        if isinstance(node, ast.ClassDef)
    }
    found = set(roots)
    while more := {name for name, names in bases.items() if names & found} - found:
        found |= more
    return found - NOT_TOLD


def raised(names: set[str]) -> Iterator[tuple[str, ast.expr]]:
    """Where one of these errors is made, and its first argument."""
    for module in modules():
        for call in (node for node in module.nodes if isinstance(node, ast.Call) and node.args):
            name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
            if name in names:
                yield f"{module.path}:{call.lineno}", call.args[0]


def is_marked(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS


def has_plain_text(node: ast.AST) -> bool:
    """Whether words of English stand in an expression, apart from arguments of calls and names of values."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and any(mark.isalpha() for mark in node.value)
    if isinstance(node, ast.Call) or (isinstance(node, ast.BinOp) and is_marked(node.left)):
        return False
    parts = node.values if isinstance(node, ast.Dict) else ast.iter_child_nodes(node)
    return any(has_plain_text(part) for part in parts)


def test_every_error_can_be_translated():
    told = list(raised(descendants(TOLD)))
    assert len(told) > 250
    assert [place for place, text in told if has_plain_text(text)] == []


def test_every_refusal_of_the_product_has_a_code():
    marked = [
        place
        for place, text in raised(descendants({"IdpError"}))
        if any(is_marked(node) for node in ast.walk(text)) and not place.startswith(WITHOUT_CODE)
    ]
    assert marked == []


@pytest.mark.parametrize(
    ("text", "is_plain"),
    [
        ('"Gone."', True),
        ('f"{name} is gone."', True),
        ('"Gone." if x else GONE()', True),
        ('f"{message} [{code}]"', False),
        ("GONE(name='x')", False),
        ("_('%(name)s is gone.') % {'name': name}", False),
        ("error.message", False),
    ],
)
def test_text_is_recognized(text, is_plain):
    assert has_plain_text(ast.parse(text, mode="eval").body) is is_plain
