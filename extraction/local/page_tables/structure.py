"""From a region to cells: fragments of lines, the columns they cover, and which of them are one cell over several lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations, pairwise

from extraction.local.page_tables.borders import find_borders
from extraction.local.page_tables.prints import Chunk, Print, PrintedLine, PrintedPage, is_number
from extraction.local.page_tables.regions import Region

_CUT = 0.8  # characters between words that a gutter parts
_WIDER = 1.6  # times the usual gap between words of a line
_ENDS_IN_NUMBER = re.compile(r"\d[%)–-]?$")
_BEGINS_WITH_NUMBER = re.compile(r"^[($€£+–-]?\d")
_CHUNK_GAP = 1.1
_COVERED = 0.6  # of a column's width that a line drawn across has to run along to part its cells
_MOST_HEADER_LINES = 8


@dataclass
class Cell:
    """Rows and columns are first and last (both included), from 0; lines are those of the region."""

    first_line: int
    last_line: int
    first_column: int
    last_column: int
    prints: list[Print] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    first_row: int = 0
    last_row: int = 0

    @property
    def text(self) -> str:
        return " ".join(self.texts)


@dataclass(frozen=True)
class Structure:
    """The grid of a region: the borders of its columns (one more than columns), its cells, its header's rows."""

    region: Region
    edges: tuple[float, ...]
    cells: tuple[Cell, ...]
    header_rows: int


def build_structure(region: Region, page: PrintedPage) -> Structure | None:
    """None where the region has no two columns."""
    lines = page.lines(_CHUNK_GAP, region.holds)
    if len(lines) < 2:
        return None
    edges = find_borders(region, lines, page)
    if len(edges) < 3:
        return None
    return _Builder(region, lines, edges, page).build()


class _Builder:
    """One region's cells."""

    def __init__(self, region: Region, lines: Sequence[PrintedLine], edges: Sequence[float], page: PrintedPage) -> None:
        self.region, self.lines, self.edges, self.page = region, lines, edges, page
        self.columns = len(edges) - 1
        self.left, self.right = edges[0], edges[-1]

    def build(self) -> Structure:
        fragments = [self._fragments(number, line) for number, line in enumerate(self.lines)]
        header = self._header_lines(fragments)
        breaks = self._breaks(fragments, header)
        cells = self._joined(fragments, breaks)
        rows = self._rows(cells, breaks)
        header_rows = 1 + max((cell.first_row for cell in cells if cell.first_line < header), default=-1)
        return Structure(self.region, tuple(self.edges), tuple(cells), min(header_rows, rows))

    # -- fragments of lines

    def _fragments(self, number: int, line: PrintedLine) -> list[Cell]:
        groups: list[list[Print]] = [[line.prints[0]]]
        for one in line.prints[1:]:
            before = groups[-1][-1]
            if self._is_cut(before, one, line):
                groups.append([])
            groups[-1].append(one)
        groups = [group for group in groups if Chunk(tuple(group)).text]
        own = [(self._column_of(group[0]), self._column_of(group[-1])) for group in groups]
        cells = []
        for index, group in enumerate(groups):
            free = (
                own[index - 1][1] + 1 if index else 0,
                own[index + 1][0] - 1 if index + 1 < len(own) else self.columns - 1,
            )
            first, last = self._covered(group, line, free, is_alone=len(groups) == 1)
            cells.append(Cell(number, number, first, last, list(group), [Chunk(tuple(group)).text]))
        return _sorted_out(cells)

    def _is_cut(self, before: Print, after: Print, line: PrintedLine) -> bool:
        low, high = before.right - 0.3 * self.page.em, after.left + 0.3 * self.page.em
        gap = after.left - before.right
        for edge in self.edges[1:-1]:
            if low <= edge <= high and (self._has_post(edge, line.middle) or gap >= _CUT * self.page.em):
                return True
        if self._column_of(before) == self._column_of(after):
            return False
        if gap > 1.6 * self.page.em:
            return True
        if _ENDS_IN_NUMBER.search(before.text) and _BEGINS_WITH_NUMBER.match(after.text):
            return gap > 0.2 * self.page.em
        return gap > 0.5 * self.page.em and gap > _WIDER * self._usual_gap(line)

    def _usual_gap(self, line: PrintedLine) -> float:
        """Between words of a line that stand in one column or close to each other."""
        gaps = sorted(after.left - before.right for before, after in pairwise(line.prints))
        gaps = [gap for gap in gaps if gap > 0.1 * self.page.em]
        return gaps[len(gaps) // 4] if len(gaps) >= 3 else self.page.em

    def _has_post(self, edge: float, y: float) -> bool:
        return any(
            abs(post.at - edge) < 0.6 * self.page.em and post.start <= y <= post.end
            for post in self.region.rulings.down
        )

    def _column_of(self, one: Print) -> int:
        middle = (one.left + one.right) / 2
        return max(0, min(self.columns - 1, sum(edge <= middle for edge in self.edges) - 1))

    def _covered(
        self, group: Sequence[Print], line: PrintedLine, free: tuple[int, int], *, is_alone: bool
    ) -> tuple[int, int]:
        """First and last column of a fragment, within the columns that are `free` of its neighbours."""
        first, last = self._column_of(group[0]), self._column_of(group[-1])
        if self.region.is_net:
            while first > free[0] and self._is_open(first, line.middle):
                first -= 1
            while last < free[1] and self._is_open(last + 1, line.middle):
                last += 1
            return first, last
        ruled = self._rule_below(group, line)
        if ruled is not None:
            return ruled
        starts_left = group[0].left < self.edges[1] and group[0].left - self.left < 0.3 * (self.edges[1] - self.left)
        if is_alone and first == 0 and starts_left:
            return 0, 0
        return first, last

    def _is_open(self, edge: int, y: float) -> bool:
        """Whether a border that is drawn elsewhere is missing here: the cells on both sides are one."""
        at = self.edges[edge]
        is_drawn = any(abs(post.at - at) < 0.6 * self.page.em for post in self.region.rulings.down)
        return is_drawn and not self._has_post(at, y)

    def _rule_below(self, group: Sequence[Print], line: PrintedLine) -> tuple[int, int] | None:
        """Columns below a heading that a line drawn under it binds together."""
        left, right = group[0].left, group[-1].right
        for rule in self.region.rulings.across:
            is_near = 0 < rule.at - line.middle < 1.6 * self.page.line_height
            if not is_near or rule.length > 0.85 * (self.right - self.left):
                continue
            if rule.start <= left + self.page.em and right <= rule.end + self.page.em:
                middles = [(a + b) / 2 for a, b in pairwise(self.edges)]
                bound = [number for number, middle in enumerate(middles) if rule.start <= middle <= rule.end]
                if len(bound) > 1:
                    return bound[0], bound[-1]
        return None

    # -- what parts lines

    def _is_parted(self, upper: float, lower: float, first: int, last: int) -> bool:
        """Whether a line is drawn between two heights, along these columns."""
        left, right = self.edges[first], self.edges[last + 1]
        between = [rule for rule in self.region.rulings.across if upper < rule.at < lower]
        length = sum(max(0.0, min(right, rule.end) - max(left, rule.start)) for rule in between)
        return length >= _COVERED * (right - left)

    @cached_property
    def drawn_breaks(self) -> set[int]:
        """Lines before which something is drawn across most of the region."""
        return {
            number
            for number in range(1, len(self.lines))
            if self._is_parted(self.lines[number - 1].middle, self.lines[number].middle, 0, self.columns - 1)
        }

    def _header_lines(self, fragments: Sequence[Sequence[Cell]]) -> int:
        """How many lines the header has: down to the first drawn line, or to the first line of numbers."""
        numbers = [_shows_numbers(row, self.columns) for row in fragments]
        drawn = [n for n in self.drawn_breaks if n <= _MOST_HEADER_LINES and n < len(self.lines) - 1]
        for allowed in (0, 1):  # a header of years looks like numbers
            if before := [n for n in drawn if sum(numbers[:n]) <= allowed]:
                return max(before)
        numeric = next((n for n, shown in enumerate(numbers) if shown), 0)
        return numeric if numeric <= _MOST_HEADER_LINES else 1

    def _breaks(self, fragments: Sequence[Sequence[Cell]], header: int) -> set[int]:
        """Lines before which a row ends, without regard to drawn lines of single columns."""
        drawn = self.drawn_breaks
        breaks, start = set(drawn), 0
        for end in [*sorted(drawn), len(self.lines)]:
            band = fragments[start:end]
            is_header = end <= header
            if not is_header and (not self.region.is_net or _is_several_rows(band, self.columns)):
                breaks |= {start + n for n in range(1, len(band)) if not _continues(band[n - 1], band[n])}
            start = end
        if not self.region.is_net and header:
            breaks.add(header)
        return breaks

    def _joined(self, fragments: Sequence[Sequence[Cell]], breaks: set[int]) -> list[Cell]:
        cells: list[Cell] = []
        open_cells: dict[tuple[int, int], Cell] = {}
        for number, row in enumerate(fragments):
            if number in breaks:
                open_cells = {
                    key: cell
                    for key, cell in open_cells.items()
                    if self.region.is_net and not self._is_shut(cell, number) and number in self.drawn_breaks
                }
            for fragment in row:
                key = (fragment.first_column, fragment.last_column)
                above = open_cells.get(key)
                if above is not None and not self._is_shut(above, number):
                    above.last_line = number
                    above.prints += fragment.prints
                    above.texts += fragment.texts
                    continue
                open_cells = {
                    other: cell for other, cell in open_cells.items() if other[1] < key[0] or other[0] > key[1]
                }
                open_cells[key] = fragment
                cells.append(fragment)
        return cells

    def _is_shut(self, cell: Cell, number: int) -> bool:
        return self._is_parted(
            self.lines[cell.last_line].middle, self.lines[number].middle, cell.first_column, cell.last_column
        )

    # -- rows

    def _rows(self, cells: Sequence[Cell], breaks: set[int]) -> int:
        """Gives every cell its rows; their number."""
        starts = sorted({0, *breaks, *self._partial_breaks(cells)})
        row_of = [sum(start <= number for start in starts) - 1 for number in range(len(self.lines))]
        for cell in cells:
            cell.first_row, cell.last_row = row_of[cell.first_line], row_of[cell.last_line]
        if self.region.is_net:
            self._stretch(cells, row_of)
        else:
            _settle_header(cells, breaks)
        return len(starts)

    def _partial_breaks(self, cells: Sequence[Cell]) -> set[int]:
        """Lines before which at least one cell ends and another one begins below it in the same band."""
        ends: dict[int, int] = {}
        for cell in cells:
            for column in _span(cell.first_column, cell.last_column):
                ends[column] = min(ends.get(column, cell.last_line), cell.last_line)
        return {
            cell.first_line
            for cell in cells
            if any(ends[column] < cell.first_line for column in _span(cell.first_column, cell.last_column))
        }

    def _stretch(self, cells: Sequence[Cell], row_of: Sequence[int]) -> None:
        """A cell takes the rows that its drawn box takes, where nothing else stands in them."""
        taken = {
            (row, column)
            for cell in cells
            for row in _span(cell.first_row, cell.last_row)
            for column in _span(cell.first_column, cell.last_column)
        }
        middles: dict[int, list[float]] = {}
        for number, row in enumerate(row_of):
            middles.setdefault(row, []).append(self.lines[number].middle)
        for cell in cells:
            for step in (-1, 1):
                row = (cell.first_row if step < 0 else cell.last_row) + step
                while row in middles and not self._is_far(cell, row, middles, taken, step):
                    for column in _span(cell.first_column, cell.last_column):
                        taken.add((row, column))
                    cell.first_row, cell.last_row = min(cell.first_row, row), max(cell.last_row, row)
                    row += step

    def _is_far(
        self, cell: Cell, row: int, middles: dict[int, list[float]], taken: set[tuple[int, int]], step: int
    ) -> bool:
        if any((row, column) in taken for column in _span(cell.first_column, cell.last_column)):
            return True
        own = self.lines[cell.first_line].middle if step < 0 else self.lines[cell.last_line].middle
        there = min(middles[row]) if step < 0 else max(middles[row])
        return self._is_parted(min(own, there), max(own, there), cell.first_column, cell.last_column)


def _span(first: int, last: int) -> range:
    return range(first, last + 1)


def _sorted_out(cells: list[Cell]) -> list[Cell]:
    """No two fragments of a line in one column: what is there twice becomes one."""
    kept: list[Cell] = []
    for cell in cells:
        if kept and cell.first_column <= kept[-1].last_column:
            last = kept[-1]
            if cell.last_column <= last.last_column:
                last.prints += cell.prints
                last.texts = [f"{' '.join(last.texts)} {cell.text}"]
                continue
            if last.last_column > last.first_column:
                last.last_column = max(last.first_column, cell.first_column - 1)
            if cell.first_column <= last.last_column:
                cell.first_column = last.last_column + 1
        kept.append(cell)
    return kept


def _shows_numbers(row: Sequence[Cell], columns: int) -> bool:
    data = [cell for cell in row if cell.first_column > 0]
    numbers = [cell for cell in data if is_number(cell.text)]
    return len(numbers) >= max(1, 0.5 * len(data)) and len(data) >= 0.3 * (columns - 1)


def _is_several_rows(band: Sequence[Sequence[Cell]], columns: int) -> bool:
    """Numbers do not wrap: two lines that have some in the same columns are two rows."""
    filled = [
        {cell.first_column for cell in row}
        for row in band
        if _shows_numbers(row, columns) and len(row) >= 0.5 * columns
    ]
    return any(len(one & other) > 0.6 * max(len(one), len(other)) for one, other in combinations(filled, 2))


def _continues(above: Sequence[Cell], row: Sequence[Cell]) -> bool:
    """Whether a line continues the text of the one above: it begins with a small letter wherever it has something."""
    if not row or not above:
        return False
    first = {cell.first_column for cell in above}
    small = [cell for cell in row if _starts_small(cell.text)]
    if len(small) == len(row):
        return all(cell.first_column in first for cell in row)
    return len(above) == 1 and above[0].first_column == row[0].first_column and row[0] in small


def _starts_small(text: str) -> bool:
    start = text.lstrip("(")[:1]
    return start.islower() and len(text) > 2


def _settle_header(cells: Sequence[Cell], breaks: set[int]) -> None:
    """In a header without a net, what stands alone above a column takes all of the header's rows."""
    if not breaks:
        return
    end = min(breaks)
    header = [cell for cell in cells if cell.last_line < end]
    if not header:
        return
    columns = {column for cell in header for column in _span(cell.first_column, cell.last_column)}
    stacks = {
        column: sorted((c for c in header if c.first_column <= column <= c.last_column), key=lambda c: c.first_line)
        for column in columns
    }
    depth = max(len(stack) for stack in stacks.values())
    for stack in stacks.values():
        for position, cell in enumerate(stack):
            is_last = position == len(stack) - 1
            cell.first_row = position
            cell.last_row = depth - 1 if is_last else position
    rest = min((cell.first_row for cell in cells if cell.first_line >= end), default=depth)
    for cell in cells:
        if cell.first_line >= end:
            cell.first_row += depth - rest
            cell.last_row += depth - rest
