"""How many small documents lie on one page: receipts that were copied or scanned together, side by side or below each other.

Each part of the page that white space separates is looked at alone. It counts if it has a total with its amount, a date, and
a number, a time or a payment of its own; a tear-off slip repeats its invoice and does not count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from documents.domain.dates import find_dates
from documents.domain.numbers import has_decimals
from documents.domain.words import Words, phrase_pattern
from extraction.local.page_view import PageView
from extraction.local.row_grouping import group_into_rows
from idp_project.core.geometry import BoundingBox

_FEWEST_WORDS = 10  # of a part
_GUTTER = 2.5  # character widths without a word, all the way down
_CROSSING = 0.03  # of the words may reach into it: skew, specks
_MIDDLE = (0.2, 0.8)  # of the text's width: where a gutter may be
_GAP = 2.2  # line heights without a word, all the way across
_STEPS = 400  # across the page, where gutters are looked for
_MOST_PARTS = 6
_LOCALE = "en_GB"
_TIME = re.compile(r"\b([01]?\d|2[0-3])[:.][0-5]\d(?:[:.][0-5]\d)?\b(?!\s*%)")
_CODE = re.compile(r"(?=[^\W_]*\d)[^\W_][\w/-]{3,}")


@dataclass(frozen=True)
class _Word:
    text: str
    box: BoundingBox


@dataclass(frozen=True)
class _Receipt:
    """What tells one document of a page from the next."""

    totals: frozenset[str]
    marks: frozenset[str]


def documents_on(view: PageView) -> int:
    """At least 1. Cheap where fewer than two totals are printed."""
    total = phrase_pattern(view.words, "total")
    if sum(total.search(text) is not None for text in view.texts) < 2:
        return 1
    words = [
        _Word(word.text, box)
        for segment in view.segments
        for word, box in zip(segment.words, segment.boxes, strict=True)
    ]
    found: list[_Receipt] = []
    for part in _parts(words, view.char_width, view.line_height):
        receipt = _receipt(part, view.words)
        if receipt and not any(_is_same(receipt, other) for other in found):
            found.append(receipt)
    return max(1, len(found))


def _parts(words: Sequence[_Word], char_width: float, line_height: float) -> list[list[_Word]]:
    """Columns first, then what lies below each other in each; a part that is too small belongs to the one before it."""
    parts: list[list[_Word]] = []
    for column in _columns(words, char_width):
        parts += _stacked(column, line_height)
    return parts[:_MOST_PARTS]


def _columns(words: Sequence[_Word], char_width: float) -> list[list[_Word]]:
    left, right = min(word.box.left for word in words), max(word.box.right for word in words)
    edges = np.linspace(left, right, _STEPS + 1)
    covered = np.zeros(_STEPS)
    for word in words:
        covered[np.searchsorted(edges, word.box.left) : np.searchsorted(edges, word.box.right)] += 1
    free = covered <= _CROSSING * len(words)
    best = _widest_run(free, int(_MIDDLE[0] * _STEPS), int(_MIDDLE[1] * _STEPS))
    if best is None or edges[best[1]] - edges[best[0]] < _GUTTER * char_width:
        return [list(words)]
    middle = (edges[best[0]] + edges[best[1]]) / 2
    halves = [[word for word in words if (word.box.center[0] < middle) == is_left] for is_left in (True, False)]
    return halves if all(len(half) >= _FEWEST_WORDS for half in halves) else [list(words)]


def _widest_run(free: np.ndarray, first: int, last: int) -> tuple[int, int] | None:
    best: tuple[int, int] | None = None
    start: int | None = None
    for step in range(first, last + 1):
        if step < last and free[step]:
            start = step if start is None else start
        elif start is not None:
            if best is None or step - start > best[1] - best[0]:
                best = start, step
            start = None
    return best


def _stacked(words: Sequence[_Word], line_height: float) -> list[list[_Word]]:
    parts: list[list[_Word]] = []
    bottom = -1.0
    for word in sorted(words, key=lambda each: each.box.top):
        if not parts or (word.box.top - bottom > _GAP * line_height and len(parts[-1]) >= _FEWEST_WORDS):
            parts.append([])
        parts[-1].append(word)
        bottom = max(bottom, word.box.bottom)
    if len(parts) > 1 and len(parts[-1]) < _FEWEST_WORDS:
        rest = parts.pop()
        parts[-1] += rest
    return parts


def _receipt(words: Sequence[_Word], known: Words) -> _Receipt | None:
    rows = [" ".join(words[number].text for number in row) for row in group_into_rows([word.box for word in words])]
    total, payment = phrase_pattern(known, "total"), phrase_pattern(known, "payment")
    subtotal = phrase_pattern(known, "subtotal")
    totals = {amount for row in rows if total.search(row) and not subtotal.search(row) for amount in _amounts(row)}
    dates = {day.isoformat() for row in rows for _, _, day in find_dates(row, _LOCALE)}
    codes = {match[0] for row in rows for match in _CODE.finditer(row) if not has_decimals(match[0])}
    times = {match[0] for row in rows for match in _TIME.finditer(row)}
    is_paid = any(payment.search(row) for row in rows)
    if not totals or not dates or not (codes or times or is_paid):
        return None
    return _Receipt(frozenset(totals), frozenset(codes | times))


def _amounts(row: str) -> list[str]:
    return [word for word in row.split() if has_decimals(word)]


def _is_same(one: _Receipt, other: _Receipt) -> bool:
    """A slip of the same invoice: the same total, or the same number."""
    return bool(one.totals & other.totals) or bool(one.marks & other.marks)
