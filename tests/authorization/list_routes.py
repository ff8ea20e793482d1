"""Rows of the authorization matrix about master data (the list of the world belongs to its team) and the library."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from documents.domain.library import shipped_text
from tests.authorization.rules import ABOVE, CREATOR, HIDE, MANAGERS, SUPER, Row, rule

LIST = {"list_id": "list"}
OF_MANAGERS = rule(("reviewer", *ABOVE), other=HIDE)  # who manages no document types knows of no list
CONTENT = "depot,place\nNorth,Kiel\n"


def _file() -> SimpleUploadedFile:
    return SimpleUploadedFile("depots.csv", CONTENT.encode(), content_type="text/csv")


def _new(world: Any) -> dict[str, Any]:
    return {"name": "Stores", "team": str(world.team_id), "file": _file()}


def _other(world: Any) -> dict[str, Any]:
    return {"name": "Depots", "file": _file()}


OF_SUPER = rule(("super_admin",), other=HIDE)
LETTER = {"key": "library_key"}


def _letter(world: Any) -> dict[str, str]:
    return {"text": shipped_text("letter")}


def _bill(world: Any) -> dict[str, str]:
    return {"key": "bill", "text": shipped_text("letter").replace("key: letter", "key: bill", 1)}


LIST_ROUTES = [
    Row("GET", "documents:library", SUPER),
    Row("POST", "documents:library", SUPER, body=_bill),
    Row("GET", "documents:library_type", OF_SUPER, LETTER),
    Row("POST", "documents:library_type", OF_SUPER, LETTER, _letter),
    Row("POST", "documents:library_type_state", OF_SUPER, LETTER, lambda world: {}),
    Row("GET", "api-library-type", OF_SUPER, LETTER),
    Row("PUT", "api-library-type", OF_SUPER, LETTER, _letter, is_json=True),
    Row("DELETE", "api-library-type", OF_SUPER, LETTER),
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
