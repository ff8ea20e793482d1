"""After a change of the extractor: what it makes of documents that people have examined, so that a type need not earn twice.

The pages are not read again: the extractor of today works on their stored text, or, where only what ranks has changed, on
the stored candidates. What has neither any more is not rescored and does not count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from accounts.models import SystemSettings
from accounts.selectors.system import system_settings
from documents.domain.approved import ApprovedCell, ApprovedContent
from documents.domain.auto_approval import HELD_OPEN
from documents.domain.earned.digests import Extractor, code_digests, extractor_of
from documents.domain.field_types.registry import field_type
from documents.domain.page_reading import PageReading
from documents.domain.schema_spec import FieldType, SchemaSpec
from documents.domain.values import MergedField
from documents.models import ApprovedVersion, Evidence, EvidenceSource, Page, SchemaVersion, SubDocument
from documents.selectors.earned import major_of, present_extractor
from documents.selectors.page_candidates import candidates_of
from documents.selectors.words import words_of
from documents.services.approving.evidence import evidence_rescored
from documents.services.approving.gates import gates_settle, schema_gates_lock
from extraction.context import PageSummary, SubDocumentContext
from extraction.local.adjustments import find_adjustments
from extraction.local.extractor import rank_page, read_page
from extraction.local.page_view import build_page_view
from extraction.local.ranking import FEATURES_VERSION
from extraction.local.tables import extract_rows
from extraction.pipeline import score
from extraction.results import ConfidenceResult
from extraction.runner.contexts import page_summary, with_threshold
from extraction.runner.e_invoices import leading_invoice
from extraction.runner.earned import other_engines
from idp_project.core.page_text import PageText
from idp_project.core.tenancy import organization_scope, system_scope

MOST = 50  # documents a call: some seconds

Truth = tuple[str, str, int, str]
"""Table (empty for a field), name, number of the row, value."""


@dataclass(frozen=True)
class _Work:
    """One examined document, loaded. `truth` is None where it was not approved: then it stays wrong as a whole."""

    origin: Evidence
    spec: SchemaSpec
    context: SubDocumentContext
    texts: Mapping[int, PageText]
    readings: Mapping[int, PageReading]
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


def _load(origin: Evidence, version: SchemaVersion) -> _Work | None:
    related = "document", "organization", "schema_version__schema"
    sub_document = SubDocument.objects.select_related(*related).filter(id=origin.sub_document_id).first()
    if sub_document is None:
        return None
    numbers = (sub_document.first_page, sub_document.last_page)
    pages = list(Page.objects.filter(document_id=sub_document.document_id, number__range=numbers).order_by("number"))
    texts = {page.number: PageText.from_dict(page.text) for page in pages if page.text}
    is_read_the_same = origin.reader == code_digests()[0]
    readings = candidates_of(sub_document) if is_read_the_same else {}
    approved = ApprovedVersion.objects.filter(sub_document=sub_document).order_by("-number").first()
    if not texts or (approved and not approved.content):
        return None
    context = _context(sub_document, version.spec, [page_summary(page) for page in pages])
    truth = truth_of(approved.approved) if approved else None
    return _Work(origin, version.spec, context, texts, readings, truth)


def _context(sub_document: SubDocument, spec: SchemaSpec, pages: list[PageSummary]) -> SubDocumentContext:
    return SubDocumentContext(
        first_page=sub_document.first_page,
        last_page=sub_document.last_page,
        schema=spec,
        pages=tuple(pages),
        type_score=sub_document.type_score,
        boundary_score=sub_document.boundary_score,
        page_scores={int(number): found for number, found in sub_document.page_scores.items()},
        is_arranged=sub_document.arranged_by_id is not None,
        is_read_again=sub_document.read_again_at is not None,
        is_repaired=bool(sub_document.document.metadata.get("is_repaired")),
        type_rule=HELD_OPEN,
        words=words_of(sub_document.organization),
        leading=leading_invoice(sub_document),
    )


def _judge(work: _Work, system: SystemSettings) -> tuple[Extractor, bool, list[str]]:
    """The extractor that judged, whether the document would be automatic, and what is wrong then."""
    spec = with_threshold(work.spec, system)
    pages = tuple(_read(page, work) for page in work.context.pages)
    result = score(replace(work.context, schema=spec, pages=pages))
    engines = other_engines(result.fields, result.rows)
    extractor = extractor_of(work.spec, threshold=system.auto_approval_threshold, engines=engines)
    if work.truth is None:
        return extractor, work.origin.is_in_range, ["document"]
    return extractor, result.is_in_range, wrong_names(spec, result, work.truth)


def _read(page: PageSummary, work: _Work) -> PageSummary:
    """The page's candidates and rows as the extractor of today finds or ranks them."""
    text, reading = work.texts.get(page.number), work.readings.get(page.number)
    if text is None or not text.text:
        return page
    if reading and reading.features_version == FEATURES_VERSION and reading.schema_key == work.spec.key:
        return replace(page, candidates=tuple(rank_page(reading, work.spec)))
    view = build_page_view(text, work.context.words)
    fresh = read_page(view, work.spec, page.number)
    rows = extract_rows(view, work.spec, page.number)
    beside = tuple(replace(each, page=page.number) for each in find_adjustments(view, work.spec))
    return replace(page, candidates=tuple(rank_page(fresh, work.spec)), rows=tuple(rows), adjustments=beside)


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
