"""Records for those who do not review their documents: without the values of sensitive fields."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from accounts.access import Access
from documents.domain.field_ids import Path
from documents.domain.sensitive import HIDDEN
from documents.selectors.sensitive import may_see_sensitive, sensitive_paths_by_version
from idp_project.core.tenancy import organization_scope


def hide_records(access: Access, rows: Sequence[dict[str, Any]]) -> None:
    """In rows of the list: values, and what failed checks say of them. Call it before columns get the names of today."""
    closed = [row for row in rows if not may_see_sensitive(access, **_place(row))]
    if not closed:
        return
    paths = _paths(access.required_organization_id, {row["schema_key"] for row in closed})
    for row in closed:
        _hide_row(row, paths.get((row["schema_key"], row["schema_version"]), frozenset()))


def hide_record(
    access: Access, record: dict[str, Any], cells: Iterable[dict[str, Any]], versions: Iterable[dict[str, Any]]
) -> None:
    """In one record with its cells and history."""
    if may_see_sensitive(access, **_place(record)):
        return
    paths = _paths(access.required_organization_id, {record["schema_key"]})
    hidden = paths.get((record["schema_key"], record["schema_version"]), frozenset())
    _hide_row(record, hidden)
    for version in versions:
        _hide_row(version, paths.get((record["schema_key"], version["schema_version"]), frozenset()))
    for cell in cells:
        if (cell["table_name"], cell["name"]) in hidden:
            _hide_cell(cell)


def _place(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row.get(name) for name in ("team_id", "batch_id", "document_id")}


def _paths(organization_id: UUID, keys: set[str]) -> dict[tuple[str, str], frozenset[Path]]:
    with organization_scope(organization_id):
        return sensitive_paths_by_version(organization_id, keys)


def _hide_row(row: dict[str, Any], hidden: frozenset[Path]) -> None:
    if not hidden:
        return
    for table, name in hidden:
        if not table and row.get("values", {}).get(name):
            row["values"][name] = HIDDEN
        for cells in row.get("tables", {}).get(table, ()) if table else ():
            if cells.get(name):
                cells[name] = HIDDEN
    row["overrides"] = []


def _hide_cell(cell: dict[str, Any]) -> None:
    if cell["value"] or cell["raw_text"]:
        cell["value"] = cell["raw_text"] = HIDDEN
    cell["value_number"] = cell["value_date"] = None
    cell["provenance"] = {**cell["provenance"], "polygon": None, "span": None, "notes": []}
    cell["provenance"].pop("deviation", None)
