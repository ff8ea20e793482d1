"""Sub-document detection: where one document ends and the next begins in a stack, and what each is.

The evidence between two neighbouring pages is weighed in `local/continuity.py`. Blank and separator sheets become
sub-documents of their own and belong to nobody; so do covering texts of e-mails and what else `aside.py` names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from documents.domain.document_kinds import DocumentKind
from documents.domain.e_invoice_types import type_of_e_invoice
from documents.domain.substance import PageRole
from extraction.context import DetectionContext, PageSummary
from extraction.local.continuity import KNOWN_TYPE, boundary_score, goes_on
from extraction.results import DetectedSubDocument, DetectionResult
from extraction.steps.aside import aside_of, aside_of_file

CUT = 0.5  # a boundary at or above this score is drawn


@dataclass
class _Group:
    """Pages of one sub-document, with the score of a boundary before each."""

    pages: list[PageSummary]
    scores: list[float]

    @property
    def is_aside(self) -> bool:
        return _is_aside(self.pages[0])


def detect_sub_documents(context: DetectionContext) -> DetectionResult:
    """A partition of the pages, in order. Pages that failed stay with the document before them."""
    found = [_describe(group) for group in _group_pages(context)]
    if context.e_invoice_kind is not None:
        found = _with_type_of_e_invoice(found, context, context.e_invoice_kind)
    if reason := aside_of_file(context):
        found = [
            each if each.is_blank else replace(each, schema_key=None, is_blank=True, aside=reason) for each in found
        ]
    return DetectionResult(tuple(found))


def _with_type_of_e_invoice(
    found: list[DetectedSubDocument], context: DetectionContext, kind: DocumentKind
) -> list[DetectedSubDocument]:
    """The first document in the file is what its electronic invoice says, whatever its pages look like."""
    first = next((number for number, each in enumerate(found) if not each.is_blank), None)
    if first is None:
        return found
    key = type_of_e_invoice(kind, context.schemas, found[first].schema_key)
    if key is None:
        return found
    return [replace(each, schema_key=key, type_score=1.0) if n == first else each for n, each in enumerate(found)]


def _group_pages(context: DetectionContext) -> list[_Group]:
    groups: list[_Group] = []
    for page in context.pages:
        current = groups[-1] if groups else None
        if _is_aside(page):
            if current and current.is_aside and current.pages[0].role == page.role:
                current.pages.append(page)
            else:
                groups.append(_Group([page], [1.0]))
            continue
        before = _pages_before(groups)
        score = _score(before, page, separated=bool(before and current and current.is_aside))
        if before and context.origin.is_e_invoice:
            score = 0.0
        elif before and context.origin.is_office and not _begins_by_itself(page):
            score = 0.0  # a further sheet of a workbook, a further page of a letter
        elif before and context.e_invoice_kind is not None and goes_on(before, page):
            score = 0.0  # the invoice that the XML in the file states
        if current and not current.is_aside and score < CUT:
            current.pages.append(page)
            current.scores.append(score)
        else:
            groups.append(_Group([page], [score]))
    return groups


def _pages_before(groups: Sequence[_Group]) -> list[PageSummary]:
    """Of the document before, which a separator sheet ends."""
    for group in reversed(groups):
        if not group.is_aside:
            return group.pages
        if group.pages[0].role == PageRole.SEPARATOR:
            break
    return []


def _begins_by_itself(page: PageSummary) -> bool:
    return page.substance.is_document and page.type_score >= KNOWN_TYPE


def _is_aside(page: PageSummary) -> bool:
    return not page.failure and (page.is_blank or page.role == PageRole.SEPARATOR)


def _score(before: Sequence[PageSummary], page: PageSummary, *, separated: bool) -> float:
    if not before:
        return 1.0
    return 0.0 if page.failure else round(boundary_score(before, page, separated), 4)


def _describe(group: _Group) -> DetectedSubDocument:
    first, last = group.pages[0].number, group.pages[-1].number
    if group.is_aside:
        reason = aside_of(group.pages[0])
        return DetectedSubDocument(first, last, None, 0.0, group.scores[0], is_blank=True, aside=reason)
    key, score = _vote(group.pages)
    inner = {page.number: score for page, score in zip(group.pages[1:], group.scores[1:], strict=True)}
    return DetectedSubDocument(first, last, key, round(score, 4), group.scores[0], inner)


def _vote(pages: Sequence[PageSummary]) -> tuple[str | None, float]:
    """The type and how well its best page fits; no type where that is too little. The first page counts double."""
    votes: dict[str, float] = {}
    for position, page in enumerate(pages):
        if page.schema_key and page.type_score > 0:
            votes[page.schema_key] = votes.get(page.schema_key, 0.0) + page.type_score * (1.0 if position == 0 else 0.5)
    if not votes:
        return None, 0.0
    key = max(votes, key=lambda name: votes[name])
    best = max(page.type_score for page in pages if page.schema_key == key)
    return (key if best >= KNOWN_TYPE else None), best
