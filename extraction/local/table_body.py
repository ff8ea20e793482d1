"""The body of a table under its header: words go to columns, lines to rows, until the totals begin."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise

from documents.domain.dates import beginning_date
from documents.domain.field_types.base import CellKind
from documents.domain.field_types.registry import cell_kind
from documents.domain.numbers import has_decimals, is_numeric
from documents.domain.schema_spec import FieldSpec
from documents.domain.words import phrase_pattern
from extraction.local.page_view import PageView, Place, Row, Segment
from extraction.local.table_end import CARRIED, ends_body, is_head_of_taxes
from extraction.local.table_header import Column, Header

_LARGEST_GAP = 7.0  # line heights without anything: the table has ended
SIGNED = "±"  # the cells of a column whose sign tells where they belong
_CLEARLY = 0.2  # line heights that one gap is wider than the next
_DATE_REACH = 10.0  # character widths that a date may begin left of its head
_YEAR = re.compile(r"(?:19|20)\d{2}")
_NEAR = 7.0  # character widths between a number and the edge of its column
_ENOUGH = 0.4  # of the lines that the fullest column of amounts is in
_UNDER = 1.5  # character widths between the edges of a text and of its head


@dataclass
class Line:
    """One printed line of the body: the places that each column has in it."""

    row: Row
    cells: dict[str, list[Place]] = field(default_factory=dict)
    loose: list[Place] = field(default_factory=list)

    def has_any(self, columns: Sequence[str]) -> bool:
        return any(name in self.cells for name in columns)


Proof = Callable[[Line], bool]


def read_body(view: PageView, header: Header, end_row: int, proves_itself: Proof) -> list[Line]:
    """Lines between the header and `end_row` (exclusive), or the first total, or a wide gap. Below a total it continues at a
    line that `proves_itself` to be a row.

    A line that carries a sum over from the page before is passed over; one that carries it to the next page ends the table.
    """
    lines: list[Line] = []
    carried = phrase_pattern(view.words, *CARRIED)
    bottom = view.rows[header.last_row].box.bottom
    rows = view.rows[header.last_row + 1 : end_row]
    for number, row in enumerate(rows):
        if row.box.top - bottom > _LARGEST_GAP * view.line_height and lines:
            break
        bottom = row.box.bottom
        if carried.search(row.text):
            if lines:
                break
            continue
        if ends_body(view, row, header.columns):
            if lines and (more := _lines_below(view, rows[number + 1 :], header, proves_itself)):
                return [*lines, *more]
            break
        lines.append(_read_line(view, row, header))
    return lines


def _lines_below(view: PageView, rows: Sequence[Row], header: Header, proves_itself: Proof) -> list[Line]:
    """The lines from the first one below a sum that is surely a row: the sum was that of a group."""
    for row in rows:
        if is_head_of_taxes(row, view.words):
            return []
        line = _read_line(view, row, header)
        if proves_itself(line):
            return read_body(view, replace(header, last_row=row.index - 1), rows[-1].index + 1, proves_itself)
    return []


def _read_line(view: PageView, row: Row, header: Header) -> Line:
    line = Line(row)
    dates = [column for column in header.columns if column.spec and cell_kind(column.spec) is CellKind.DATE]
    taken: list[_Taken] = []
    for segment in row.segments:
        pieces = _pieces(segment, any(_begins_under(view, segment, column) for column in dates))
        has_text = any(not is_numeric(segment.text[start:end]) for start, end in pieces)
        for start, end in _cut_at_heads(view, header, segment, pieces):
            place = segment.place(start, end)
            taken.append(_Taken(place, _column_for(view, header, place), has_text))
    for item in _with_numbers_in_texts(view, header, _one_number_a_column(view, taken)):
        if item.column is None:
            line.loose.append(item.place)
        elif item.column.spec is not None:
            line.cells.setdefault(item.column.spec.name, []).append(item.place)
        elif item.column.is_signed:
            line.cells.setdefault(SIGNED, []).append(item.place)
    return line


def _begins_under(view: PageView, segment: Segment, column: Column) -> bool:
    reach = _DATE_REACH * view.char_width
    return column.box.left - reach <= segment.box.left <= column.box.right + view.char_width


@dataclass(frozen=True)
class _Taken:
    """A piece of a line and the column it fell to; `has_text`: words stand close beside it."""

    place: Place
    column: Column | None
    has_text: bool


def _one_number_a_column(view: PageView, taken: Sequence[_Taken]) -> list[_Taken]:
    """Of several numbers in one column the one that stands by itself and nearest to the head; the others, if words stand
    close beside them, are part of the text ("chain 10"), else of no column.
    """
    settled = []
    for item in taken:
        rivals = [other for other in taken if other.column is item.column and is_numeric(other.place.text)]
        if item.column is None or not is_numeric(item.place.text) or len(rivals) < 2 or not _takes_numbers(item.column):
            settled.append(item)
            continue
        best = min(rivals, key=partial(_strangeness, view, item.column))
        if item is best:
            settled.append(item)
        else:
            settled.append(replace(item, column=_column_of_text_before(taken, item) if item.has_text else None))
    return settled


def _strangeness(view: PageView, column: Column, item: _Taken) -> tuple[bool, bool, float]:
    """How little a number looks like the column's own: beside words, without decimals where amounts stand, far away."""
    is_of_amounts = column.spec is not None and cell_kind(column.spec) is CellKind.AMOUNT
    return item.has_text, is_of_amounts and not has_decimals(item.place.text), _distance(view, column, item.place)


def _column_of_text_before(taken: Sequence[_Taken], item: _Taken) -> Column | None:
    """Of the words that a number follows in its line, although it ends under the next head: "lamp E27 8W"."""
    before = [
        other for other in taken if other.place.box.left < item.place.box.left and not is_numeric(other.place.text)
    ]
    column = max(before, key=lambda other: other.place.box.left).column if before else None
    return column if column and _is_text(column) else None


def _with_numbers_in_texts(view: PageView, header: Header, taken: Sequence[_Taken]) -> list[_Taken]:
    """A whole number behind words, under no head and alone in its line, is part of a text that was wrapped: "chain 10"."""
    numbers = [item for item in taken if is_numeric(item.place.text)]
    if len(numbers) != 1 or numbers[0].column is None or not numbers[0].has_text:
        return list(taken)
    number, head = numbers[0].place, numbers[0].column.box
    if has_decimals(number.text) or head.horizontal_overlap(number.box) > 0 or number is taken[0].place:
        return list(taken)
    text = _text_column_for(view, header, number)
    return [replace(item, column=text) if item is numbers[0] and text else item for item in taken]


def _takes_numbers(column: Column) -> bool:
    return column.is_signed or (column.spec is not None and cell_kind(column.spec).is_numeric)


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
    if _YEAR.fullmatch(place.text) and (date := _date_column_over(header, place)):
        return date
    if is_numeric(place.text) and not _begins_a_text(view, header, place):
        numbers = [column for column in header.columns if column.spec is None or cell_kind(column.spec).is_numeric]
        near = [(_distance(view, column, place), number, column) for number, column in enumerate(numbers)]
        if near and min(near)[0] <= _NEAR:
            return min(near)[2]
    return _text_column_for(view, header, place)


def _begins_a_text(view: PageView, header: Header, place: Place) -> bool:
    """A number at the left edge of the texts, under no head of numbers: "12 x 1,0 l", "2 nights"."""
    edge = _UNDER * view.char_width
    if not any(_is_text(column) and abs(column.box.left - place.box.left) < edge for column in header.columns):
        return False
    return not any(not _is_text(column) and column.box.horizontal_overlap(place.box) > 0.3 for column in header.columns)


def _date_column_over(header: Header, place: Place) -> Column | None:
    """The column of dates that a year stands under: the rest of a date that is printed on two lines."""
    return next(
        (
            column
            for column in header.columns
            if column.spec
            and cell_kind(column.spec) is CellKind.DATE
            and abs(column.box.left - place.box.left) < column.box.width
        ),
        None,
    )


def _text_column_for(view: PageView, header: Header, place: Place) -> Column | None:
    """The text column under whose head the text begins; what begins under another head (units, signs) belongs to nobody."""
    reach = place.box.left + 3 * view.char_width
    before = [column for column in header.columns if column.box.left <= reach]
    after = header.columns[len(before) :]
    if before and (_is_text(before[-1]) or before[-1].spec is None):
        return before[-1]
    if after and _is_text(after[0]) and (place.box.right > after[0].box.left or not before):
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
    if above := lines_above_amounts(lines, is_anchor, texts):
        return _groups_around(lines, is_anchor, above)
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
        elif _is_close(groups[-1][-1], line) and not _is_dated_line(line, dates):
            groups[-1].append(line)
    return groups


def _is_dated_line(line: Line, dates: Sequence[str]) -> bool:
    """A line with a date of its own, not with the year of the one above it."""
    places = [place for name in dates for place in line.cells.get(name, ())]
    return any(not _YEAR.fullmatch(place.text) for place in places)


def lines_above_amounts(lines: Sequence[Line], is_anchor: Sequence[bool], texts: Sequence[str]) -> dict[int, int]:
    """By the index of each line with an amount: how many lines above it begin its description, where descriptions stand around
    their amounts. Empty where they do not.

    Between two amounts are then the lines that end the one and those that begin the other: as many as stand above the
    first and below the last amount of the table together. A heading above the first one does not do that.
    """
    anchors = [index for index, flag in enumerate(is_anchor) if flag]
    above, below = anchors[0], _close_below(lines, anchors[-1])
    between = [after - before - 1 for before, after in pairwise(anchors)]
    if not above or not between or any(not lines[index].has_any(texts) for index in anchors):
        return {}
    if sorted(between)[len(between) // 2] < above + max(1, below):
        return {}
    found = {anchors[0]: above}
    for before, after in pairwise(anchors):
        found[after] = after - _boundary(lines, before, after, above)
    return found


def _close_below(lines: Sequence[Line], anchor: int) -> int:
    count = 0
    for before, after in pairwise(lines[anchor:]):
        if not _is_close(before, after):
            break
        count += 1
    return count


def _boundary(lines: Sequence[Line], before: int, after: int, above: int) -> int:
    """The index of the first line between two amounts that belongs to the lower one: below the widest gap where one is wider
    than the others, else as many lines as stand above the first amount.
    """
    gaps = [
        (lines[index].row.box.top - lines[index - 1].row.box.bottom, index) for index in range(before + 1, after + 1)
    ]
    widest, second = sorted(gaps, reverse=True)[:2] if len(gaps) > 1 else (gaps[0], (0.0, 0))
    height = lines[after].row.box.height
    if widest[0] - second[0] > _CLEARLY * height:
        return widest[1]
    return max(before + 1, after - above)


def _groups_around(lines: Sequence[Line], is_anchor: Sequence[bool], above: dict[int, int]) -> list[list[Line]]:
    starts = sorted(index - count for index, count in above.items())
    ends = [*starts[1:], len(lines)]
    groups = []
    for start, end in zip(starts, ends, strict=True):
        group = [lines[start]]
        for line in lines[start + 1 : end]:
            if end == len(lines) and not _is_close(group[-1], line):
                break
            group.append(line)
        groups.append(group)
    return groups


def _rest_of_a_row(lines: Sequence[Line]) -> bool:
    """Text above the first row that goes on in the middle of a sentence: a page break has cut it off the row before."""
    first = next((place.text for line in lines for places in line.cells.values() for place in places), "")
    return first[:1].islower()


def _is_close(before: Line, after: Line) -> bool:
    height = max(before.row.box.height, after.row.box.height)
    return after.row.box.top - before.row.box.bottom < 1.3 * height


def _anchor_columns(lines: Sequence[Line], columns: Sequence[FieldSpec]) -> list[str]:
    """The column that makes a line a row of its own: the last amount, unless another amount is in far more lines; else any
    number, else the first column.
    """
    for kind in (CellKind.AMOUNT, CellKind.NUMBER):
        named = [column.name for column in columns if cell_kind(column) is kind]
        filled = {name: count for name in named if (count := sum(name in line.cells for line in lines))}
        if filled:
            most = max(filled.values())
            return [next(name for name in reversed(named) if filled.get(name, 0) >= _ENOUGH * most)]
    return [columns[0].name] if columns else []
