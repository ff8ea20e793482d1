"""Step runs are written in one module, and by the executors' fenced statements; nowhere else. So are statuses of many
sub-documents at once."""

import ast
import re
from pathlib import Path

from django.conf import settings

from documents.domain.statuses import STEP_TRANSITIONS, StepStatus
from tests.product_code import APPS, Module, modules

ROOT = Path(settings.BASE_DIR)
WRITER = "documents/services/running/step_runs.py"
MOVER = "documents/services/running/sub_document_statuses.py"
STATEMENTS = Path("extraction/queries.sql")
CREATES = Path("documents/queries.sql")  # step_runs_create, called by the writer


def called(function):
    """The last name of what is called."""
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def writes_a_step_status(module):
    """Calls like `rows.update(status=StepStatus.PENDING)`, and creations of step runs."""
    for node in module.nodes:
        if not isinstance(node, ast.Call) or called(node.func) not in ("StepRun", "create", "bulk_create", "update"):
            continue
        text = ast.unparse(node)
        if text.startswith("StepRun(") or re.match(r"StepRun\.objects\.(bulk_)?create\(", text):
            yield text
        if isinstance(node.func, ast.Attribute) and node.func.attr == "update":
            values = [keyword.value for keyword in node.keywords if keyword.arg == "status"]
            if any(ast.unparse(value).startswith("StepStatus.") for value in values) or "StepRun.objects" in text:
                yield text


def deletes_step_runs(module):
    """Calls like `StepRun.objects.filter(…).delete()`, and of a name that step runs were put under."""
    for node in module.nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "delete":
            text = ast.unparse(node)
            if re.match(r"(StepRun\.objects|step_runs?|\w+\.step_runs)\b", text):
                yield text


def moves_a_sub_document(module):
    """Calls like `rows.update(status=SubDocumentStatus.FAILED)`."""
    for node in module.nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "update":
            values = [ast.unparse(keyword.value) for keyword in node.keywords if keyword.arg == "status"]
            if any(value.startswith("SubDocumentStatus.") for value in values):
                yield ast.unparse(node)


def offenders(find):
    return {module.path: calls for module in modules() if (calls := list(find(module)))}


def parsed(text):
    tree = ast.parse(text)
    return Module("", tree, tuple(ast.walk(tree)))


def test_one_module_writes_step_runs():
    found = offenders(writes_a_step_status)
    assert found.pop(WRITER), "the pattern finds what it is there for"
    assert found == {}


def test_one_module_deletes_step_runs():
    assert list(deletes_step_runs(parsed("StepRun.objects.filter(unit_id=id).delete()")))
    assert offenders(deletes_step_runs) == {}, "step_runs_delete does"


def test_one_module_moves_sub_documents():
    assert list(moves_a_sub_document(parsed("rows.filter(id=1).update(status=SubDocumentStatus.FAILED)")))
    assert offenders(moves_a_sub_document) == {}, f"{MOVER} does"


def test_one_file_of_statements_writes_step_runs():
    writing = re.compile(r"(UPDATE|INTO|DELETE FROM)\s+documents_steprun")
    found = {
        path.relative_to(ROOT)
        for app in APPS
        for path in (ROOT / app).rglob("*.sql")
        if writing.search(path.read_text())
    }
    assert found == {STATEMENTS, CREATES}


def test_statements_name_only_statuses_that_exist():
    named = set(re.findall(r"status = '(\w+)'", (ROOT / STATEMENTS).read_text()))
    assert named <= {status.value for status in StepStatus} and len(named) > 3


def test_statements_are_given_the_names_of_steps():
    literal = re.compile(r"\bstep\s*(=|<>|(NOT )?IN \(|WHEN)\s*'")
    assert literal.search("step.step = 'layout'") and literal.search("CASE step.step WHEN 'merge'")
    texts = {path: path.read_text() for app in APPS for path in (ROOT / app).rglob("*.sql")}
    assert [path for path, text in texts.items() if literal.search(text)] == []


def test_every_status_can_be_left():
    assert set(STEP_TRANSITIONS) == set(StepStatus) and all(STEP_TRANSITIONS.values())
