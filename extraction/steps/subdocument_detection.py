"""Sub-document detection: where one document ends and the next begins in a stack, and what each is.

Evidence between two neighbouring pages: the later page's own first-page score, a change of type, a change of identifiers,
a blank separator sheet. Blank sheets become sub-documents of their own and belong to nobody.
"""

from __future__ import annotations

from collections.abc import Sequence

from extraction.context import DetectionContext, PageSummary
from extraction.results import DetectedSubDocument, DetectionResult

CUT = 0.5  # a boundary at or above this score is drawn
_TYPE_MIN = 0.3  # below it a page's type is unknown
_NEUTRAL = 0.5


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
        score = boundary_score(previous, page, separated) if previous else 1.0
        if current and score < CUT:
            current.append(page)
        else:
            current = [page]
            groups.append((current, round(score if previous else 1.0, 4)))
        separated = False
    return groups


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


def boundary_score(before: Sequence[PageSummary], page: PageSummary, separated: bool) -> float:
    """0..1: how sure it is that `page` begins a new document after the pages `before`."""
    if page.failure:
        return 0.0
    score = page.is_first_page
    type_before, type_here = _type_of(before), _known_type(page)
    if type_before and type_here and type_before != type_here:
        score = max(score, 0.3 + 0.6 * page.type_score)
    score += _identifier_evidence(before, page)
    if separated:
        score += 0.25
    return min(1.0, max(0.0, score))


def _identifier_evidence(before: Sequence[PageSummary], page: PageSummary) -> float:
    known: dict[str, set[str]] = {}
    for earlier in before:
        for field, value in earlier.identifiers.items():
            known.setdefault(field, set()).add(_key(value))
    shared = [field for field in page.identifiers if field in known]
    if not shared:
        return 0.0
    is_same = any(_key(page.identifiers[field]) in known[field] for field in shared)
    return -0.45 if is_same else 0.3


def _key(value: str) -> str:
    return "".join(mark for mark in value.upper() if mark.isalnum())


def _known_type(page: PageSummary) -> str | None:
    return page.schema_key if page.type_score >= _TYPE_MIN else None


def _type_of(pages: Sequence[PageSummary]) -> str | None:
    return next((page.schema_key for page in pages if _known_type(page)), None)


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
    if best < _TYPE_MIN:
        return DetectedSubDocument(first, last, None, round(best, 4), score)
    return DetectedSubDocument(first, last, key, round(best, 4), score)
