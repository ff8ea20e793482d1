"""Rows reach an interface only through doors: read from the source, module by module."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ("accounts", "documents", "extraction", "review", "rag", "pdb_sync")
WITH_AN_ASKER = ("views", "api", "consumers")  # what they call takes an Access
INTERFACES = (*WITH_AN_ASKER, "jobs", "middleware", "authentication")

FORBIDDEN_MODULES = ("models", "queries", "policies", "grants")
FORBIDDEN_NAMES = {"get_object_or_404", "get_list_or_404", "get_model", "get_user_model", "connection", "RawSQL"}
FORBIDDEN_ATTRIBUTES = {"objects", "_default_manager", "_base_manager", "get_queryset_for", "raw", "cursor"}

# Called without an Access, and why that is no hole.
WITHOUT_ACCESS = {
    # nobody is known yet: the argument itself is the credential, or is checked against one
    "sign_in": "credentials were checked",
    "session_refresh": "takes the refresh token's id",
    "socket_ticket_redeem": "takes a single-use ticket and gives the Access",
    "access_current": "gives the Access of a session",
    "password_reset_request": "takes an address, tells nothing about it",
    "password_reset_owner": "takes the secret of a link",
    "password_reset_complete": "takes the secret of a link",
    "invitation_open": "takes the secret of a link",
    "invitation_accept": "takes the secret of a link",
    "counted_name": "turns what was typed into the name that tries are counted by",
    "pending_sign_in": "takes the user whose password was checked",
    "pending_sign_in_user": "takes a signed token that names the user whose password was checked",
    # of the user who asks, and of nobody else
    "is_second_factor_on": "of the user who asks",
    "is_second_factor_required_in": "of the user who asks",
    "has_system_mail": "tells of the installation, and of nobody",
    "recovery_codes_left": "of the user who asks",
    "second_factor_offer": "of the user who asks, or whose password was checked",
    "second_factor_enroll": "of the user who asks, or whose password was checked",
    # facts of an object whose door the caller has opened, or of no object at all
    "with_presentation": "dresses values that were read through a door",
    "boxes_of": "rearranges a view that was read through a door",
    "plain_value": "writes a value that was read through a door",
    "next_item": "of a value that was corrected through a door",
    "field_view_of": "dresses a value that a service gave",
    "table_views": "of a task that was read through a door",
    "has_e_invoice": "of a task that was read through a door",
    "table_named": "of a task whose table was edited through a door",
    "failed_checks_of": "of a task that was read through a door",
    "values_version": "of a task that was read through a door",
    "page_views": "of a document that was read through a door",
    "sub_document_view": "of a task that was read through a door",
    "sub_document_step_runs": "of a sub-document that was read through a door",
    "unsure_fields": "of tasks that were read through a door",
    "engine_choices": "of the organisation whose type was read through a door",
    "batch_facts": "of a batch that was read through a door",
    "security_rules_of": "of an organisation that was read through a door",
    "arrangement_view": "of a document whose task was read through a door",
    "egress_policy_of": "of an organisation that was read through a door",
    "second_view": "of a task that was read through a door",
    "field_paths": "of a type that was read through a door",
    "group_name": "makes a name",
    "media_type": "of a picture's bytes",
    "batch_state_live": "of a batch that was read through a door",
    "shown_row": "dresses rows of a batch whose door was passed",
    "citation_as_shown": "of a citation that was read through a door",
    "table_view": "of a layout that was read through a door",
    "pair_views": "of a layout that was read through a door",
    "label_pair_views": "of a layout that was read through a door",
    "readable_scripts": "of this machine, and of nobody",
}


def modules_of(storeys: tuple[str, ...]) -> Iterator[Path]:
    for app in APPS:
        for storey in storeys:
            yield from (ROOT / app).glob(f"{storey}.py")
            yield from (ROOT / app / storey).rglob("*.py")


def offences(source: str) -> list[str]:
    """What the source of an interface does beside the doors."""
    found = []
    tree = ast.parse(source)
    empty = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "none"}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            parts = node.module.split(".")
            names = {alias.name for alias in node.names}
            is_ours = parts[0] in APPS
            if is_ours and (set(parts[1:]) | (names if len(parts) == 1 else set())) & set(FORBIDDEN_MODULES):
                found.append(f"line {node.lineno}: imports {node.module}")
            found += [f"line {node.lineno}: imports {name}" for name in names & FORBIDDEN_NAMES]
        elif isinstance(node, ast.Attribute) and node.attr in FORBIDDEN_ATTRIBUTES and id(node) not in empty:
            found.append(f"line {node.lineno}: .{node.attr}")
    return found


@pytest.mark.parametrize("path", sorted(modules_of(INTERFACES)), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_interface_reads_rows_beside_the_doors(path):
    assert offences(path.read_text()) == []


@pytest.mark.parametrize(
    "line",
    [
        "from documents.models import Batch",
        "from documents import models",
        "from documents.models.batch import Batch",
        "from documents.policies import batches_visible_to",
        "from django.shortcuts import get_object_or_404",
        "from django.apps import apps\nBatch = apps.get_model_of\nBatch.objects.all()",
        "rows = type(batch)._default_manager.all()",
        "from django.db import connection",
    ],
)
def test_the_check_finds_every_way_round(line):
    assert offences(line)


def called_without_access(path: Path) -> list[str]:
    """Selectors and services of ours that the module uses although they take no `access` first."""
    module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        target = _resolve(module, node.func)
        if target is None or target.__name__ in WITHOUT_ACCESS or not _is_domain(target):
            continue
        if next(iter(inspect.signature(target).parameters), "") != "access":
            found.append(target.__name__)
    return sorted(set(found))


def _is_domain(target: object) -> bool:
    parts = getattr(target, "__module__", "").split(".")
    return parts[0] in APPS and bool({"selectors", "services", "progress", "relay", "retrieval"} & set(parts))


def _resolve(module: ModuleType, node: ast.expr) -> object | None:
    """The function that is called, where it is a plain or a dotted name of the module."""
    if isinstance(node, ast.Name):
        found = getattr(module, node.id, None)
    elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        found = getattr(getattr(module, node.value.id, None), node.attr, None)
    else:
        return None
    return found if inspect.isfunction(found) else None


@pytest.mark.parametrize("path", sorted(modules_of(WITH_AN_ASKER)), ids=lambda path: str(path.relative_to(ROOT)))
def test_what_an_interface_calls_is_told_who_asks(path):
    assert called_without_access(path) == []


def test_every_stated_exception_is_still_used():
    used: set[str] = set()
    for path in modules_of(WITH_AN_ASKER):
        used |= {node.id for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Name)}
        used |= {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
    assert set(WITHOUT_ACCESS) - used == set()
