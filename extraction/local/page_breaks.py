"""Sentences that go on over the end of a page: each page keeps the lines at its edges, merge reads them as one block."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from documents.domain.field_roles import role_in
from documents.domain.field_types.registry import field_type
from documents.domain.notation import Notation
from documents.domain.page_reading import ReadValue
from documents.domain.provenance import Provenance
from documents.domain.reading_notes import PAGES_JOINED
from documents.domain.schema_spec import FieldSpec, SchemaSpec
from documents.domain.values import FieldCandidate
from documents.domain.words import Words
from extraction.local.clauses import clause_kind, clauses_in
from extraction.local.features import family_of
from extraction.local.page_view import PageView, Segment, union_of
from extraction.local.ranking import ENGINE, ENGINE_VERSION, ranked
from extraction.local.sentences import Prose, prose_of, prose_of_lines
from idp_project.core.geometry import BoundingBox
from idp_project.core.page_text import Word
from idp_project.core.spans import Span

_MOST_LINES = 6
_ENDED = re.compile(r"""[.!?:]["”»’)]*$""")
Line = tuple[str, tuple[float, float, float, float], float | None]


@dataclass(frozen=True)
class PageEdges:
    """The first and the last lines of a page's running text: text, box and how well each was read. `tail` is empty where the
    last sentence has ended."""

    head: tuple[Line, ...]
    tail: tuple[Line, ...]

    def to_dict(self) -> dict[str, Any]:
        return {"head": [list(line) for line in self.head], "tail": [list(line) for line in self.tail]}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> PageEdges:
        head, tail = (tuple((text, tuple(box), read) for text, box, read in data[name]) for name in ("head", "tail"))
        return cls(head, tail)


def edges_of(view: PageView, schema: SchemaSpec) -> PageEdges | None:
    """None where no field of the schema stands in sentences, or the page has none."""
    if not any(clause_kind(spec, view.words) for spec in schema.fields):
        return None
    blocks = [block for block in prose_of(view) if block.is_running]
    if not blocks:
        return None
    last = [] if _ENDED.search(blocks[-1].text) else blocks[-1].segments[-_MOST_LINES:]
    return PageEdges(_lines(blocks[0].segments[:_MOST_LINES]), _lines(last))


def _lines(segments: Sequence[Segment]) -> tuple[Line, ...]:
    found = []
    for segment in segments:
        place = segment.whole
        box = place.box
        found.append((segment.text, (box.left, box.top, box.right, box.bottom), place.reading))
    return tuple(found)


@dataclass(frozen=True)
class _Join:
    """The end of one page and the beginning of the next as one block; the next one's lines begin at `border_row`."""

    prose: Prose
    border: int
    border_row: int
    pages: tuple[int, int]

    def provenance(self, start: int, end: int) -> Provenance:
        """Of what stands on the page on which the value begins."""
        stretches = self.prose.stretches_of(start, end)
        is_before = stretches[0][0].row < self.border_row
        places = [
            segment.place(begin, stop)
            for segment, begin, stop in stretches
            if (segment.row < self.border_row) == is_before
        ]
        box = union_of([place.box for place in places])
        found = Provenance(self.pages[0 if is_before else 1], box.to_polygon(), None, ENGINE, ENGINE_VERSION)
        return found.noting(PAGES_JOINED())

    def reading(self, start: int, end: int) -> float | None:
        """The worst of its lines; None in a text layer."""
        known = [word.confidence for segment, _, _ in self.prose.stretches_of(start, end) for word in segment.words]
        return min((read for read in known if read is not None), default=None)


def candidates_over_breaks(
    pages: Sequence[tuple[int, PageEdges | None]], schema: SchemaSpec, notation: Notation, words: Words
) -> list[FieldCandidate]:
    """Values whose sentence begins on one page and that stand, at least in part, on the next. `pages`: numbers and edges of
    the pages of one document, in order."""
    found: list[FieldCandidate] = []
    for (number, before), (following, after) in pairwise(pages):
        if before and after and before.tail and after.head:
            join = _joined(before.tail, after.head, (number, following))
            for spec in schema.fields:
                found += ranked(list(_values(join, spec, schema, notation, words)), spec)
    return found


def _joined(tail: Sequence[Line], head: Sequence[Line], pages: tuple[int, int]) -> _Join:
    first, second = _segments(tail, 0), _segments(head, len(tail))
    return _Join(prose_of_lines([*first, *second]), len(prose_of_lines(first).text), len(tail), pages)


def _segments(lines: Sequence[Line], first_row: int) -> list[Segment]:
    found = []
    for row, (text, (left, top, right, bottom), reading) in enumerate(lines, start=first_row):
        box = BoundingBox(left, top, right, bottom)
        found.append(Segment((Word(text, box.to_polygon(), reading, Span(0, len(text))),), (box,), row, 0))
    return found


def _values(join: _Join, spec: FieldSpec, schema: SchemaSpec, notation: Notation, words: Words) -> Iterator[ReadValue]:
    kind = clause_kind(spec, words)
    if kind is None:
        return
    family = family_of(spec, role_in(schema, spec, words))
    for clause in clauses_in(join.prose, kind, spec, notation, words):
        raw = join.prose.text[clause.start : clause.end].strip()
        value = clause.value or field_type(spec.type).read_in(raw, notation, spec.choices)
        if clause.end <= join.border or not raw or value is None:
            continue
        reading = join.reading(clause.start, clause.end)
        features = {"cue": clause.cue, "reading": 1.0 if reading is None else reading}
        place = join.provenance(clause.start, clause.end)
        yield ReadValue(spec.name, family, raw, value, place, reading is None, features)
