"""Values with their labels on one page of an example: what could be a field, wherever the layout or the value's shape shows it.

Five sources: key–value pairs of the layout; forms drawn as tables, labels beside or above their values in one cell; values
that are known by their shape (dates, amounts, codes), with what stands before them, left of them or above them; texts beside
or below a short text that may be their label; and what nearly every business document has, found by the built-in extractor
without a label.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from documents.domain.date_range import Side, side_of_place
from documents.domain.field_types.roles import Role
from documents.domain.notation import Notation
from documents.domain.numbers import has_decimals
from documents.domain.page_layout import Box, PageLayout, PageTable
from documents.domain.plain_text import plain
from documents.domain.schema_spec import FieldSpec, FieldType
from extraction.local.candidates import Found, find_values
from extraction.local.page_view import PageView, Segment
from extraction.runner.proposals.inference import is_amount, type_of, value_of
from idp_project.core.geometry import BoundingBox

PAIR, FORM, SHAPE, NEAR, COMMON = "pair", "form", "shape", "near", "common"
_BY_SHAPE = (
    FieldType.IBAN,
    FieldType.EMAIL,
    FieldType.VAT_NUMBER,
    FieldType.DATE,
    FieldType.PERCENTAGE,
    FieldType.AMOUNT,
    FieldType.IDENTIFIER,
)
_SCORES = {FORM: 0.85, SHAPE: 0.6, NEAR: 0.45}
_ABOVE = 0.85  # of the score of a label beside it
_BARE = 0.5  # of a value without a label
MOST_LABEL_WORDS, MOST_LABEL_LETTERS = 8, 60
_FAR = 34  # characters between a label and the value beside it
_ROWS_ABOVE = 2
_FORM_SHARE = 0.5  # of the rows of a table that begin with a label
_MOST_VALUE_WORDS = 25
_SAME = 0.6  # of the smaller box
_MOST_SEGMENTS = 5  # of a row that is no row of a table
_MOST_NAMING_WORDS = 4


@dataclass(frozen=True)
class Sighting:
    """A value on a page. `label` is empty where nothing names it; `side` where it is one of the two dates of a period; `role`
    what the built-in extractor takes it for.
    """

    label: str
    label_box: Box | None
    raw_text: str
    value: str | None
    type: FieldType
    page: int
    box: Box
    score: float
    source: str
    side: Side | None = None
    role: Role | None = None

    @property
    def key(self) -> str:
        """The label as labels are compared."""
        return plain(self.label)


def sightings_of(view: PageView, layout: PageLayout, number: int, notation: Notation) -> list[Sighting]:
    """Of one page, each place once: the first source that has it wins."""
    found = [
        *_of_pairs(layout, number, notation, view),
        *_of_forms(layout, number, notation, view),
        *_of_shapes(view, layout, number, notation),
        *_of_neighbours(view, number, notation),
    ]
    return without_doubles(found)


def without_doubles(found: Iterable[Sighting]) -> list[Sighting]:
    """One sighting for each place. A typed one inside a longer text takes its place where that has no label of its own."""
    kept: list[Sighting] = []
    for one in sorted(found, key=lambda each: (-each.score, each.page, each.box[1])):
        if one.source == NEAR and any(other.page == one.page and _is_settled(one, other) for other in kept):
            continue
        same = next((other for other in kept if other.page == one.page and _is_same(one, other)), None)
        if same is None:
            kept.append(one)
        elif one.role and not same.role:
            kept[kept.index(same)] = replace(same, role=one.role, score=max(same.score, one.score))
    return kept


def _is_settled(guess: Sighting, other: Sighting) -> bool:
    """Whether it is known already what its label names, that its label is a value, or that its value is a label."""
    label, named = guess.label_box, other.label_box
    if label and (overlap(label, other.box) > _SAME or (named and overlap(label, named) > _SAME)):
        return True
    return named is not None and overlap(guess.box, named) > _SAME


def _is_same(one: Sighting, other: Sighting) -> bool:
    """The same place and, as far as they are typed, the same value."""
    if overlap(one.box, other.box) < _SAME:
        return False
    return one.type is other.type or one.value == other.value or len(one.raw_text) * 2 > len(other.raw_text)


def overlap(one: Box, other: Box) -> float:
    """Shared area of the smaller box, 0..1."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    smaller = min((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return width * height / smaller if width > 0 and height > 0 and smaller > 0 else 0.0


def is_label(text: str) -> bool:
    """Few words, mostly letters: as `key_values` knows labels."""
    bare = text.strip(" :：.…_*#()-")
    letters = sum(mark.isalpha() for mark in bare)
    digits = sum(mark.isdigit() for mark in bare)
    return (
        0 < len(bare) <= MOST_LABEL_LETTERS
        and len(bare.split()) <= MOST_LABEL_WORDS
        and letters >= 2
        and digits <= 0.25 * letters
        and bare[:1].isalnum()
    )


def tidy(label: str) -> str:
    """Without what leads from a label to its value."""
    return re.sub(r"[\s:：.…_*=\-–]+$", "", re.sub(r"^[\s:*•·\-–]+", "", label)).strip()


def _of_pairs(layout: PageLayout, number: int, notation: Notation, view: PageView) -> Iterator[Sighting]:
    for pair in layout.pairs:
        value = pair.value.strip(" :")
        if not value or len(value.split()) > _MOST_VALUE_WORDS:
            continue
        label = tidy(pair.key)
        yield _sighting(label, pair.key_box, value, pair.value_box, pair.score, PAIR, number, notation, view)


def _sighting(
    label: str,
    label_box: Box | None,
    text: str,
    box: Box,
    score: float,
    source: str,
    number: int,
    notation: Notation,
    view: PageView,
) -> Sighting:
    kind = type_of(text, notation, view.words, label=label)
    return Sighting(label, label_box, text, value_of(kind, text, notation), kind, number, box, score, source)


def _of_forms(layout: PageLayout, number: int, notation: Notation, view: PageView) -> Iterator[Sighting]:
    """Tables that are forms: a label in one cell, its value in the next; or both in one cell, the label above."""
    for table in layout.tables:
        grid = {(cell.row, cell.column): cell for cell in table.cells if cell.text.strip()}
        for (row, column), cell in grid.items():
            label, _, rest = cell.text.partition(":")
            if rest.strip() and is_label(label) and len(rest.split()) <= _MOST_VALUE_WORDS:
                yield _sighting(
                    tidy(label), cell.box, rest.strip(), cell.box, _SCORES[FORM], FORM, number, notation, view
                )
                continue
            beside = grid.get((row, cell.last_column + 1))
            if beside is None or not is_label(cell.text) or not _is_form(table, column):
                continue
            if len(beside.text.split()) <= _MOST_VALUE_WORDS:
                yield _sighting(
                    tidy(cell.text), cell.box, beside.text, beside.box, _SCORES[FORM], FORM, number, notation, view
                )


def _is_form(table: PageTable, column: int) -> bool:
    """Whether that column has labels: most of its cells are, and they differ."""
    texts = [cell.text for cell in table.cells if cell.column == column and cell.text.strip()]
    labels = {plain(text) for text in texts if is_label(text)}
    return len(texts) >= 2 and len(labels) >= _FORM_SHARE * len(texts)


@dataclass(frozen=True)
class _Span:
    kind: FieldType
    found: Found
    segment: Segment

    @property
    def start(self) -> int:
        return self.found.start

    @property
    def end(self) -> int:
        return self.found.end


def _of_shapes(view: PageView, layout: PageLayout, number: int, notation: Notation) -> Iterator[Sighting]:
    spans = _spans(view, notation)
    columns = _column_cells(layout)
    for segment in view.segments:
        mine = spans.get(id(segment), [])
        for position, span in enumerate(mine):
            before = mine[position - 1].end if position else 0
            yield from _of_span(view, span, before, spans, columns, number)


def _spans(view: PageView, notation: Notation) -> dict[int, list[_Span]]:
    """By segment, from left to right, without those that lie in one of a narrower type."""
    found: dict[int, list[_Span]] = {}
    for kind in _BY_SHAPE:
        spec = FieldSpec("value", kind, "")
        for one in find_values(view, spec, notation.locale, notation):
            if one.segment is None or one.value is None:
                continue
            if kind is FieldType.AMOUNT and not (has_decimals(one.raw_text) or is_amount(one.raw_text, notation)):
                continue
            mine = found.setdefault(id(one.segment), [])
            if not any(other.start < one.end and one.start < other.end for other in mine):
                mine.append(_Span(kind, one, one.segment))
    return {key: sorted(mine, key=lambda span: span.start) for key, mine in found.items()}


def _of_span(
    view: PageView,
    span: _Span,
    before: int,
    spans: dict[int, list[_Span]],
    columns: Sequence[BoundingBox],
    number: int,
) -> Iterator[Sighting]:
    found, segment = span.found, span.segment
    ahead = tidy(segment.text[before : span.start])
    side = side_of_place(segment.text, found.raw_text, view.words) if span.kind is FieldType.DATE else None
    if side is Side.END:
        ahead = tidy(segment.text[: _first_of_period(spans, segment, span)])
    label, label_box, score = "", None, _SCORES[SHAPE]
    if is_label(ahead):
        label, label_box = ahead, _as_box(segment.box)
    elif not ahead or side:
        beside = _label_left(view, segment, spans)
        above = None if beside else _label_above(view, segment, found, spans)
        if above and any(_holds(box, found.place.box) for box in columns):
            return  # a cell of a table, below the head of its column
        chosen = beside or above
        if chosen:
            label, label_box = tidy(chosen.text), _as_box(chosen.box)
            score *= 1.0 if beside else _ABOVE
    if not label:
        score *= _BARE
    yield Sighting(
        label, label_box, found.raw_text, found.value, span.kind, number, _as_box(found.place.box), score, SHAPE, side
    )


def _first_of_period(spans: dict[int, list[_Span]], segment: Segment, second: _Span) -> int:
    earlier = [span for span in spans[id(segment)] if span.end <= second.start and span.kind is FieldType.DATE]
    return earlier[-1].start if earlier else second.start


def _label_left(view: PageView, segment: Segment, spans: dict[int, list[_Span]]) -> Segment | None:
    if not segment.index:
        return None
    other = view.rows[segment.row].segments[segment.index - 1]
    is_near = segment.box.left - other.box.right < _FAR * view.char_width
    return other if is_near and is_label(other.text) and id(other) not in spans else None


def _label_above(view: PageView, segment: Segment, found: Found, spans: dict[int, list[_Span]]) -> Segment | None:
    for row in reversed(view.rows[max(0, segment.row - _ROWS_ABOVE) : segment.row]):
        for other in row.segments:
            if other.box.horizontal_overlap(found.place.box) > 0.3:
                is_near = found.place.box.top - other.box.bottom < 1.6 * view.line_height
                return other if is_near and is_label(other.text) and id(other) not in spans else None
    return None


def _of_neighbours(view: PageView, number: int, notation: Notation) -> Iterator[Sighting]:
    """A short text and what stands right of it, or below it where both begin at one place. Rows of tables are left out."""
    for row in view.rows:
        if len(row.segments) > _MOST_SEGMENTS:
            continue
        for segment in row.segments:
            if not _may_name(segment):
                continue
            beside = row.segments[segment.index + 1] if segment.index + 1 < len(row.segments) else None
            if beside and beside.box.left - segment.box.right < _FAR * view.char_width:
                yield _neighbour(segment, beside, number, notation, view)
            below = _starts_below(view, segment)
            if below:
                yield _neighbour(segment, below, number, notation, view)


def _may_name(segment: Segment) -> bool:
    text = segment.text
    return is_label(text) and text[:1].isupper() and len(text.split()) <= _MOST_NAMING_WORDS


def _starts_below(view: PageView, segment: Segment) -> Segment | None:
    for row in view.rows[segment.row + 1 : segment.row + 2]:
        for other in row.segments:
            is_near = other.box.top - segment.box.bottom < 1.6 * view.line_height
            if is_near and abs(other.box.left - segment.box.left) < 2 * view.char_width:
                return other
    return None


def _neighbour(label: Segment, value: Segment, number: int, notation: Notation, view: PageView) -> Sighting:
    boxes = (_as_box(label.box), _as_box(value.box))
    text, score = value.text, _SCORES[NEAR]
    return _sighting(tidy(label.text), boxes[0], text, boxes[1], score, NEAR, number, notation, view)


def _column_cells(layout: PageLayout) -> list[BoundingBox]:
    """Cells of tables with two rows of values and more."""
    return [
        BoundingBox(*cell.box)
        for table in layout.tables
        if table.row_count - table.header_rows >= 2
        for cell in table.cells
        if cell.row >= table.header_rows
    ]


def _holds(box: BoundingBox, inner: BoundingBox) -> bool:
    x, y = inner.center
    return box.left <= x <= box.right and box.top <= y <= box.bottom


def _as_box(box: BoundingBox) -> Box:
    return (round(box.left, 4), round(box.top, 4), round(box.right, 4), round(box.bottom, 4))
