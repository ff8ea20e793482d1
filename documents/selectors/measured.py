"""What people decided of a type's values, beside what the machine had read: for managers of the type, and for commands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from accounts.access import Access
from documents.domain.field_types.registry import field_type
from documents.domain.learned import MEMORY
from documents.domain.measured import Judged, calibration_error, can_rank, ranking, share_interval
from documents.domain.schema_spec import FieldType
from documents.domain.statuses import APPROVED_STATUSES
from documents.models import ApprovedVersion, FieldValue, SchemaVersion, SubDocument
from documents.selectors.auto_approval import managed_auto_approval_view_for

_MOST = 100_000


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
    """Of one type: `documents` that people approved, `untouched` of them without a change; by field."""

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
    managed_auto_approval_view_for(access, schema_id)
    record = type_record(schema_id)
    published = SchemaVersion.objects.filter(schema_id=schema_id, published_at__isnull=False)
    newest = published.select_related("schema").order_by("-published_at").first()
    labels = {one.name: one.label for one in newest.spec.fields} if newest else {}
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
    values = FieldValue.objects.filter(sub_document__in=found.values("id"), table_row=None)
    records: dict[str, FieldRecord] = {}
    touched: set[UUID] = set()
    for row in values.values("sub_document_id", "name", "type", "value", "raw_text", "confidence", "candidates")[
        :_MOST
    ]:
        if not _judge(row, records.setdefault(row["name"], FieldRecord(row["name"]))):
            touched.add(row["sub_document_id"])
    documents = found.count()
    return TypeRecord(documents, documents - len(touched), records)


def _judge(row: Mapping[str, Any], record: FieldRecord) -> bool:
    """Counts a value; whether a person left it as it was read."""
    read, stands = _keys(row)
    if not read and not stands:
        return True
    is_right = read == stands
    if not read:
        record.missed += 1
        return False
    record.judged.append(Judged(row["confidence"] or 0.0, is_right))
    if row["candidates"][0]["provenance"]["engine"] == MEMORY:
        record.learned += 1
        record.learned_right += is_right
    return is_right


def _keys(row: Mapping[str, Any]) -> Iterator[str]:
    """Of what the machine read, and of what stands now."""
    first = row["candidates"][0] if row["candidates"] else {}
    for value, raw_text in ((first.get("value"), first.get("raw_text", "")), (row["value"], row["raw_text"])):
        text = value if value is not None else raw_text
        yield field_type(FieldType(row["type"])).merge_key(text) if text else ""
