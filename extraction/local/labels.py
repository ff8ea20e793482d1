"""Labels on a page: where the words by which fields are printed occur, tolerant to OCR noise.

All windows of up to `_MAX_WORDS` words are compared with all labels at once in rapidfuzz's C code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from rapidfuzz import fuzz, process

from documents.domain.plain_text import plain
from documents.domain.words import word_set
from extraction.local.page_view import PageView, Place, Segment

_MAX_WORDS = 6
_LONGEST = 40  # letters of a label
_LETTERS_MORE = 2  # of a word that a label is the end or the beginning of
_LOWEST = 82  # similarity in per cent
_ATOM = re.compile(r"[^\W\d_]+(?:[.'/&][^\W\d_]+)*|\d+(?:[.,/:-]\d+)*|[#%@]")
_CODE_FOLLOWS = re.compile(r"[-_/][^\W\d_]{0,3}\d")  # "PO" in "PO-569090" is no label


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


def find_labels(view: PageView, labels: Iterable[str]) -> dict[str, list[LabelHit]]:
    """Every sufficiently similar occurrence of each label, keyed by the label as given; of overlapping ones the best."""
    wanted = dict.fromkeys(labels)
    missing = [label for label in wanted if label not in view.found_labels]
    if missing:
        view.found_labels.update(_search(view, missing))
    return {label: view.found_labels[label] for label in wanted}


def _search(view: PageView, labels: Sequence[str]) -> dict[str, list[LabelHit]]:
    compact = {label: plain(label).replace(" ", "") for label in labels}
    named = [label for label in labels if compact[label]]
    windows = _windows_of(view)
    found: dict[str, list[LabelHit]] = {label: [] for label in labels}
    if not named or not windows:
        return found
    texts = list(windows)
    names = [compact[label] for label in named]
    numbers = word_set(view.words, "number_word")
    scores = process.cdist(names, texts, scorer=fuzz.ratio, score_cutoff=_LOWEST, dtype=np.uint8)
    for row, column in zip(*np.nonzero(scores), strict=True):
        score = int(scores[row, column])
        name, text = names[row], texts[column]
        if text in numbers and text != name:
            continue  # "number" alone is no misread "PO number"
        if score >= similarity_cutoff(len(name)) and not _is_longer_word(name, text):
            found[named[row]].extend(_hit(view, named[row], window, score) for window in windows[text])
    return {label: _best_hits(hits) for label, hits in found.items()}


def _is_longer_word(label: str, text: str) -> bool:
    """ "Abrechnung", "Rechnungen" where the label is "Rechnung": another word, and no misreading."""
    return len(text) - len(label) >= _LETTERS_MORE and (text.endswith(label) or text.startswith(label))


def _windows_of(view: PageView) -> dict[str, list[_Window]]:
    """Runs of up to six words anywhere on the page, by their letters."""
    windows: dict[str, list[_Window]] = view.label_windows
    if not windows:
        for segment in view.segments:
            atoms = [(m.start(), m.end(), _letters_of(m.group(0))) for m in _ATOM.finditer(segment.text)]
            for first, (start, _, _) in enumerate(atoms):
                compact = ""
                for _, end, letters in atoms[first : first + _MAX_WORDS]:
                    compact += letters
                    if len(compact) > _LONGEST:
                        break
                    if len(compact) > 1 and not _CODE_FOLLOWS.match(segment.text, end):
                        windows.setdefault(compact, []).append(_Window(segment, start, end))
    return windows


@lru_cache(maxsize=16384)
def _letters_of(atom: str) -> str:
    return plain(atom).replace(" ", "")


def _hit(view: PageView, label: str, window: _Window, score: int) -> LabelHit:
    place = window.segment.place(window.start, window.end)
    purity = _purity(window.segment.text, window.start, window.end, word_set(view.words, "label_filler"))
    return LabelHit(label, window.segment, window.start, window.end, place, score / 100, purity)


def _best_hits(hits: Sequence[LabelHit]) -> list[LabelHit]:
    kept: list[LabelHit] = []
    for hit in sorted(hits, key=lambda hit: (-hit.similarity, hit.end - hit.start)):
        if not any(h.segment is hit.segment and h.start < hit.end and hit.start < h.end for h in kept):
            kept.append(hit)
    return kept


def without_rivals(hits: Sequence[LabelHit], rivals: Sequence[LabelHit]) -> list[LabelHit]:
    """Drops hits whose words are better explained by a rival: by a longer label, or by the same words spelled better."""
    by_segment: dict[int, list[LabelHit]] = {}
    for rival in rivals:
        by_segment.setdefault(id(rival.segment), []).append(rival)
    return [hit for hit in hits if not any(_beats(rival, hit) for rival in by_segment.get(id(hit.segment), ()))]


def _beats(rival: LabelHit, hit: LabelHit) -> bool:
    if rival.end <= hit.start or hit.end <= rival.start:
        return False
    rival_length, length = rival.end - rival.start, hit.end - hit.start
    if rival_length * rival.similarity > 1.15 * length * hit.similarity:
        return rival.similarity > 0.84
    return abs(rival_length - length) <= 2 and rival.similarity > hit.similarity + 0.03


@lru_cache(maxsize=64)
def similarity_cutoff(length: int) -> int:
    """Short labels must match exactly; longer ones may carry about one wrong letter in six."""
    if length <= 4:
        return 100
    return 84 if length <= 8 else _LOWEST


def _purity(text: str, start: int, end: int, fillers: frozenset[str]) -> float:
    """Letters of the label over letters of the phrase around it: up to a colon, a digit or the segment's end."""
    before = re.split(r"[:\d|]", text[:start])[-1]
    after = re.split(r"[:\d|=]", text[end:])[0]
    own = _letters(text[start:end], fillers)
    extra = _letters(before, fillers) + _letters(after, fillers)
    return own / (own + extra) if own + extra else 1.0


def _letters(text: str, fillers: frozenset[str]) -> int:
    words = re.findall(r"[^\W\d_]+", text.lower())
    return sum(len(word) for word in words if word not in fillers)
