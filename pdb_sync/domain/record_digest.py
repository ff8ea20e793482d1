"""One record as a flat mapping of places to what stands there, alike for what was approved and for what was recorded."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC
from decimal import Decimal
from typing import Any

from documents.domain.approved import ApprovedContent
from documents.domain.checks.present_values import cell_name, item_name
from pdb_sync.domain.record_rows import cell_rows, record_row

Places = Mapping[str, Any]
_MODULUS = 2**64


def places_approved(content: ApprovedContent, *, is_withdrawn: bool) -> Places:
    """What `pdb_record_apply` makes of an event. Raises PermanentFailure where it refuses the content."""
    return _places(record_row(content) | {"is_withdrawn": is_withdrawn}, cell_rows(content))


def places_recorded(record: Mapping[str, Any]) -> Places:
    """Returns the places that a row of `records_between` records."""
    plain = {name: value for name, value in record.items() if name not in ("cells", "is_deleted")}
    return _places(plain, record["cells"])


def differing(approved: Places, recorded: Places) -> list[str]:
    """The places that differ, in order: `total`, an item `order_numbers[2]`, a cell `line_items[2].amount`, or a column of the
    record in brackets."""
    return sorted(place for place in approved.keys() | recorded.keys() if approved.get(place) != recorded.get(place))


def digest(sub_document_id: object, places: Places) -> int:
    """64 bits over (sub-document, version, content); version is one of the places."""
    text = json.dumps([str(sub_document_id), sorted(places.items())], ensure_ascii=False)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def added(total: str, number: int) -> str:
    """A running sum of digests, as 16 hexadecimal digits: the order of its parts does not matter."""
    return f"{(int(total or '0', 16) + number) % _MODULUS:016x}"


def _places(row: Mapping[str, Any], cells: Iterable[Mapping[str, Any]]) -> Places:
    found: dict[str, Any] = {f"[{name}]": _plain(name, value) for name, value in row.items()}
    for cell in cells:
        found[_place(cell)] = [_plain(name, cell[name]) for name in ("field_id", "position", "type", *_CELL)]
    return found


def _place(cell: Mapping[str, Any]) -> str:
    if cell["table_name"]:
        return cell_name(cell["table_name"], cell["row_number"], cell["name"])
    return item_name(cell["name"], cell["row_number"])


_CELL = ("value", "value_number", "value_date", "raw_text", "provenance")


def _plain(name: str, value: Any) -> Any:
    """JSON in one spelling, whichever database or driver it came through."""
    if value is None or (isinstance(value, int | str) and name != "value_number"):
        return value
    if name == "value_number":
        return str(Decimal(value).normalize())
    if name == "approved_at":
        return value.astimezone(UTC).isoformat()
    if isinstance(value, dict | list):
        return json.dumps(value, sort_keys=True, ensure_ascii=False)
    return str(value)
