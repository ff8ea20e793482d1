"""Sub-document detection: where one document ends and the next begins in a stack, and what each is.

The evidence between two neighbouring pages is weighed in `local/continuity.py`. Blank sheets become sub-documents of their
own and belong to nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extraction.context import DetectionContext, PageSummary
from extraction.local.continuity import KNOWN_TYPE, boundary_score
from extraction.results import DetectedSubDocument, DetectionResult

CUT = 0.5  # a boundary at or above this score is drawn


@dataclass
class _Group:
    """Pages of one sub-document, with the score of a boundary before each."""

    pages: list[PageSummary]
    scores: list[float]

    @property
    def is_blank(self) -> bool:
        return _is_blank(self.pages[0])


def detect_sub_documents(context: DetectionContext) -> DetectionResult:
    """A partition of the pages, in order. Pages that failed stay with the document before them."""
    return DetectionResult(tuple(_describe(group) for group in _group_pages(context.pages)))


def _group_pages(pages: Sequence[PageSummary]) -> list[_Group]:
    groups: list[_Group] = []
    for page in pages:
        current = groups[-1] if groups else None
        if _is_blank(page):
            if current and current.is_blank:
                current.pages.append(page)
            else:
                groups.append(_Group([page], [1.0]))
            continue
        before = next((group.pages for group in reversed(groups) if not group.is_blank), [])
        score = _score(before, page, separated=bool(before and current and current.is_blank))
        if current and not current.is_blank and score < CUT:
            current.pages.append(page)
            current.scores.append(score)
        else:
            groups.append(_Group([page], [score]))
    return groups


def _is_blank(page: PageSummary) -> bool:
    return page.is_blank and not page.failure


def _score(before: Sequence[PageSummary], page: PageSummary, *, separated: bool) -> float:
    if not before:
        return 1.0
    return 0.0 if page.failure else round(boundary_score(before, page, separated), 4)


def _describe(group: _Group) -> DetectedSubDocument:
    first, last = group.pages[0].number, group.pages[-1].number
    if group.is_blank:
        return DetectedSubDocument(first, last, None, 0.0, group.scores[0], is_blank=True)
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
