"""What stands beside what the machine had read, of values and of rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.db.models.fields.json import KeyTransform

from documents.domain.field_types.registry import field_type
from documents.domain.pipeline import StepName
from documents.domain.schema_spec import FieldType
from documents.models import StepRun, TableRow


def keys_of(kind: str, first: Mapping[str, Any], value: str | None, raw_text: str) -> tuple[str, str]:
    """Of what the machine read, its first candidate, and of what stands now: the same for the same value, however written."""
    read = first.get("value"), str(first.get("raw_text", ""))
    machine, present = (_key_of(kind, *each) for each in (read, (value, raw_text)))
    return machine, present


def _key_of(kind: str, value: str | None, raw_text: str) -> str:
    text = value if value is not None else raw_text
    return field_type(FieldType(kind)).merge_key(text) if text else ""


def tables_with_other_rows(sub_document_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """By sub-document, the tables of which a person added or removed rows since they were read; without those that have none."""
    runs = StepRun.objects.filter(unit_id__in=sub_document_ids, step=StepName.MERGE)
    read = {
        unit_id: Counter(row["table"] for row in rows or ())
        for unit_id, rows in runs.annotate(rows=KeyTransform("rows", "output")).values_list("unit_id", "rows")
    }
    present: dict[UUID, Counter[str]] = defaultdict(Counter)
    for unit_id, table in TableRow.objects.filter(sub_document__in=sub_document_ids).values_list(
        "sub_document_id", "table"
    ):
        present[unit_id][table] += 1
    found = {}
    for unit_id in sub_document_ids:
        before, now = read.get(unit_id, Counter()), present[unit_id]
        if tables := [table for table in sorted({*before, *now}) if before[table] != now[table]]:
            found[unit_id] = tables
    return found
