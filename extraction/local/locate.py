"""Finding a text on a page: the words it was read from. Exact first, then with a few wrong letters."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz import fuzz

from extraction.local.page_view import mean_reading, slice_of_box, union_of
from idp_project.core.geometry import Polygon
from idp_project.core.page_text import PageText
from idp_project.core.spans import Span

_FUZZY = 90.0  # per cent of similarity; below it another text has been found
_SHORTEST_FUZZY = 6  # letters; shorter texts must match exactly


@dataclass(frozen=True)
class Located:
    """`similarity` is 1 for an exact match; `reading` None where the reader reports no confidence."""

    span: Span
    polygon: Polygon
    similarity: float
    reading: float | None


def locate(page_text: PageText, wanted: str, within: Span | None = None) -> Located | None:
    """Where `wanted` stands on the page, in `within` if given; None where it does not."""
    parts = wanted.split()
    if not parts:
        return None
    text = page_text.text if within is None else within.of(page_text.text)
    offset = within.start if within else 0
    pattern = r"\s+".join(re.escape(part) for part in parts)
    for flags in (0, re.IGNORECASE):
        if match := re.search(rf"(?<![^\W_]){pattern}(?![^\W_])", text, flags) or re.search(pattern, text, flags):
            return located_at(page_text, Span(offset + match.start(), offset + match.end()), 1.0)
    if len(wanted) < _SHORTEST_FUZZY:
        return None
    found = fuzz.partial_ratio_alignment(" ".join(parts), text.replace("\n", " "), score_cutoff=_FUZZY)
    if found is None or found.dest_end <= found.dest_start:
        return None
    return located_at(page_text, Span(offset + found.dest_start, offset + found.dest_end), found.score / 100)


def located_at(page_text: PageText, span: Span, similarity: float) -> Located | None:
    """The place of a span; None where no word stands in it."""
    words = page_text.words_in(span)
    if not words:
        return None
    boxes = []
    for word in words:
        first, last = max(0, span.start - word.span.start), min(len(word.text), span.end - word.span.start)
        boxes.append(slice_of_box(word.polygon.bounding_box, first, last, len(word.text)))
    return Located(span, union_of(boxes).to_polygon(), similarity, mean_reading(words))
