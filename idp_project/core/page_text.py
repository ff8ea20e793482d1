"""What was read on one page: text, words, lines, spans, polygons, confidences, engine and version.

Every reader (text layer, OCR, vision) produces a `PageText`; everything above consumes it and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, Self

from idp_project.core.geometry import Polygon, enclosing_box
from idp_project.core.spans import Span


class TextSource(StrEnum):
    """How the words were obtained."""

    TEXT_LAYER = "text_layer"
    OCR = "ocr"
    VISION = "vision"


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word. `confidence` is 0..1, or None where the reader reports none."""

    text: str
    polygon: Polygon
    confidence: float | None
    span: Span


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line in reading order: `words[first_word:last_word]` of its page (half-open)."""

    first_word: int
    last_word: int
    polygon: Polygon
    span: Span


@dataclass(frozen=True)
class PageText:
    """The text of one page. `text` is its lines joined by newlines, words of a line by one space, all in the order in which
    they are read: a line of Arabic begins at its right end.

    A reader that cannot point (vision) may have read words whose place is not known: they are in `text` alone. `unread`
    are places where the reader found lines of print without being able to read them.
    """

    text: str
    words: tuple[Word, ...]
    lines: tuple[TextLine, ...]
    source: TextSource
    engine: str
    engine_version: str
    unread: tuple[Polygon, ...] = ()

    def words_of(self, line: TextLine) -> tuple[Word, ...]:
        return self.words[line.first_word : line.last_word]

    def words_in(self, span: Span) -> tuple[Word, ...]:
        """Words that share at least one character with the span."""
        return tuple(word for word in self.words if word.span.overlaps(span))

    @cached_property
    def mean_confidence(self) -> float | None:
        """Mean word confidence weighted by length, None where no word reports one."""
        known = [(len(word.text), word.confidence) for word in self.words if word.confidence is not None]
        weight = sum(length for length, _ in known)
        return sum(length * confidence for length, confidence in known) / weight if weight else None

    def to_dict(self) -> dict[str, Any]:
        """Compact JSON form; `from_dict` gives the same value back."""
        data: dict[str, Any] = {
            "text": self.text,
            "words": [[w.text, w.polygon.to_list(), w.confidence, w.span.to_list()] for w in self.words],
            "lines": [
                [line.first_word, line.last_word, line.polygon.to_list(), line.span.to_list()] for line in self.lines
            ],
            "source": self.source.value,
            "engine": self.engine,
            "engine_version": self.engine_version,
        }
        return {**data, "unread": [place.to_list() for place in self.unread]} if self.unread else data

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        return cls(
            text=data["text"],
            words=tuple(Word(t, Polygon.from_list(p), c, Span.from_list(s)) for t, p, c, s in data["words"]),
            lines=tuple(TextLine(a, b, Polygon.from_list(p), Span.from_list(s)) for a, b, p, s in data["lines"]),
            source=TextSource(data["source"]),
            engine=data["engine"],
            engine_version=data["engine_version"],
            unread=tuple(Polygon.from_list(place) for place in data.get("unread", ())),
        )

    @classmethod
    def from_lines(
        cls,
        lines: Sequence[Sequence[tuple[str, Polygon | None, float | None]]],
        *,
        source: TextSource,
        engine: str,
        engine_version: str,
    ) -> Self:
        """Builds text and spans from lines in reading order, each a sequence of `(text, polygon, confidence)` words.

        Empty words and empty lines are dropped; a word without a polygon becomes a part of the text only.
        """
        words: list[Word] = []
        built: list[TextLine] = []
        texts: list[str] = []
        offset = 0
        for line in lines:
            kept = [(text.strip(), polygon, confidence) for text, polygon, confidence in line if text.strip()]
            if not kept:
                continue
            first, start = len(words), offset
            for text, polygon, confidence in kept:
                if polygon is not None:
                    words.append(Word(text, polygon, confidence, Span(offset, offset + len(text))))
                offset += len(text) + 1
            if len(words) > first:
                around = enclosing_box(word.polygon for word in words[first:]).to_polygon()
                built.append(TextLine(first, len(words), around, Span(start, offset - 1)))
            texts.append(" ".join(text for text, _, _ in kept))
        return cls("\n".join(texts), tuple(words), tuple(built), source, engine, engine_version)

    @classmethod
    def empty(cls, *, source: TextSource, engine: str, engine_version: str) -> Self:
        return cls("", (), (), source, engine, engine_version)
