"""Fault tests reach the product by its public names and by `extraction/runner/moments.py`, never by private ones."""

import ast
from pathlib import Path

import pytest

FAULTS = Path(__file__).resolve().parents[1] / "faults"


def private_names(text: str) -> list[str]:
    """Private attributes of anything but `self`, and private names that `setattr` is given."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute) and not (
            isinstance(node.value, ast.Name) and node.value.id in {"self", "os"}
        ):
            found.append(node.attr)
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == "setattr":
            texts = [part.value for part in node.args if isinstance(part, ast.Constant) and isinstance(part.value, str)]
            found += [text.rpartition(".")[2] for text in texts]
        elif isinstance(node, ast.ImportFrom):
            found += [alias.name for alias in node.names]
    return [name for name in found if name.startswith("_") and not name.startswith("__")]


@pytest.mark.parametrize("path", sorted(FAULTS.glob("*.py")), ids=lambda path: path.stem)
def test_fault_tests_use_no_private_name(path: Path) -> None:
    assert private_names(path.read_text()) == []


@pytest.mark.parametrize(
    "text",
    [
        'patch.setattr(queue, "_push", die)',
        'patch.setattr("core.queue._push", die)',
        "queue._push = die",
        "from x import _push",
    ],
)
def test_a_private_name_is_found(text: str) -> None:
    assert private_names(text) == ["_push"]
