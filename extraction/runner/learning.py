"""Learning from a decision: its values, pages and candidates are loaded, and what they teach of their sender is kept."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from documents.domain.learned import MEMORY
from documents.domain.pipeline import PageStepName
from documents.domain.provenance import Provenance
from documents.domain.values import FieldCandidate
from documents.models import ApprovedVersion, FieldValue, SubDocument
from documents.selectors.learned import decisions_to_learn
from documents.selectors.page_candidates import candidates_of
from documents.selectors.words import words_of
from documents.services.approving.learned import example_keep
from extraction.learning.examples import Decided, DecidedPage, DecidedValue, learned_document
from extraction.learning.senders import index_signs
from extraction.local.page_view import build_page_view
from extraction.local.ranking import ENGINE
from idp_project.core.page_text import PageText
from idp_project.core.tenancy import organization_scope

MOST = 20  # decisions at once: some seconds
_MOST_PAGES = 12  # of a sub-document: the first and the last ones


def decision_learn(organization_id: UUID, sub_document_id: UUID) -> bool:
    """Learns from a person's approval; False where it was withdrawn or deleted meanwhile. Idempotent."""
    with organization_scope(organization_id):
        loaded = _load(sub_document_id)
    if loaded is None:
        return False
    decided, version_number = loaded
    learned = learned_document(decided)
    signs = index_signs(learned.codes, (learned.name,), learned.head) if not learned.is_empty else ()
    with organization_scope(organization_id):
        return example_keep(sub_document_id, version_number, learned, signs)


def decisions_learn_due(most: int = MOST) -> int:
    """For the clock: approvals whose job was lost, and earlier ones that were never learned; returns their number."""
    due = decisions_to_learn(most)
    return sum(decision_learn(organization_id, sub_document_id) for organization_id, sub_document_id in due)


def _load(sub_document_id: UUID) -> tuple[Decided, int] | None:
    related = "organization", "schema_version__schema"
    sub_document = SubDocument.objects.select_related(*related).filter(id=sub_document_id).first()
    if sub_document is None or sub_document.schema_version is None:
        return None
    approved = ApprovedVersion.objects.filter(sub_document=sub_document).order_by("-number").first()
    if approved is None or approved.is_automatic or not approved.content:
        return None
    words = words_of(sub_document.organization)
    numbers = _numbers(sub_document.first_page, sub_document.last_page)
    pages = sub_document.read_pages.filter(number__in=numbers)
    readings = candidates_of(sub_document)
    found = {}
    for page in pages:
        if page.text:
            view = build_page_view(PageText.from_dict(page.text), words)
            head = page.facts.get(PageStepName.EXTRACT_FIELDS, {}).get("head") or ""
            found[page.number] = DecidedPage(view, readings.get(page.number), head)
    return Decided(sub_document.schema_version.spec, words, _values(sub_document), found), approved.number


def _numbers(first: int, last: int) -> list[int]:
    pages = list(range(first, last + 1))
    half = _MOST_PAGES // 2
    return pages if len(pages) <= _MOST_PAGES else [*pages[:half], *pages[-half:]]


def _values(sub_document: SubDocument) -> Sequence[DecidedValue]:
    """Of fields with one value. What the memory itself had chosen, and a person left, teaches like any other value."""
    rows = FieldValue.objects.filter(sub_document=sub_document, table_row=None, item=0)
    return [
        DecidedValue(
            name=row.name,
            field_id=str(row.field_id or ""),
            value=row.value or "",
            raw_text=row.raw_text,
            place=Provenance.from_dict(row.provenance) if row.provenance else None,
            machine=_machine(row),
        )
        for row in rows
    ]


def _machine(row: FieldValue) -> FieldCandidate | None:
    """What the machine had chosen, where it was this extractor: of another engine's reading nothing is learned."""
    found = FieldCandidate.from_dict(row.candidates[0]) if row.candidates else None
    return found if found and found.provenance.engine in (ENGINE, MEMORY) else None
