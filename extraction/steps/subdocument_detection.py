"""Sub-document detection: where one document ends and the next begins in a stack, and what each is.

The evidence between two neighbouring pages is weighed in `local/continuity.py`. Blank sheets become sub-documents of their
own and belong to nobody.
"""

from __future__ import annotations

from collections.abc import Sequence

from extraction.context import DetectionContext, PageSummary
from extraction.local.continuity import KNOWN_TYPE, boundary_score
from extraction.results import DetectedSubDocument, DetectionResult

CUT = 0.5  # a boundary at or above this score is drawn


def detect_sub_documents(context: DetectionContext) -> DetectionResult:
    """A partition of the pages, in order. Pages that failed stay with the document before them."""
    groups = _group_pages(context.pages)
    return DetectionResult(tuple(_describe(pages, score) for pages, score in groups))


def _group_pages(pages: Sequence[PageSummary]) -> list[tuple[list[PageSummary], float]]:
    groups: list[tuple[list[PageSummary], float]] = []
    current: list[PageSummary] = []
    separated = False
    for page in pages:
        if page.is_blank and not page.failure:
            separated = bool(current) or separated
            _append_blank(groups, page)
            current = []
            continue
        previous = _last_content(groups)
        score = _score(previous, page, separated)
        if current and score < CUT:
            current.append(page)
        else:
            current = [page]
            groups.append((current, score))
        separated = False
    return groups


def _score(before: Sequence[PageSummary], page: PageSummary, separated: bool) -> float:
    if not before:
        return 1.0
    return 0.0 if page.failure else round(boundary_score(before, page, separated), 4)


def _append_blank(groups: list[tuple[list[PageSummary], float]], page: PageSummary) -> None:
    if groups and groups[-1][0][0].is_blank:
        groups[-1][0].append(page)
    else:
        groups.append(([page], 1.0))


def _last_content(groups: Sequence[tuple[list[PageSummary], float]]) -> list[PageSummary]:
    for pages, _ in reversed(groups):
        if not pages[0].is_blank or pages[0].failure:
            return pages
    return []


def _describe(pages: Sequence[PageSummary], score: float) -> DetectedSubDocument:
    first, last = pages[0].number, pages[-1].number
    if pages[0].is_blank and not pages[0].failure:
        return DetectedSubDocument(first, last, None, 0.0, score, is_blank=True)
    votes: dict[str, float] = {}
    for position, page in enumerate(pages):
        if page.schema_key and page.type_score > 0:
            votes[page.schema_key] = votes.get(page.schema_key, 0.0) + page.type_score * (1.0 if position == 0 else 0.5)
    if not votes:
        return DetectedSubDocument(first, last, None, 0.0, score)
    key = max(votes, key=lambda name: votes[name])
    best = max(page.type_score for page in pages if page.schema_key == key)
    if best < KNOWN_TYPE:
        return DetectedSubDocument(first, last, None, round(best, 4), score)
    return DetectedSubDocument(first, last, key, round(best, 4), score)
