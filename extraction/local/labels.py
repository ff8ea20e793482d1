"""Labels on a page: where the words by which fields are printed occur, tolerant to OCR noise.

All windows of one to five words are compared with all labels at once in rapidfuzz's C code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from rapidfuzz import fuzz, process

from extraction.local.page_view import PageView, Place, Segment
from extraction.local.roles import plain

_MAX_WORDS = 6
_ATOM = re.compile(r"[^\W\d_]+(?:[.'/&][^\W\d_]+)*|\d+(?:[.,/:-]\d+)*|[#%@]")
_FILLER = frozenset({"rm", "usd", "eur", "gbp", "inr", "myr", "chf", "in", "the", "of", "rs", "your", "my"})


@dataclass(frozen=True)
class LabelHit:
    """A label found in a segment: characters `[start, end)` of its text.

    `similarity` 0..1 is how well it is spelled; `purity` 0..1 how much of the phrase it stands in the label makes up
    ("Total" in "Total discount given" is impure).
    """

    label: str
    segment: Segment
    start: int
    end: int
    place: Place
    similarity: float
    purity: float

    @property
    def strength(self) -> float:
        return self.similarity * self.purity


@dataclass(frozen=True)
class _Window:
    segment: Segment
    start: int
    end: int
    text: str


def find_labels(view: PageView, labels: Iterable[str]) -> dict[str, list[LabelHit]]:
    """Every sufficiently similar occurrence of each label, keyed by the label as given; hits overlapped by a better one removed."""
    wanted = {label: plain(label) for label in labels if plain(label)}
    by_first = _windows(view)
    if not wanted or not by_first:
        return {label: [] for label in wanted}
    window_texts = list(dict.fromkeys(window.text.replace(" ", "") for window in by_first))
    names = list(wanted)
    compact = [wanted[name].replace(" ", "") for name in names]
    scores = process.cdist(compact, window_texts, scorer=fuzz.ratio, score_cutoff=78, dtype=np.uint8)
    lookup = {text: number for number, text in enumerate(window_texts)}
    columns = np.array([lookup[window.text.replace(" ", "")] for window in by_first])
    return {
        name: _best_hits(
            name,
            compact[row],
            [(by_first[i], int(scores[row][columns[i]])) for i in np.nonzero(scores[row][columns])[0]],
        )
        for row, name in enumerate(names)
    }


def _windows(view: PageView) -> list[_Window]:
    windows = []
    for segment in view.segments:
        atoms = [(m.start(), m.end(), m.group(0).lower()) for m in _ATOM.finditer(segment.text)]
        for first in range(len(atoms)):
            for last in range(first, min(len(atoms), first + _MAX_WORDS)):
                text = plain(segment.text[atoms[first][0] : atoms[last][1]])
                if 1 < len(text) < 45:
                    windows.append(_Window(segment, atoms[first][0], atoms[last][1], text))
    return windows


def _best_hits(name: str, compact: str, scored: Sequence[tuple[_Window, int]]) -> list[LabelHit]:
    cutoff = similarity_cutoff(len(compact))
    good = sorted(((score, -len(w.text), n, w) for n, (w, score) in enumerate(scored) if score >= cutoff), reverse=True)
    taken: list[_Window] = []
    hits = []
    for score, _, _, window in good:
        if any(t.segment is window.segment and t.start < window.end and window.start < t.end for t in taken):
            continue
        taken.append(window)
        place = window.segment.place(window.start, window.end)
        purity = _purity(window.segment.text, window.start, window.end)
        hits.append(LabelHit(name, window.segment, window.start, window.end, place, score / 100, purity))
    return hits


@lru_cache(maxsize=64)
def similarity_cutoff(length: int) -> int:
    """Short labels must match exactly; longer ones may carry about one wrong letter in six."""
    if length <= 3:
        return 100
    if length == 4:
        return 88 if length > 4 else 100
    return 84 if length <= 8 else 82


def _purity(text: str, start: int, end: int) -> float:
    """Letters of the label over letters of the phrase around it: up to a colon, a digit or the segment's end."""
    before = re.split(r"[:\d|]", text[:start])[-1]
    after = re.split(r"[:\d|=]", text[end:])[0]
    own = _letters(text[start:end])
    extra = _letters(before) * 1.0 + _letters(after)
    return own / (own + extra) if own + extra else 1.0


def _letters(text: str) -> int:
    words = re.findall(r"[^\W\d_]+", text.lower())
    return sum(len(word) for word in words if word not in _FILLER)
