"""Rows of the authorization matrix about master data; the list of the world belongs to its team."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.authorization.rules import ABOVE, CREATOR, HIDE, MANAGERS, Row, rule

LIST = {"list_id": "list"}
OF_MANAGERS = rule(("reviewer", *ABOVE), other=HIDE)  # who manages no document types knows of no list
CONTENT = "depot,place\nNorth,Kiel\n"


def _file() -> SimpleUploadedFile:
    return SimpleUploadedFile("depots.csv", CONTENT.encode(), content_type="text/csv")


def _new(world: Any) -> dict[str, Any]:
    return {"name": "Stores", "team": str(world.team_id), "file": _file()}


def _other(world: Any) -> dict[str, Any]:
    return {"name": "Depots", "file": _file()}


LIST_ROUTES = [
    Row("GET", "documents:master_lists", MANAGERS, marker="list"),
    Row("POST", "documents:master_lists", MANAGERS, body=_new),
    Row("GET", "documents:master_list", OF_MANAGERS, LIST),
    Row("POST", "documents:master_list", OF_MANAGERS, LIST, _other),
    Row("POST", "documents:master_list_delete", OF_MANAGERS, LIST, lambda world: {}),
    Row("GET", "api-master-lists", MANAGERS, marker="list"),
    Row(
        "POST",
        "api-master-lists",
        CREATOR,
        body=lambda world: {"name": "Stores", "content": CONTENT, "team_id": str(world.team_id)},
        is_json=True,
    ),
    Row("GET", "api-master-list", OF_MANAGERS, LIST),
    Row("PUT", "api-master-list", OF_MANAGERS, LIST, lambda world: {"content": CONTENT}, is_json=True),
    Row("DELETE", "api-master-list", OF_MANAGERS, LIST),
]
