"""No product code takes a sentence apart or compares it: what people read is rendered from codes, and only rendered."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

import pytest

from idp_project.core.reasons import CATALOG
from tests.product_code import modules

TEXTS = {
    "text",
    "message",
    "source_text",
    "text_beside_label",
    "error_message",
    "reason",
    "reasons",
    "said",
    "failed_checks",
}
TAKES_APART = {
    *("startswith", "endswith", "removeprefix", "removesuffix", "split", "partition", "rpartition", "find", "index"),
    *("search", "match", "fullmatch", "sub"),
}
HOLDERS = re.compile(
    r"\b(reasons?|error|refusal|refused|failure|found|obstacle|problem|fault|run|step_run|check|delivery)\b"
)
# What is called so and is no sentence of ours: (file, source).
NOT_OURS = {
    ("documents/services/running/pauses.py", "reason.strip"),
    ("review/services/tasks.py", "reason.strip"),
}


def is_text_of_reason(node: ast.AST) -> bool:
    """`reason.text`, `error.message`, `run.error_message`, `str(reason)`, `row["reason"]`."""
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("str", "text_of")
        and node.args
    ):
        return bool(re.search(r"\breasons?\b", ast.unparse(node.args[0])))
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return node.slice.value in ("reason", "error_message", "message")
    if not isinstance(node, ast.Attribute) or node.attr not in TEXTS - {"reason", "reasons", "failed_checks"}:
        return False
    return node.attr in ("source_text", "text_beside_label", "error_message") or bool(
        HOLDERS.search(ast.unparse(node.value))
    )


def is_sentence(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value.strip()


def offences(nodes: Iterable[ast.AST]) -> list[str]:
    found = []
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in TAKES_APART:
            taken = [node.func.value, *(node.args if node.func.attr in ("search", "match", "fullmatch", "sub") else ())]
            if any(is_text_of_reason(one) for one in taken):
                found.append(f"line {node.lineno}: takes apart {ast.unparse(node)}")
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            if any(map(is_text_of_reason, sides)) and any(map(is_sentence, sides)):
                found.append(f"line {node.lineno}: compares {ast.unparse(node)}")
    return found


def test_no_module_parses_or_compares_a_sentence():
    found = [f"{module.path} {offence}" for module in modules() for offence in offences(module.nodes)]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        'label = reason.text.removeprefix("Total: ")',
        'is_slow = run.error_message == "It took longer than 5 s."',
        're.search("not certain", str(reason))',
        'has_it = "does not equal" in row["reason"]',
        'kind = error.message.partition(":")[0]',
    ],
)
def test_rule_finds_what_it_forbids(source):
    assert offences(ast.walk(ast.parse(source))), source


def test_sentences_of_the_catalogue_are_written_once():
    """A sentence that stands elsewhere too would be stored or compared as text there."""
    templates = {sentence.template for sentence in CATALOG.values() if len(sentence.template) > 25}
    twice = []
    for module in modules():
        constants = [node for node in module.nodes if isinstance(node, ast.Constant) and node.value in templates]
        if constants:
            defined = {constant for call in module.calls("define", "_") for constant in ast.walk(call)}
            twice += [f"{module.path}:{node.lineno}" for node in constants if node not in defined]
    assert twice == []


def test_only_migrations_match_sentences():
    allowed = {"idp_project/core/reason_matching.py", "idp_project/core/reason_columns.py"}
    found = [
        module.path
        for module in modules()
        for node in module.nodes
        if isinstance(node, ast.ImportFrom)
        and node.module in ("idp_project.core.reason_matching", "idp_project.core.reason_columns")
        and module.path not in allowed
    ]
    assert found == []
