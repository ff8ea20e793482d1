"""The body of a table under its header: words go to columns, lines to rows, until the totals begin."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from documents.domain.dates import beginning_date
from documents.domain.field_types.base import CellKind
from documents.domain.field_types.registry import cell_kind
from documents.domain.numbers import is_numeric
from documents.domain.plain_text import plain
from documents.domain.schema_spec import FieldSpec
from documents.domain.words import Words, phrase_pattern
from extraction.local.page_view import PageView, Place, Row, Segment
from extraction.local.table_header import Column, Header

_LARGEST_GAP = 7.0  # line heights without anything: the table has ended
_NEAR = 7.0  # character widths between a number and the edge of its column


@dataclass
class Line:
    """One printed line of the body: the places that each column has in it."""

    row: Row
    cells: dict[str, list[Place]] = field(default_factory=dict)
    loose: list[Place] = field(default_factory=list)


@lru_cache(maxsize=8192)
def is_stop(text: str, known: Words) -> bool:
    """Whether a line begins with the words of a total or of the end of a document."""
    words = plain(re.split(r"[:\d]", text)[0]).split()
    return bool(words) and any(" ".join(words[:length]) in known.stops for length in range(1, min(6, len(words)) + 1))


def read_body(view: PageView, header: Header, end_row: int) -> list[Line]:
    """Lines between the header and `end_row` (exclusive), or the first total, or a wide gap.

    A line that carries a sum over from the page before is passed over; one that carries it to the next page ends the table.
    """
    lines: list[Line] = []
    dates = [column for column in header.columns if column.spec and cell_kind(column.spec) is CellKind.DATE]
    carried = phrase_pattern(view.words, "carried_sum", "carried_line")
    bottom = view.rows[header.last_row].box.bottom
    for row in view.rows[header.last_row + 1 : end_row]:
        if row.box.top - bottom > _LARGEST_GAP * view.line_height and lines:
            break
        bottom = row.box.bottom
        if carried.search(row.text):
            if lines:
                break
            continue
        if (
            any(is_stop(segment.text, view.words) for segment in row.segments)
            and _is_total(row, view.words)
            and not _is_dated(row, dates)
        ):
            break
        lines.append(_read_line(view, row, header))
    return lines


def _is_dated(row: Row, dates: Sequence[Column]) -> bool:
    """A line with a date in the column of dates is an entry, whatever it says: "Cash withdrawal", "Payment from …"."""
    return any(
        beginning_date(segment.text) and segment.box.horizontal_overlap(column.box) > 0
        for segment in row.segments
        for column in dates
    )


def _is_total(row: Row, known: Words) -> bool:
    """A total has its amount in the line, or no other text beside the phrase."""
    first = next(segment for segment in row.segments if is_stop(segment.text, known))
    return first.index == 0 or all(
        is_numeric(segment.text) or is_stop(segment.text, known) for segment in row.segments[first.index :]
    )


def _read_line(view: PageView, row: Row, header: Header) -> Line:
    line = Line(row)
    has_dates = any(column.spec and cell_kind(column.spec) is CellKind.DATE for column in header.columns)
    for segment in row.segments:
        for start, end in _cut_at_heads(view, header, segment, _pieces(segment, has_dates)):
            place = segment.place(start, end)
            column = _column_for(view, header, place)
            if column is None:
                line.loose.append(place)
            elif column.spec is not None:
                line.cells.setdefault(column.spec.name, []).append(place)
    return line


def _pieces(segment: Segment, has_dates: bool) -> list[tuple[int, int]]:
    """A date at the beginning, text in one piece, and every number before or after it by itself."""
    date_end = beginning_date(segment.text) if has_dates else 0
    words = [
        (offset, offset + len(word.text), is_numeric(word.text))
        for word, offset in zip(segment.words, segment.offsets, strict=True)
        if offset >= date_end
    ]
    return ([(0, date_end)] if date_end else []) + _text_and_numbers(words)


def _text_and_numbers(words: Sequence[tuple[int, int, bool]]) -> list[tuple[int, int]]:
    head = 0
    while head < len(words) and words[head][2]:
        head += 1
    tail = len(words)
    while tail > head and words[tail - 1][2]:
        tail -= 1
    pieces = [(start, end) for start, end, _ in words[:head]]
    if head < tail:
        pieces.append((words[head][0], words[tail - 1][1]))
    pieces.extend((start, end) for start, end, _ in words[tail:])
    return pieces


def _cut_at_heads(
    view: PageView, header: Header, segment: Segment, pieces: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Text that runs from one text column into the next is cut where a word stands at the next one's left edge."""
    edges = [column.box.left for column in header.columns[1:] if _is_text(column)]
    cut: list[tuple[int, int]] = []
    for start, end in pieces:
        for box, offset in zip(segment.boxes[1:], segment.offsets[1:], strict=True):
            if start < offset < end and any(abs(box.left - edge) < view.char_width for edge in edges):
                cut.append((start, offset - 1))
                start = offset
        cut.append((start, end))
    return cut


def _column_for(view: PageView, header: Header, place: Place) -> Column | None:
    if is_numeric(place.text):
        numbers = [column for column in header.columns if column.spec is None or cell_kind(column.spec).is_numeric]
        near = [(_distance(view, column, place), number, column) for number, column in enumerate(numbers)]
        if near and min(near)[0] <= _NEAR:
            return min(near)[2]
    return _text_column_for(view, header, place)


def _text_column_for(view: PageView, header: Header, place: Place) -> Column | None:
    """The text column under whose head the text begins; what begins under another head (units, signs) belongs to nobody."""
    reach = place.box.left + 3 * view.char_width
    before = [column for column in header.columns if column.box.left <= reach]
    after = header.columns[len(before) :]
    if before and (_is_text(before[-1]) or before[-1].spec is None):
        return before[-1]
    if after and _is_text(after[0]) and place.box.right > after[0].box.left:
        return after[0]
    return None


def _is_text(column: Column) -> bool:
    return column.spec is not None and not cell_kind(column.spec).is_numeric


def _distance(view: PageView, column: Column, place: Place) -> float:
    """Between the nearest edges or middles, in character widths."""
    head, box = column.box, place.box
    edges = min(abs(head.left - box.left), abs(head.right - box.right), abs(head.center[0] - box.center[0]))
    if head.horizontal_overlap(box) > 0.5:
        edges = min(edges, 0.5 * view.char_width) + 0.1 * edges
    return edges / view.char_width


def group_rows(lines: Sequence[Line], columns: Sequence[FieldSpec]) -> list[list[Line]]:
    """Lines that belong to one row of the table: a line with the row's amount, and its description's further lines."""
    anchors = _anchor_columns(lines, columns)
    is_anchor = [any(name in line.cells for name in anchors) for line in lines]
    if not any(is_anchor):
        return []
    texts = [column.name for column in columns if not cell_kind(column).is_numeric]
    dates = [column.name for column in columns if cell_kind(column) is CellKind.DATE]
    bare = sum(
        1 for line, flag in zip(lines, is_anchor, strict=True) if flag and not any(name in line.cells for name in texts)
    )
    leads = bare > sum(is_anchor) / 2
    groups: list[list[Line]] = []
    pending: list[Line] = []
    for line, flag in zip(lines, is_anchor, strict=True):
        if flag:
            if not leads and not groups and _rest_of_a_row(pending):
                groups.append(pending)
            groups.append([*pending, line] if leads else [line])
            pending = []
        elif leads or not groups:
            pending.append(line)
        elif _is_close(groups[-1][-1], line) and not any(name in line.cells for name in dates):
            groups[-1].append(line)
    return groups


def _rest_of_a_row(lines: Sequence[Line]) -> bool:
    """Text above the first row that goes on in the middle of a sentence: a page break has cut it off the row before."""
    first = next((place.text for line in lines for places in line.cells.values() for place in places), "")
    return first[:1].islower()


def _is_close(before: Line, after: Line) -> bool:
    height = max(before.row.box.height, after.row.box.height)
    return after.row.box.top - before.row.box.bottom < 1.3 * height


def _anchor_columns(lines: Sequence[Line], columns: Sequence[FieldSpec]) -> list[str]:
    """The column that makes a line a row of its own: the last amount, else any number, else the first column."""
    for kind in (CellKind.AMOUNT, CellKind.NUMBER):
        named = [column.name for column in columns if cell_kind(column) is kind]
        filled = [name for name in named if any(name in line.cells for line in lines)]
        if filled:
            return [max(filled, key=lambda name: (sum(name in line.cells for line in lines), named.index(name)))]
    return [columns[0].name] if columns else []
