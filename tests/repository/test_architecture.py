"""Every name on `docs/architecture.md` leads to the code: one text search, one place."""

from __future__ import annotations

import ast
import re
import subprocess
from collections import defaultdict
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from tests.product_code import APPS, modules

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text()
# Where a path may begin that is written short.
FOLDERS = (
    "",
    "idp_project/",
    "idp_project/core/",
    "extraction/",
    "documents/",
    "documents/domain/",
    "extraction/local/",
)
# Kinds of modules, words of SQL, files of the repository: no definitions.
OTHER = {
    *(
        "urls",
        "routing",
        "views",
        "api",
        "consumers",
        "jobs",
        "admin",
        "middleware",
        "forms",
        "serializers",
        "services",
    ),
    *(
        "selectors",
        "queries",
        "policies",
        "models",
        "domain",
        "asgi",
        "UPDATE",
        "security_invoker",
        "io",
        "lease_token",
    ),
    *("pdb", "default", "_overrides"),
}


def files(pattern: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", pattern], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    paths = [ROOT / name for name in listed.split() if name.startswith(APPS)]
    return [path for path in paths if path.exists() and "migrations" not in path.parts]


@cache
def definitions() -> dict[str, set[Path]]:
    """Functions, classes and named values of modules, fields of classes, values of enumerations, queries and roles by name."""
    found: dict[str, set[Path]] = defaultdict(set)
    for module in modules():
        path = ROOT / module.path
        for node in module.nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                found[node.name].add(path)
        for node in module.tree.body:
            for target in node.targets if isinstance(node, ast.Assign) else []:
                if isinstance(target, ast.Name):
                    found[target.id].add(path)
    for path in files("*.sql"):
        for name in re.findall(r"^-- (?:name|part): (\w+)", path.read_text(), re.MULTILINE):
            found[name].add(path)
    return found


def names() -> list[str]:
    prose = re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL)
    return list(dict.fromkeys(name for text in re.findall(r"`([^`\n]+)`", prose) for name in text.split(" → ")))


@cache
def values() -> set[str]:
    """What is stored: statuses, steps, routes, kinds, roles of the databases."""
    text = "\n".join(
        path.read_text() for path in (*files("documents/*.py"), *files("idp_project/*.py"), *files("pdb_sync/*.py"))
    )
    return set(re.findall(r'"(\w+)"', text))


IDENTIFIERS = [name for name in names() if re.fullmatch(r"\(?[A-Za-z_]\w*(\(\w*\))?\)?", name)]
PATHS = [name for name in names() if re.fullmatch(r"[\w./-]*/[\w./-]*|[\w/]+\.(py|sql)", name)]


@pytest.mark.parametrize("name", IDENTIFIERS)
def test_name_is_defined_in_one_place(name: str) -> None:
    bare = name.strip("()").split("(")[0]
    places, stored = definitions().get(bare, set()), values()
    if bare in OTHER or (ROOT / bare).is_dir() or (not places and bare in stored):
        return
    if len(places) > 1 and bare in stored and bare.islower():
        return  # a step or a status, which is meant; functions have its name too
    assert len(places) == 1, sorted(str(path.relative_to(ROOT)) for path in places)


@pytest.mark.parametrize("name", PATHS)
def test_path_exists(name: str) -> None:
    short = any((ROOT / folder / name).exists() for folder in FOLDERS)
    assert short or any(
        path.as_posix().endswith(f"/{name.rstrip('/')}") for path in (*files("*.py"), *files("*.sql"))
    ), name


def test_one_upload_is_followed_to_its_row_on_one_page() -> None:
    """The stations of the first line occur, in this order, in the section that tells how a document runs."""
    (told,) = re.findall(r"^## How a document runs\n(.*?)(?=^## )", PAGE, re.MULTILINE | re.DOTALL)
    stations = ("batch_submit", "document_advance", "review_task_decide", "sub_document_approve", "event_deliver")
    places = [told.find(f"`{station}`") for station in (*stations, "pdb_record_apply")]
    assert -1 not in places and places == sorted(places)
    assert len(told.splitlines()) <= 90


# From the jobs of `extraction/runner/conductor.py` to the functions of steps: those in memory, and those that are services.
TO_FUNCTION = ("begin_and_run", "run_steps", "_run_step", "execute_step", "FUNCTIONS")
TO_SERVICE = ("begin_and_run", "run_steps", "_run_step", "persist", "write_result", "FUNCTIONS")
JOBS_OF_STEPS = ("document_step_execute", "pages_process", "sub_document_process")


def mentioned_by(name: str, path: str = "") -> set[str]:
    """What the functions of that name mention, all of them together."""
    found = (
        node
        for module in modules()
        if path in module.path
        for node in module.nodes
        if isinstance(node, ast.FunctionDef) and node.name == name
    )
    inside = [each for function in found for each in ast.walk(function)]
    called = {each.attr for each in inside if isinstance(each, ast.Attribute)}
    return called | {each.id for each in inside if isinstance(each, ast.Name)}


@pytest.mark.parametrize("way", [TO_FUNCTION, TO_SERVICE], ids=["function", "service"])
def test_at_most_six_names_lead_from_a_job_to_its_step(way: tuple[str, ...]) -> None:
    assert len(way) <= 6
    for job in JOBS_OF_STEPS:
        assert way[0] in mentioned_by(job, "extraction/runner/conductor.py")
    for name, following in pairwise(way):
        assert {path.parent.name for path in definitions()[name]} == {"runner"}, f"a search for {name} finds others"
        assert following in mentioned_by(name), f"{name} does not lead to {following}"
