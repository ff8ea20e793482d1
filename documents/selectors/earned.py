"""What a type has earned: the gate of a sub-document, the extractor of today. The caller has passed a door, or runs inside a
job."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from accounts.selectors.system import system_settings
from documents.domain.auto_approval import (
    NEVER_AUTOMATIC,
    NOT_EARNED,
    AutoApproval,
    AutoApprovalReason,
    TypeRule,
)
from documents.domain.earned.digests import Extractor, engines_of, extractor_of
from documents.domain.earned.record import DemonstrationRecord
from documents.domain.earned.reviewers import ReviewerError, reviewer_error
from documents.domain.earned.strata import Stratum
from documents.domain.learned import MEMORY, MEMORY_VERSION
from documents.domain.statuses import Route, SubDocumentStatus
from documents.models import (
    ApprovedVersion,
    Evidence,
    EvidenceSource,
    FieldValue,
    Gate,
    Schema,
    SchemaVersion,
    SubDocument,
)


def major_of(version: SchemaVersion) -> int:
    """The first part of `major.minor`; 0 for a number of another form."""
    first = version.number.split(".")[0]
    return int(first) if first.isdecimal() else 0


def present_extractor(version: SchemaVersion) -> Extractor:
    """What reads documents of that type today: with the language models that read the newest one beside it. What the memory
    of senders changes is read by an extractor of its own, with a gate of its own."""
    versions = SchemaVersion.objects.filter(schema_id=version.schema_id)
    newest = SubDocument.objects.filter(schema_version__in=versions).exclude(model="").order_by("-created_at")
    stored = FieldValue.objects.filter(sub_document__in=newest.values("id")[:1]).values_list("candidates", flat=True)
    engines = engines_of(candidate for candidates in stored for candidate in candidates) - {
        f"{MEMORY} {MEMORY_VERSION}"
    }
    return extractor_of(version.spec, threshold=system_settings().auto_approval_threshold, engines=engines)


def stratum_of(schema: Schema, sender_key: str, sub_document: SubDocument) -> Stratum:
    """Whether other documents of this type by the same sender have been approved, and are not withdrawn."""
    same = SubDocument.objects.filter(
        schema_version__in=SchemaVersion.objects.filter(schema=schema),
        sender_key=sender_key,
        approved_version_number__gt=0,
    )
    is_known = (
        bool(sender_key) and same.exclude(status=SubDocumentStatus.WITHDRAWN).exclude(id=sub_document.id).exists()
    )
    return Stratum.KNOWN_SENDER if is_known else Stratum.OTHER


def rule_of(version: SchemaVersion, extractor: Extractor, stratum: str) -> TypeRule:
    """Whether documents of that stratum, read by that extractor, may be approved automatically, and what that rests on."""
    schema = version.schema
    if schema.auto_approval == AutoApproval.NEVER:
        return NEVER_AUTOMATIC
    if schema.auto_approval == AutoApproval.DEMONSTRATION and (rule := _demonstration_rule(schema, extractor)):
        return rule
    gate = Gate.objects.filter(
        schema=schema,
        major=major_of(version),
        model=extractor.model,
        calibrator=extractor.calibrator,
        stratum=stratum,
        target=schema.target,
        look__gt=0,
        is_pooled=False,
    ).first()
    return TypeRule(True, AutoApprovalReason.EARNED, rests_on(gate)) if gate else NOT_EARNED


def rule_of_sub_document(sub_document: SubDocument) -> TypeRule:
    """The same of one that has been read: by the extractor that read it, whatever reads today."""
    version = sub_document.schema_version
    assert version is not None, "what has no type has no gate"
    read_by = Extractor(sub_document.reader, sub_document.model, sub_document.calibrator)
    return rule_of(version, read_by, sub_document.stratum)


def rests_on(gate: Gate) -> dict[str, Any]:
    """As an approved version keeps it."""
    return {
        "source": "evidence",
        "target": gate.target / 1000,
        "bound": gate.bound,
        "documents": gate.n,
        "errors": gate.errors,
        "look": gate.look,
        "reviewers_miss": gate.missed,
        "stratum": gate.stratum,
        "major": gate.major,
        "model": gate.model,
        "calibrator": gate.calibrator,
    }


def approval_rests_on(sub_document: SubDocument) -> dict[str, Any] | None:
    """What its newest automatic approval rests on; None where a person approved it, or nobody yet."""
    if sub_document.route != Route.AUTO or not sub_document.approved_version_number:
        return None
    newest = ApprovedVersion.objects.filter(sub_document=sub_document).order_by("-number").first()
    return newest.content.get("rests_on") if newest and newest.is_automatic else None


def reviewer_error_of(organization_id: UUID) -> ReviewerError:
    """Of the organisation's reviewers, from the blind sample of all types."""
    blind = Evidence.objects.filter(organization_id=organization_id, source=EvidenceSource.BLIND)
    rows = list(blind.values_list("sub_document_id", "decided_by_id", "has_slip"))
    people = {person for _, person, _ in rows if person}
    slipped = sum(has_slip for _, _, has_slip in rows)
    return reviewer_error(people=len(people), documents=len(rows), slipped=slipped)


def counted_evidence(schema: Schema, **key: object) -> QuerySet[Evidence]:
    """What a gate with that key counts, in the order of decisions: documents in range, of the present series."""
    rows = Evidence.objects.filter(schema=schema, is_in_range=True, **key)
    if schema.series_started_at:
        rows = rows.filter(decided_at__gte=schema.series_started_at)
    return rows.order_by("decided_at", "id")


def _demonstration_rule(schema: Schema, extractor: Extractor) -> TypeRule | None:
    """None outside a demonstration, and where the record is of another extractor or does not support its target."""
    record = demonstration_record() if settings.IS_DEMONSTRATION else None
    found = record.rests_on(schema.key, extractor) if record else None
    return TypeRule(True, AutoApprovalReason.DEMONSTRATION, found) if found else None


def demonstration_record() -> DemonstrationRecord | None:
    """As the command `demo_record` made it; None where it does not exist."""
    path = Path(settings.DEMONSTRATION_RECORD)
    return _record(path, path.stat().st_mtime_ns) if path.is_file() else None


@lru_cache(maxsize=4)
def _record(path: Path, _changed: int) -> DemonstrationRecord:
    return DemonstrationRecord.from_dict(json.loads(path.read_text()))
