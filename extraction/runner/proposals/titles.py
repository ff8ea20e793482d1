"""What a type could be called, and by which words it is told from others: the title that its examples share."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from documents.domain.parties import has_company_suffix
from documents.domain.plain_text import plain
from documents.domain.words import GROUPS, Words, phrase_pattern
from extraction.local.page_view import PageView, Segment
from extraction.runner.proposals.merging import Cluster

_ROWS = 25  # of the first page, among which the title stands
_MOST_WORDS = 8
_LARGE = 1.25  # times the usual height of print
MOST_KEYWORDS = 6


def titles_on(view: PageView) -> list[str]:
    """Possible titles of the first page, the likeliest first."""
    scored = [(_score(view, segment), -segment.row, segment.text) for segment in _lines(view)]
    return [text.strip(" :*-") for score, _, text in sorted(scored, reverse=True) if score > 0]


def _lines(view: PageView) -> Iterator[Segment]:
    for row in view.rows[:_ROWS]:
        for segment in row.segments:
            letters = sum(mark.isalpha() for mark in segment.text)
            digits = sum(mark.isdigit() for mark in segment.text)
            if letters >= 4 and digits <= 0.3 * letters and len(segment.text.split()) <= _MOST_WORDS:
                yield segment


@lru_cache(maxsize=16)
def _title_pattern(words: Words) -> re.Pattern[str]:
    """Matches what documents of known kinds are called."""
    return phrase_pattern(words, *(name for name in GROUPS if name.startswith("kind_")), "agreement_name")


def _score(view: PageView, segment: Segment) -> float:
    """By words that titles have, by size and by capitals; a name is no title."""
    says = _title_pattern(view.words).search(segment.text) is not None
    score = 2.0 if says else 0.0
    size = view.relative_size(segment.box)
    score += min(2.0, size - 1) if size >= _LARGE else 0.0
    score += 0.4 if segment.text.isupper() else 0.0
    score -= 2.0 if has_company_suffix(segment.text, view.words) else 0.0
    return score - (0.5 if segment.text.rstrip().endswith(":") else 0.0) - 0.02 * segment.row


def name_of(titles: Sequence[Sequence[str]]) -> str:
    """What most examples have, else the first one's best; as people write it."""
    counts: Counter[str] = Counter()
    first: dict[str, str] = {}
    for mine in titles:
        for place, title in enumerate(mine[:3]):
            counts[plain(title)] += 3 - place
            first.setdefault(plain(title), title)
    if not counts:
        return ""
    title = first[counts.most_common(1)[0][0]]
    return title.capitalize() if title.isupper() or title.islower() else title


def keywords_of(titles: Sequence[Sequence[str]], clusters: Sequence[Cluster], examples: int) -> list[str]:
    """The titles that all examples have, then labels that all of them have and that are no everyday words of forms."""
    found: dict[str, None] = {}
    counts = Counter(key for mine in titles for key in {plain(title) for title in mine[:5]})
    least = max(1, -(-2 * examples // 3))
    for title, count in counts.most_common():
        if count >= least and title:
            found.setdefault(title, None)
    for cluster in clusters:
        label = cluster.first.key
        if examples > 1 and len(cluster.sightings) == examples and len(label.split()) >= 2:
            found.setdefault(label, None)
    return list(found)[:MOST_KEYWORDS]
