"""After a change of the extractor: what it makes of documents that people have examined, so that a type need not earn twice.

The pages are not read again: what `trial.stored_pages` runs for drafts and rehearsals runs here too, on their stored texts, or,
where only what ranks has changed, on the stored candidates. What has neither any more is not rescored and does not count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from accounts.models import SystemSettings
from accounts.selectors.system import system_settings
from documents.domain.approved import ApprovedCell, ApprovedContent
from documents.domain.auto_approval import HELD_OPEN
from documents.domain.earned.digests import Extractor, code_digests, extractor_of
from documents.domain.field_types.registry import field_type
from documents.domain.schema_spec import FieldType, SchemaSpec
from documents.domain.values import MergedField
from documents.models import ApprovedVersion, Evidence, EvidenceSource, SchemaVersion, SubDocument
from documents.selectors.earned import major_of, present_extractor
from documents.services.approving.evidence import evidence_rescored
from documents.services.approving.gates import gates_settle, schema_gates_lock
from extraction.results import ConfidenceResult
from extraction.runner.contexts import with_threshold
from extraction.runner.earned import other_engines
from extraction.runner.trial.stored_pages import StoredDocument, run_types, stored_as_routed
from idp_project.core.tenancy import organization_scope, system_scope

MOST = 50  # documents a call: some seconds

Truth = tuple[str, str, int, str]
"""Table (empty for a field), name, number of the row, value."""


@dataclass(frozen=True)
class _Examined:
    """One examined document, loaded. `truth` is None where it was not approved: then it stays wrong as a whole."""

    origin: Evidence
    spec: SchemaSpec
    document: StoredDocument
    truth: Counter[Truth] | None


def gates_rescore_due(most: int = MOST) -> int:
    """Rescores examined documents that the extractor of today has not seen, of all organisations; returns their number."""
    with system_scope("examined documents to rescore"):
        found = Evidence.objects.exclude(source=EvidenceSource.RESCORED).exclude(reader="").order_by()
        types = list(found.values_list("organization_id", "schema_id").distinct())
    done = 0
    for organization_id, schema_id in types:
        if done < most:
            done += schema_rescore(organization_id, schema_id, most=most - done)
    return done


def schema_rescore(
    organization_id: UUID, schema_id: UUID, *, most: int = MOST, trained_on: Collection[UUID] = frozenset()
) -> int:
    """Of one type: rescores at most that many, settles the gates of today's extractor, and returns how many there were.

    `trained_on`: sub-documents that a learned model has learned from; they prove nothing of it and are left out.
    """
    with organization_scope(organization_id):
        version = _newest(schema_id)
        due = _due(version, most, trained_on) if version else []
        work = [loaded for origin in due if version and (loaded := _load(origin, version))]
        system = system_settings()
    found = [(one, *_judge(one, system)) for one in work]
    if not found or version is None:
        return 0
    with organization_scope(organization_id):
        schema = schema_gates_lock(schema_id)
        keys = set()
        for one, extractor, is_in_range, wrong in found:
            evidence_rescored(one.origin, key=vars(extractor), is_in_range=is_in_range, wrong_fields=wrong)
            keys.add((extractor.model, extractor.calibrator))
        for model, calibrator in sorted(keys):
            gates_settle(schema, major=major_of(version), model=model, calibrator=calibrator)
    return len(found)


def _newest(schema_id: UUID) -> SchemaVersion | None:
    versions = SchemaVersion.objects.filter(schema_id=schema_id, published_at__isnull=False).select_related("schema")
    return versions.order_by("-published_at").first()


def _due(version: SchemaVersion, most: int, trained_on: Collection[UUID]) -> list[Evidence]:
    """In the order of their decisions; of a document that several extractors have read, the first."""
    now = present_extractor(version)
    rows = Evidence.objects.filter(schema=version.schema, major=major_of(version)).exclude(reader="")
    seen = rows.filter(model=now.model, calibrator=now.calibrator).values("sub_document_id")
    left = rows.exclude(source=EvidenceSource.RESCORED).exclude(sub_document_id__in=seen)
    there = SubDocument.objects.filter(id__in=left.values("sub_document_id"), document__pages__text__isnull=False)
    left = left.filter(sub_document_id__in=there.values("id")).exclude(sub_document_id__in=trained_on)
    first: dict[UUID, Evidence] = {}
    for row in left.order_by("decided_at", "id")[: 2 * most]:
        first.setdefault(row.sub_document_id, row)
    return list(first.values())[:most]


def _load(origin: Evidence, version: SchemaVersion) -> _Examined | None:
    related = "document__source_file", "document__organization", "organization", "schema_version__schema"
    sub_document = SubDocument.objects.select_related(*related).filter(id=origin.sub_document_id).first()
    if sub_document is None:
        return None
    approved = ApprovedVersion.objects.filter(sub_document=sub_document).order_by("-number").first()
    document = stored_as_routed(sub_document, reader=code_digests()[0])
    has_text = any(page.text for page in document.pages)
    if not has_text or (approved and not approved.content):
        return None
    return _Examined(origin, version.spec, document, truth_of(approved.approved) if approved else None)


def _judge(work: _Examined, system: SystemSettings) -> tuple[Extractor, bool, list[str]]:
    """The extractor that judged, whether the document would be automatic, and what is wrong then."""
    spec = with_threshold(work.spec, system)
    (judged,) = run_types(work.document, [(spec, HELD_OPEN)])
    result = judged.confidence
    engines = other_engines(result.fields, result.rows)
    extractor = extractor_of(work.spec, threshold=system.auto_approval_threshold, engines=engines)
    if work.truth is None:
        return extractor, work.origin.is_in_range, ["document"]
    return extractor, result.is_in_range, wrong_names(spec, result, work.truth)


def truth_of(content: ApprovedContent) -> Counter[Truth]:
    """The approved values as they are compared; empty ones are left out."""
    found = [("", cell.name, 0, _key_of_cell(cell)) for cell in content.fields]
    for table, rows in content.tables.items():
        for number, row in enumerate(rows, start=1):
            found += [(table, cell.name, number, _key_of_cell(cell)) for cell in row]
    return Counter(entry for entry in found if entry[-1])


def wrong_names(schema: SchemaSpec, result: ConfidenceResult, truth: Counter[Truth]) -> list[str]:
    """The names of fields and columns in which the result differs from the truth; lists are compared as sets."""
    found = [("", merged.field, 0, _key_of_merged(schema, merged)) for merged in result.fields]
    for row in result.rows:
        found += [(row.table, cell.field, row.number, _key_of_merged(schema, cell, row.table)) for cell in row.cells]
    read = Counter(entry for entry in found if entry[-1])
    return sorted({entry[1] for entry in ((read - truth) + (truth - read))})


def _key_of_cell(cell: ApprovedCell) -> str:
    return _key(cell.type, cell.value if cell.value is not None else cell.raw_text)


def _key_of_merged(schema: SchemaSpec, merged: MergedField, table: str | None = None) -> str:
    spec, chosen = schema.spec_of(merged.field, table), merged.chosen
    if spec is None or chosen is None:
        return ""
    return _key(spec.type, chosen.value if chosen.value is not None else chosen.raw_text)


def _key(kind: FieldType, text: str | None) -> str:
    return field_type(kind).merge_key(text) if text else ""
