"""What people decided of a type's values, beside what the machine had read: for managers of the type, and for commands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.db.models.fields.json import KeyTransform

from accounts.access import Access
from documents.domain.learned import MEMORY
from documents.domain.measured import Judged, calibration_error, can_rank, ranking, share_interval
from documents.domain.statuses import APPROVED_STATUSES
from documents.models import ApprovedVersion, FieldValue, SchemaVersion, SubDocument
from documents.selectors.as_read import keys_of, tables_with_other_rows
from documents.selectors.schemas import schema_managed_by

_MOST = 5_000  # documents: a sample that tells enough


@dataclass
class FieldRecord:
    """Of one field: `judged` are the values that the machine gave, `missed` those that a person added, `learned` those chosen by
    the memory of senders, and `learned_right` how many of them a person left as they were."""

    name: str
    judged: list[Judged] = field(default_factory=list)
    missed: int = 0
    learned: int = 0
    learned_right: int = 0

    @property
    def right(self) -> int:
        return sum(one.is_right for one in self.judged)

    @property
    def n(self) -> int:
        """Values that stand on the documents or were read."""
        return len(self.judged) + self.missed


@dataclass(frozen=True)
class FieldQuality:
    """A FieldRecord as people are shown it. `ranks`: whether the confidence tells errors from right values; `error`: by how much
    it is off, None for too few values."""

    label: str
    record: FieldRecord
    share: float
    interval: tuple[float, float]
    area: float | None
    ranks: bool
    error: float | None


@dataclass(frozen=True)
class TypeRecord:
    """Of one type: the newest `documents` that people approved, at most _MOST, `untouched` of them without a change in fields,
    cells or rows; by field."""

    documents: int
    untouched: int
    fields: Mapping[str, FieldRecord]


@dataclass(frozen=True)
class TypeQuality:
    """`fields`: the worst first. `judged`: the values of all of them."""

    documents: int
    untouched: int
    fields: list[FieldQuality]
    judged: list[Judged]


def type_quality_for(access: Access, schema_id: UUID) -> TypeQuality:
    """For managers of the type; Forbidden for others who see it."""
    schema_managed_by(access, schema_id)
    record = type_record(schema_id)
    published = SchemaVersion.objects.filter(schema_id=schema_id, published_at__isnull=False)
    newest = published.select_related("schema").order_by("-published_at").first()
    labels = {one.name: one.label for one in newest.shown_spec.fields} if newest else {}
    shown = [_shown(labels.get(name, name), one) for name, one in record.fields.items() if one.n]
    judged = [one for each in shown for one in each.record.judged]
    return TypeQuality(record.documents, record.untouched, sorted(shown, key=lambda one: one.share), judged)


def _shown(label: str, record: FieldRecord) -> FieldQuality:
    judged = record.judged
    interval = share_interval(record.right, record.n)
    share = record.right / record.n
    return FieldQuality(label, record, share, interval, ranking(judged), can_rank(judged), calibration_error(judged))


def type_record(schema_id: UUID, *, since: datetime | None = None) -> TypeRecord:
    """From the present values of documents that people approved last: an automatic approval does not say who is right."""
    present = ApprovedVersion.objects.filter(sub_document=OuterRef("id"), number=OuterRef("approved_version_number"))
    decided = present.filter(is_automatic=False)
    found = SubDocument.objects.filter(Exists(decided.filter(created_at__gte=since) if since else decided))
    found = found.filter(schema_version__schema_id=schema_id, status__in=APPROVED_STATUSES)
    newest = list(found.order_by("-created_at", "id").values_list("id", flat=True)[:_MOST])
    touched = set(tables_with_other_rows(newest))
    records: dict[str, FieldRecord] = {}
    for row in _values_of(newest):
        read, stands = keys_of(row["type"], row["first"] or {}, row["value"], row["raw_text"])
        if read != stands:
            touched.add(row["sub_document_id"])
        if row["table_row_id"] is None and (read or stands):
            _judge(row, records.setdefault(row["name"], FieldRecord(row["name"])), read, stands)
    return TypeRecord(len(newest), len(newest) - len(touched), records)


def _values_of(sub_document_ids: list[UUID]) -> Iterable[dict[str, Any]]:
    """Of fields and cells, with `first`, the candidate that the machine chose."""
    values = FieldValue.objects.filter(sub_document__in=sub_document_ids)
    values = values.annotate(first=KeyTransform(0, "candidates"))
    names = ("sub_document_id", "table_row_id", "name", "type", "value", "raw_text", "confidence", "first")
    return values.values(*names).iterator()


def _judge(row: Mapping[str, Any], record: FieldRecord, read: str, stands: str) -> None:
    """Counts a value of which something was read, or stands now."""
    if not read:
        record.missed += 1
        return
    is_right = read == stands
    record.judged.append(Judged(row["confidence"] or 0.0, is_right))
    if row["first"]["provenance"]["engine"] == MEMORY:
        record.learned += 1
        record.learned_right += is_right
