"""Which schema a page fits, and whether a document begins on it: keywords, labels, page numbering, a letter's head."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

from documents.domain.document_kinds import STATES
from documents.domain.plain_text import plain
from documents.domain.schema_spec import SchemaSpec
from documents.domain.words import Words, alternatives, phrase_pattern
from extraction.local.labels import find_labels
from extraction.local.page_view import PageView

_NOTHING_KNOWN = 0.35
_TITLE_ROWS = 12
_LONGEST_TITLE = 40  # characters
_MOST_BESIDE = 3  # segments of a title's row: more are the heads of columns
_ENOUGH_KEYWORDS = 4.0
_ENOUGH_LABELS = 5.0


@dataclass(frozen=True)
class TypeScores:
    """`scores` by schema key, 0..1 each; `best` is the highest one's key, None where nothing speaks for any."""

    scores: dict[str, float]
    best: str | None


@dataclass(frozen=True)
class PageNumber:
    """As printed: page `number` of `total` (None where only the number is printed)."""

    number: int
    total: int | None


def score_types(view: PageView, schemas: Sequence[SchemaSpec]) -> TypeScores:
    """How well the page fits each schema. What several schemas have in common counts for each of them in part."""
    text = f" {plain(view.page_text.text)} "
    shared = Counter(word for schema in schemas for word in {*_keywords(schema), *_field_labels(schema)})
    titles = Counter(word for schema in schemas for word in _titles(schema))
    scores = {schema.key: round(_score(view, schema, text, shared, titles), 4) for schema in schemas}
    best = max(scores, key=lambda key: scores[key], default=None)
    return TypeScores(scores, best if best is not None and scores[best] > 0 else None)


def _keywords(schema: SchemaSpec) -> set[str]:
    return {word for keyword in schema.keywords if (word := plain(keyword))}


def _titles(schema: SchemaSpec) -> set[str]:
    """What may stand above a document of that type: a label of another type's field is no title of it."""
    return {plain(schema.name), *_keywords(schema)}


def _field_labels(schema: SchemaSpec) -> set[str]:
    return {word for spec in schema.fields for label in spec.labels if (word := plain(label))}


def _score(
    view: PageView, schema: SchemaSpec, text: str, shared: Mapping[str, int], titles: Mapping[str, int]
) -> float:
    words = _keywords(schema)
    found = sum(1 / shared.get(word, 1) for word in words if f" {word} " in text)
    keywords = min(1.0, found / min(_ENOUGH_KEYWORDS, max(1, len(words))))
    title = _title_score(view, schema, titles)
    labels = _labels_found(view, schema, shared)
    return min(1.0, (0.4 * keywords if words else 0.0) + (0.35 if words else 0.6) * labels + 0.35 * title)


def _labels_found(view: PageView, schema: SchemaSpec, shared: Mapping[str, int]) -> float:
    hits = find_labels(view, [label for spec in schema.fields for label in spec.labels])
    found = 0.0
    for spec in schema.fields:
        worth = [1 / shared.get(plain(label), 1) for label in spec.labels if any(h.purity >= 0.5 for h in hits[label])]
        found += max(worth, default=0.0)
    return min(1.0, found / min(_ENOUGH_LABELS, max(1, len(schema.fields))))


def _title_score(view: PageView, schema: SchemaSpec, shared: Mapping[str, int]) -> float:
    """The schema's name or a keyword stands alone in one of the first lines, the more so if printed large. A stamp ("PAID")
    says in which state a document is, and not which one it is."""
    names = _titles(schema) - _states(view.words)
    best = 0.0
    for row in view.rows[:_TITLE_ROWS]:
        for segment in row.segments if len(row.segments) <= _MOST_BESIDE else ():
            line = plain(segment.text)
            if not line or len(line) > _LONGEST_TITLE:
                continue
            found = process.extractOne(line, names, scorer=fuzz.ratio, score_cutoff=88)
            if found:
                size = min(1.0, 0.6 + 0.25 * view.relative_size(segment.box))
                best = max(best, found[1] / 100 * size / shared.get(found[0], 1))
    return best


@lru_cache(maxsize=64)
def _states(words: Words) -> frozenset[str]:
    """What stamps say, in plain form."""
    return frozenset(plain(phrase) for kind in STATES for phrase in words.of((f"kind_{kind.value}",)))


@lru_cache(maxsize=64)
def _page_patterns(words: Words) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Of "page 2 of 3" and of "page 2" or "- 2 -"."""
    page, any_page = alternatives(words, "page"), alternatives(words, "page", "page_with_total")
    of = alternatives(words, "page_of")
    return (
        re.compile(rf"\b(?:{any_page})\b\.?\s*:?\s*(\d{{1,3}})\s*(?:/|{of})\s*(\d{{1,3}})", re.IGNORECASE),
        re.compile(rf"\b(?:{page})\s*:?\s*(\d{{1,3}})\b|^\s*[-–]\s*(\d{{1,3}})\s*[-–]\s*$", re.IGNORECASE),
    )


def find_page_number(view: PageView) -> PageNumber | None:
    """ "Page 2 of 3" anywhere, "Page 2" or "- 2 -" in the first or last rows."""
    with_total, alone = _page_patterns(view.words)
    for row in (*view.rows[:8], *view.rows[-8:]):
        if match := with_total.search(row.text):
            return PageNumber(int(match[1]), int(match[2]))
    for row in (*view.rows[:3], *view.rows[-3:]):
        if match := alone.search(row.text):
            return PageNumber(int(match[1] or match[2]), None)
    return None


def first_page_score(view: PageView, schema: SchemaSpec | None) -> float:
    """0..1: how much the page looks like the first of a document. A printed page number decides; else title and labels.

    Keywords do not count: they run through all pages of a document.
    """
    number = find_page_number(view)
    if number is not None:
        return 0.97 if number.number == 1 else 0.03
    if phrase_pattern(view.words, "continued").search(" ".join(row.text for row in view.rows[:10])):
        return 0.1
    if schema is None:
        return _NOTHING_KNOWN
    score = 0.15 + 0.45 * _title_score(view, schema, {}) + 0.4 * _labels_found(view, schema, {})
    return round(min(0.95, score), 4)
