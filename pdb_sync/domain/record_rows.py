"""From an approved version to rows of the production database. Refuses content whose values do not fit their types."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from documents.domain.approved import ApprovedCell, ApprovedContent
from documents.domain.checks.present_values import column_name
from documents.domain.field_ids import Path
from documents.domain.field_types.base import PdbColumn
from documents.domain.field_types.registry import field_type
from documents.domain.overrides import Override
from documents.domain.reasons import VALUE_HIDDEN
from idp_project.core.errors import PermanentFailure
from idp_project.core.reasons import Reason
from pdb_sync.domain.refusals import (
    IDS_MALFORMED,
    NAME_TWICE_IN_FIELDS,
    NAME_TWICE_IN_TABLE,
    NO_TIME_ZONE,
    NOT_A_DATE,
    NOT_A_NUMBER,
    NUL_CHARACTER,
    NUMBER_NOT_STORABLE,
    VERSION_UNDELIVERABLE,
)

_PLAIN = (
    "team_name",
    "version",
    "schema_key",
    "schema_version",
    "kind",
    "file_name",
    "file_sha256",
    "first_page",
    "last_page",
)
_NUMBER = re.compile(r"\[\d+\]")  # of a row or an item, in the names that checks use
_IDS = ("organization_id", "team_id", "batch_id", "document_id", "sub_document_id")


def record_row(content: ApprovedContent) -> dict[str, Any]:
    """The arguments of `record_upsert` that the content decides. Raises PermanentFailure for malformed ids or times."""
    try:
        ids = {name: UUID(getattr(content, name)) for name in _IDS}
        approved_at = datetime.fromisoformat(content.approved_at)
    except (TypeError, ValueError) as error:
        raise _bad(IDS_MALFORMED()) from error
    if approved_at.tzinfo is None:
        raise _bad(NO_TIME_ZONE())
    return (
        ids
        | {name: getattr(content, name) for name in _PLAIN}
        | {
            "approved_by": content.approved_by,
            "approved_at": approved_at,
            "values": _values(content.fields),
            "tables": {
                name: [{cell.name: cell.value for cell in row} for row in rows] for name, rows in content.tables.items()
            },
            "overrides": [_open_part(override, content).to_dict() for override in content.overrides],
        }
    )


def _open_part(override: Override, content: ApprovedContent) -> Override:
    """The override; what its check said of a sensitive value stays in the product."""
    names = {cell.name for cell in content.fields if cell.is_sensitive}
    for table, rows in content.tables.items():
        names |= {column_name(table, cell.name) for row in rows for cell in row if cell.is_sensitive}
    if names.isdisjoint(_NUMBER.sub("", name) for name in override.fields):
        return override
    return replace(override, message=VALUE_HIDDEN().source_text, reason=VALUE_HIDDEN())


def _values(fields: Sequence[ApprovedCell]) -> dict[str, Any]:
    """A text by the field's name, null where it has none; of a list an array of them, which may be empty."""
    values: dict[str, Any] = {}
    for cell in fields:
        if not cell.item:
            values[cell.name] = cell.value
        else:
            values.setdefault(cell.name, []).extend([] if cell.is_empty_list else [cell.value])
    return values


def cell_rows(content: ApprovedContent, closed: Collection[Path] = ()) -> list[dict[str, Any]]:
    """One JSON object a cell, as `cells_insert` takes them; fields and columns of `closed` became sensitive since it was
    approved. Raises PermanentFailure for a value not of its type."""
    return [
        {
            "table_name": table_name,
            "row_number": row_number,
            "name": cell.name,
            "field_id": cell.field_id or None,
            "position": position,
            "type": cell.type.value,
            "value": _text(cell.value, cell),
            "value_number": _number(cell),
            "value_date": _date(cell),
            "raw_text": _text(cell.raw_text, cell),
            "provenance": birth_certificate(content, cell),
            "is_sensitive": cell.is_sensitive or (table_name, cell.name) in closed,
        }
        for table_name, row_number, position, cell in _places(content)
    ]


def birth_certificate(content: ApprovedContent, cell: ApprovedCell) -> dict[str, Any]:
    """Where one value came from and who answers for it; page, polygon and engine are None where a person typed it. An absent
    one has `absence` too: {code, params, confidence}; one that e-invoice and page state differently has `deviation`.

    The model is what follows the slash in an engine's name (`ollama/llama3.1`); built-in engines have none.
    """
    place = (
        cell.provenance.to_dict()
        if cell.provenance
        else dict.fromkeys(("page", "polygon", "span", "engine", "engine_version"))
    )
    model = (place["engine"] or "").partition("/")[2]
    return place | {
        "model": model or None,
        "file_sha256": content.file_sha256,
        "schema_key": content.schema_key,
        "schema_version": content.schema_version,
        "confidence": cell.confidence,
        "corrected_by": cell.corrected_by or None,
        "approved_by": content.approved_by,
        "approved_at": content.approved_at,
        **({"absence": cell.absence.to_dict()} if cell.absence else {}),  # earlier records stay as they are
        **({"deviation": dict(cell.deviation)} if cell.deviation else {}),
    }


def _places(content: ApprovedContent) -> Iterator[tuple[str, int, int, ApprovedCell]]:
    """Each cell with its table (empty for a field), row and position; no place twice. Rows of tables and items of lists count
    from 1, a single field has row 0."""
    groups = [("", 0, content.fields)]
    for name, rows in content.tables.items():
        groups += [(name, number, row) for number, row in enumerate(rows, start=1)]
    for table_name, row_number, cells in groups:
        if len({(cell.name, cell.item) for cell in cells}) != len(cells):
            raise _bad(NAME_TWICE_IN_TABLE(table=table_name) if table_name else NAME_TWICE_IN_FIELDS())
        for position, cell in enumerate(cells):
            yield table_name, row_number or cell.item, position, cell


def _text(text: str | None, cell: ApprovedCell) -> str | None:
    if text is not None and "\x00" in text:
        raise _bad(NUL_CHARACTER(field=cell.name))
    return text


def _number(cell: ApprovedCell) -> str | None:
    if cell.value is None or field_type(cell.type).pdb_column is not PdbColumn.NUMBER:
        return None
    try:
        number = Decimal(cell.value)
    except InvalidOperation as error:
        raise _bad(NOT_A_NUMBER(field=cell.name)) from error
    if not number.is_finite() or abs(number.adjusted()) > 100:
        raise _bad(NUMBER_NOT_STORABLE(field=cell.name))
    return format(number, "f")


def _date(cell: ApprovedCell) -> str | None:
    if cell.value is None or field_type(cell.type).pdb_column is not PdbColumn.DATE:
        return None
    try:
        return date.fromisoformat(cell.value).isoformat()
    except ValueError as error:
        raise _bad(NOT_A_DATE(field=cell.name)) from error


def _bad(problem: Reason) -> PermanentFailure:
    return PermanentFailure(VERSION_UNDELIVERABLE(problem=problem), code="bad_content")
