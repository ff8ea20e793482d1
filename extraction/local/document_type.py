"""Which schema a page fits, and whether a document begins on it: keywords, labels, page numbering, a letter's head."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz import fuzz

from documents.domain.schema_spec import FieldSpec, SchemaSpec
from extraction.local.labels import find_labels
from extraction.local.page_view import PageView
from extraction.local.roles import plain

_PAGE_OF = re.compile(
    r"\b(?:page|seite|blatt|p[aá]gina|pagina|strona|sheet|pg|p)\b\.?\s*:?\s*(\d{1,3})\s*(?:of|/|von|van|de|sur|di|z)\s*(\d{1,3})",
    re.IGNORECASE,
)
_PAGE_ALONE = re.compile(
    r"\b(?:page|seite|blatt|pagina|página)\s*:?\s*(\d{1,3})\b|^\s*[-–]\s*(\d{1,3})\s*[-–]\s*$", re.IGNORECASE
)
_CONTINUED = re.compile(
    r"\b(?:continued|cont'd|brought forward|übertrag|carried forward from|fortsetzung|continuation sheet|suite)\b",
    re.IGNORECASE,
)
_TITLE_ROWS = 12
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


def score_types(view: PageView, schemas: list[SchemaSpec]) -> TypeScores:
    """How well the page fits each schema."""
    text = f" {plain(view.page_text.text)} "
    scores = {schema.key: round(_score(view, schema, text), 4) for schema in schemas}
    best = max(scores, key=lambda key: scores[key], default=None)
    return TypeScores(scores, best if best is not None and scores[best] > 0 else None)


def _score(view: PageView, schema: SchemaSpec, text: str) -> float:
    words = [plain(keyword) for keyword in schema.keywords]
    found = sum(1 for word in words if f" {word} " in text)
    keywords = min(1.0, found / min(_ENOUGH_KEYWORDS, max(1, len(words)))) if words else 0.0
    labels = _labels_found(view, schema)
    title = _title_score(view, schema, words)
    weight = 1.0 if words else 0.6
    return min(1.0, 0.4 * keywords * weight + 0.35 * labels + 0.35 * title)


def _labels_found(view: PageView, schema: SchemaSpec) -> float:
    hits = find_labels(view, [label for spec in schema.fields for label in spec.labels])
    good = sum(1 for spec in schema.fields if _has_label(spec, hits))
    return min(1.0, good / min(_ENOUGH_LABELS, max(1, len(schema.fields))))


def _has_label(spec: FieldSpec, hits: dict[str, list]) -> bool:  # type: ignore[type-arg]
    return any(hit.purity >= 0.5 for label in spec.labels for hit in hits.get(label, ()))


def _title_score(view: PageView, schema: SchemaSpec, words: list[str]) -> float:
    """The schema's name or a keyword stands alone in one of the first lines, the more so if printed large."""
    names = [plain(schema.name), *words]
    best = 0.0
    for row in view.rows[:_TITLE_ROWS]:
        for segment in row.segments:
            line = plain(segment.text)
            if not line or len(line) > 40:
                continue
            alike = max((fuzz.ratio(line, name) for name in names if name), default=0.0) / 100
            if alike >= 0.88:
                best = max(best, alike * min(1.0, 0.6 + 0.4 * view.relative_size(segment.box) / 1.6))
    return best


def find_page_number(view: PageView) -> PageNumber | None:
    """ "Page 2 of 3" anywhere, "Page 2" or "- 2 -" in the first or last rows."""
    for row in (*view.rows[:8], *view.rows[-8:]):
        if match := _PAGE_OF.search(row.text):
            return PageNumber(int(match[1]), int(match[2]))
    for row in (*view.rows[:3], *view.rows[-3:]):
        if match := _PAGE_ALONE.search(row.text):
            return PageNumber(int(match[1] or match[2]), None)
    return None


def first_page_score(view: PageView, schema: SchemaSpec | None, type_score: float, title: float | None = None) -> float:
    """0..1: how much the page looks like the first of a document. Printed page numbers decide; else head and labels."""
    number = find_page_number(view)
    if number is not None:
        return 0.97 if number.number == 1 else 0.03
    if _CONTINUED.search(" ".join(row.text for row in view.rows[:10])):
        return 0.1
    if schema is None:
        return 0.35
    title_score = (
        _title_score(view, schema, [plain(keyword) for keyword in schema.keywords]) if title is None else title
    )
    return round(min(0.95, 0.2 + 0.4 * title_score + 0.45 * type_score), 4)
