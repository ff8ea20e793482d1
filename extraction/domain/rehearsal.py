"""What a definition would have made of documents that people approved: value by value, then counted, with intervals."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from documents.domain.approved import ApprovedCell, ApprovedContent
from documents.domain.field_types.registry import field_type
from documents.domain.schema_spec import FieldSpec, SchemaSpec
from documents.domain.values import MergedField, MergedRow
from extraction.domain.comparison import APPEARED, CHANGED, DISAPPEARED, SAME, state_of

RIGHT_TO_WRONG, WRONG_TO_RIGHT, WRONG_TO_WRONG = "right_to_wrong", "wrong_to_right", "wrong_to_wrong"
STATES = (SAME, RIGHT_TO_WRONG, WRONG_TO_RIGHT, WRONG_TO_WRONG, CHANGED, DISAPPEARED, APPEARED)
_Z = 1.959964  # of 95 per cent, both sides
_LONGEST_SHOWN = 200
_JOINT = " · "  # between values of a list, or of a column

Texts = Mapping[tuple[str, str], tuple[str, ...]]
"""(id or name of the table, or empty; id or name of the field or column) to its values, for comparing."""


@dataclass(frozen=True)
class Reading:
    """What one definition makes of a document; `is_automatic`: it would be approved without a person, once earned."""

    values: Mapping[tuple[str, str], tuple[str, ...]]
    shown: Mapping[tuple[str, str], str]
    is_automatic: bool


def names_by_key(spec: SchemaSpec) -> dict[tuple[str, str], tuple[str, FieldSpec]]:
    """Every field and column by the key under which it is compared: (name of its table, its spec)."""
    found = {("", field.id or field.name): ("", field) for field in spec.fields}
    for table in spec.tables:
        found |= {(table.id or table.name, column.id or column.name): (table.name, column) for column in table.columns}
    return found


def reading_of(
    spec: SchemaSpec, fields: Sequence[MergedField], rows: Sequence[MergedRow], *, is_automatic: bool
) -> Reading:
    """Of what was merged. Lists and columns are compared as wholes, in any order."""
    keys: dict[tuple[str, str], list[str]] = {key: [] for key in names_by_key(spec)}
    texts: dict[tuple[str, str], list[str]] = {key: [] for key in keys}
    tables = {table.name: table.id or table.name for table in spec.tables}
    cells = [("", merged) for merged in fields]
    cells += [(row.table, cell) for row in rows for cell in row.cells]
    for table, merged in cells:
        one = spec.spec_of(merged.field, table or None)
        if one is None or merged.chosen is None:
            continue
        key = (tables.get(table, ""), one.id or one.name)
        text = merged.chosen.value if merged.chosen.value is not None else merged.chosen.raw_text
        keys[key].append(field_type(one.type).merge_key(text))
        texts[key].append(text)
    return Reading(_sorted(keys), {key: _joined(mine) for key, mine in texts.items()}, is_automatic)


def truth_of(spec: SchemaSpec, content: ApprovedContent) -> Reading:
    """What people approved, in the types of `spec`; a field that the approved version did not have is left out."""
    keys: dict[tuple[str, str], list[str]] = {}
    texts: dict[tuple[str, str], list[str]] = {}
    known = names_by_key(spec)
    ids = {(table, field.name): key for key, (table, field) in known.items()}
    cells = [("", cell) for cell in content.fields]
    cells += [(table, cell) for table, rows in content.tables.items() for row in rows for cell in row]
    for table in spec.tables:
        if table.name in content.tables:  # no row was approved
            keys |= {(table.id or table.name, column.id or column.name): [] for column in table.columns}
    by_id = {key[1]: key for key in known}
    for table_name, cell in cells:
        key = by_id.get(cell.field_id) if cell.field_id else None
        key = key or ids.get((table_name, cell.name))
        if key is None:
            continue
        keys.setdefault(key, [])
        if text := _text_of(cell):
            keys[key].append(field_type(known[key][1].type).merge_key(text))
            texts.setdefault(key, []).append(text)
    return Reading(_sorted(keys), {key: _joined(mine) for key, mine in texts.items()}, is_automatic=False)


def _text_of(cell: ApprovedCell) -> str:
    return cell.value if cell.value is not None else cell.raw_text


def _sorted(keys: Mapping[tuple[str, str], Iterable[str]]) -> dict[tuple[str, str], tuple[str, ...]]:
    return {key: tuple(sorted(text for text in mine if text)) for key, mine in keys.items()}


def _joined(texts: Sequence[str]) -> str:
    text = _JOINT.join(texts)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…"


def compared(spec: SchemaSpec, before: Reading, after: Reading, truth: Reading) -> dict[str, Any]:
    """One document as JSON: `values` has every field of the draft, with texts where something differs."""
    values = []
    for key, (table, field) in names_by_key(spec).items():
        old, new, true = before.values.get(key, ()), after.values.get(key, ()), truth.values.get(key)
        was_right, is_right = (None if true is None else mine == true for mine in (old, new))
        state = _state(old, new, was_right, is_right)
        one: dict[str, Any] = {
            "table": table,
            "name": field.name,
            "state": state,
            "was_right": was_right if key in before.values else None,
            "is_right": is_right,
        }
        if state != SAME:
            one |= {
                "before": before.shown.get(key) or None,
                "after": after.shown.get(key) or None,
                "approved": truth.shown.get(key) or None,
            }
        values.append(one)
    return {
        "values": values,
        "was_automatic": before.is_automatic,
        "is_automatic": after.is_automatic,
        "was_right": all(one["was_right"] is not False for one in values),
        "is_right": all(one["is_right"] is not False for one in values),
    }


def _state(old: tuple[str, ...], new: tuple[str, ...], was_right: bool | None, is_right: bool | None) -> str:
    state = state_of("\0".join(old), "\0".join(new))
    if state != CHANGED or was_right is None:
        return state
    if was_right:
        return RIGHT_TO_WRONG
    return WRONG_TO_RIGHT if is_right else WRONG_TO_WRONG


def summary_of(spec: SchemaSpec, results: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """All documents counted: before and after, and each field. Shares have Wilson's 95 % intervals."""
    fields = []
    for table, field in names_by_key(spec).values():
        mine = [
            one for result in results for one in result["values"] if (one["table"], one["name"]) == (table, field.name)
        ]
        fields.append(_of_field(table, field, mine))
    return {
        "documents": len(results),
        "before": _of_all(results, "was"),
        "after": _of_all(results, "is"),
        "fields": fields,
    }


def _of_field(table: str, field: FieldSpec, values: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    states = [one["state"] for one in values]
    return {
        "table": table,
        "name": field.name,
        "label": field.label,
        "type": field.type.value,
        "documents": len(values),
        **{state: states.count(state) for state in STATES},
        "disappeared_right": sum(one["state"] == DISAPPEARED and one["was_right"] is True for one in values),
        "appeared_right": sum(one["state"] == APPEARED and one["is_right"] is True for one in values),
        "before": _share_of(one["was_right"] for one in values),
        "after": _share_of(one["is_right"] for one in values),
    }


def _of_all(results: Sequence[Mapping[str, Any]], tense: str) -> dict[str, Any]:
    automatic = [one for one in results if one[f"{tense}_automatic"]]
    return {
        "values": _share_of(one[f"{tense}_right"] for result in results for one in result["values"]),
        "documents": _share_of(one[f"{tense}_right"] for one in results),
        "automatic": _share_of(one[f"{tense}_automatic"] for one in results),
        "automatic_wrong": _share_of(not one[f"{tense}_right"] for one in automatic),
    }


def _share_of(verdicts: Iterable[bool | None]) -> dict[str, Any] | None:
    """None where nothing is known."""
    known = [verdict for verdict in verdicts if verdict is not None]
    if not known:
        return None
    low, high = wilson(sum(known), len(known))
    return {"count": sum(known), "of": len(known), "share": sum(known) / len(known), "low": low, "high": high}


def wilson(count: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share: E. B. Wilson, J. Am. Stat. Assoc. 22 (1927). `of` is 1 or more."""
    share, square = count / of, _Z * _Z
    center = share + square / (2 * of)
    spread = _Z * math.sqrt(share * (1 - share) / of + square / (4 * of * of))
    scale = 1 + square / of
    return round(max(0.0, (center - spread) / scale), 6), round(min(1.0, (center + spread) / scale), 6)
