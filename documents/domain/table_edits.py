"""What people do to rows and columns of a table, apart from where they are stored. An action gives the table as it is then."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from uuid import UUID, uuid4

from documents.domain.field_types.base import CellKind
from documents.domain.field_types.registry import cell_kind
from documents.domain.provenance import Provenance
from documents.domain.schema_spec import FieldSpec, TableSpec
from documents.domain.table_reasons import (
    CELLS_DIFFER,
    COLUMN_TAKEN_TWICE,
    COLUMN_UNKNOWN,
    NOTHING_TO_FILL,
    NOTHING_TO_PASTE,
    PASTE_TOO_WIDE,
    ROWS_GONE,
    ROWS_NOT_TOGETHER,
    TOO_MANY_ROWS,
)
from idp_project.core.errors import Conflict, InvalidInput
from idp_project.core.geometry import enclosing_box
from idp_project.core.reasons import Reason
from idp_project.core.spans import Span

MOST_ROWS = 2000


@dataclass(frozen=True)
class Cell:
    """What stands in a cell. `is_read`: `value` is the text in the column's notation; else it has yet to be read as that, and
    with `must_be` what cannot be read is refused. `place` is where it is printed."""

    text: str = ""
    value: str | None = None
    place: Provenance | None = None
    is_read: bool = True
    must_be: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.text and self.value is None

    @property
    def shown(self) -> str:
        return self.value if self.value is not None else self.text

    @classmethod
    def typed(cls, text: str) -> Cell:
        """As a person wrote it."""
        text = text.strip()
        return cls(text, is_read=not text, must_be=True)


NO_CELL = Cell()


@dataclass(frozen=True)
class Row:
    """A row; a column that is not among `cells` has nothing."""

    id: UUID = field(default_factory=uuid4)
    cells: Mapping[str, Cell] = field(default_factory=dict)

    def cell(self, column: str) -> Cell:
        return self.cells.get(column, NO_CELL)

    def having(self, **cells: Cell) -> Row:
        return replace(self, cells={**self.cells, **cells})


@dataclass(frozen=True)
class EditedTable:
    """A table under an edit."""

    spec: TableSpec
    rows: tuple[Row, ...]

    def column(self, name: str) -> FieldSpec:
        """Raises InvalidInput for a column that the table does not have."""
        found = next((column for column in self.spec.columns if column.name == name), None)
        if found is None:
            raise refused(COLUMN_UNKNOWN(table=self.spec.label, column=name), "column_unknown")
        return found

    def chosen(self, ids: Sequence[UUID]) -> list[int]:
        """The places of those rows, in order. Raises Conflict where one is gone."""
        known = {row.id: index for index, row in enumerate(self.rows)}
        if not ids or any(row_id not in known for row_id in ids):
            raise Conflict(ROWS_GONE(table=self.spec.label), code="rows_gone")
        return sorted({known[row_id] for row_id in ids})

    def place_before(self, row_id: UUID | None) -> int:
        """Where a row goes that is to stand before that one; behind the last for None."""
        return self.chosen([row_id])[0] if row_id else len(self.rows)

    def with_rows(self, rows: Sequence[Row]) -> EditedTable:
        if len(rows) > MOST_ROWS:
            raise refused(TOO_MANY_ROWS(table=self.spec.label, most=MOST_ROWS), "too_many_rows")
        return replace(self, rows=tuple(rows))


def refused(reason: Reason, code: str) -> InvalidInput:
    return InvalidInput(reason, code=code)


def rows_added(table: EditedTable, *, count: int, before: UUID | None) -> EditedTable:
    """Empty rows."""
    place = table.place_before(before)
    return table.with_rows([*table.rows[:place], *(Row() for _ in range(count)), *table.rows[place:]])


def rows_removed(table: EditedTable, *, rows: Sequence[UUID]) -> EditedTable:
    gone = set(table.chosen(rows))
    return table.with_rows([row for index, row in enumerate(table.rows) if index not in gone])


def rows_moved(table: EditedTable, *, rows: Sequence[UUID], before: UUID | None) -> EditedTable:
    """They keep their order among themselves."""
    places = table.chosen(rows)
    target = table.place_before(before)
    moved = [table.rows[index] for index in places]
    head = [row for index, row in enumerate(table.rows) if index < target and index not in places]
    tail = [row for index, row in enumerate(table.rows) if index >= target and index not in places]
    return table.with_rows([*head, *moved, *tail])


def rows_merged(table: EditedTable, *, rows: Sequence[UUID]) -> EditedTable:
    """One row of rows that follow each other: texts are joined, of other columns one value may remain."""
    places = table.chosen(rows)
    if len(places) < 2 or any(after - before != 1 for before, after in pairwise(places)):
        raise refused(ROWS_NOT_TOGETHER(), "rows_not_together")
    chosen = [table.rows[index] for index in places]
    cells = {column.name: _merged(column, chosen, places) for column in table.spec.columns}
    one = replace(
        chosen[0], cells={name: cell for name, cell in cells.items() if name in chosen[0].cells or not cell.is_empty}
    )
    return table.with_rows([*table.rows[: places[0]], one, *table.rows[places[-1] + 1 :]])


def _merged(column: FieldSpec, rows: Sequence[Row], places: Sequence[int]) -> Cell:
    filled = [
        (place, cell) for place, row in zip(places, rows, strict=True) if not (cell := row.cell(column.name)).is_empty
    ]
    cells = [cell for _, cell in filled]
    if len({cell.shown for cell in cells}) < 2:
        return cells[0] if cells else rows[0].cell(column.name)
    if cell_kind(column) is not CellKind.TEXT:
        numbers = ", ".join(str(place + 1) for place, _ in filled)
        raise refused(CELLS_DIFFER(column=column.label, rows=numbers), "cells_differ")
    return Cell(" ".join(cell.text or cell.shown for cell in cells), None, joined_place(cells), is_read=False)


def joined_place(cells: Sequence[Cell]) -> Provenance | None:
    """Around those on the page of the first that has a place."""
    placed = [cell.place for cell in cells if cell.place and cell.place.polygon]
    mine = [place for place in placed if place.page_number == placed[0].page_number]
    if not mine:
        return None
    spans = [place.span for place in mine if place.span]
    span = Span(min(one.start for one in spans), max(one.end for one in spans)) if len(spans) == len(mine) else None
    box = enclosing_box(place.polygon for place in mine if place.polygon)
    return replace(mine[0], polygon=box.to_polygon(), span=span, notes=())


def columns_remapped(
    table: EditedTable, *, columns: Mapping[str, str | None], rows: Sequence[UUID] = ()
) -> EditedTable:
    """What stood in each key goes to its column, all at once; None: nowhere. A column that gives and gets nothing is empty."""
    targets = [target for target in columns.values() if target]
    for name in (*columns, *targets):
        table.column(name)
    kept = {name for name in (column.name for column in table.spec.columns) if name not in columns}
    for target in targets:
        if targets.count(target) > 1 or (target in kept and any(not row.cell(target).is_empty for row in table.rows)):
            raise refused(COLUMN_TAKEN_TWICE(column=table.column(target).label), "column_taken_twice")
    places = set(table.chosen(rows)) if rows else set(range(len(table.rows)))
    return table.with_rows(
        [_remapped(row, columns) if index in places else row for index, row in enumerate(table.rows)]
    )


def _remapped(row: Row, columns: Mapping[str, str | None]) -> Row:
    given = {source: row.cell(source) for source in columns}
    fresh = dict.fromkeys((name for name in columns if name in row.cells), NO_CELL)
    for source, target in columns.items():
        cell = given[source]
        if target and not (cell.is_empty and target not in row.cells):
            is_moved = source != target and not cell.is_empty
            fresh[target] = replace(cell, value=None, is_read=False) if is_moved else cell
    return row.having(**fresh)


def cells_filled(
    table: EditedTable, *, column: str, text: str, rows: Sequence[UUID] = (), only_empty: bool = True
) -> EditedTable:
    """The text in this column of the rows; by default only where nothing stands."""
    table.column(column)
    places = set(table.chosen(rows)) if rows else set(range(len(table.rows)))
    return _filled(table, column, {index: Cell.typed(text) for index in places}, only_empty)


def cells_filled_down(
    table: EditedTable, *, columns: Sequence[str], rows: Sequence[UUID], only_empty: bool = False
) -> EditedTable:
    """What the first of the rows has, in the others too; it is printed where that is printed. With `only_empty` each empty
    cell takes what stands above it."""
    places = table.chosen(rows)
    if len(places) < 2:
        raise refused(ROWS_NOT_TOGETHER(), "rows_not_together")
    before = table
    for name in columns:
        table.column(name)
        wanted, last = {}, table.rows[places[0]].cell(name)
        for index in places[1:]:
            cell = table.rows[index].cell(name)
            last = cell if only_empty and not cell.is_empty else last
            wanted[index] = last
        table = _with_cells(table, name, {index: cell for index, cell in wanted.items() if not cell.is_empty})
    return _unlike(before, table)


def _filled(table: EditedTable, column: str, wanted: Mapping[int, Cell], only_empty: bool) -> EditedTable:
    free = {index: cell for index, cell in wanted.items() if not only_empty or table.rows[index].cell(column).is_empty}
    return _unlike(table, _with_cells(table, column, {i: cell for i, cell in free.items() if cell.text}))


def _with_cells(table: EditedTable, column: str, cells: Mapping[int, Cell]) -> EditedTable:
    rows = [
        row.having(**{column: cells[index]}) if index in cells and cells[index] != row.cell(column) else row
        for index, row in enumerate(table.rows)
    ]
    return table.with_rows(rows)


def _unlike(before: EditedTable, after: EditedTable) -> EditedTable:
    if before.rows == after.rows:
        raise refused(NOTHING_TO_FILL(), "nothing_to_fill")
    return after


def text_pasted(table: EditedTable, *, text: str, row: UUID | None, column: str = "") -> EditedTable:
    """Cells of a spreadsheet (columns divided by tabs, with quotation marks where a cell has lines), from that cell to the
    right and down; rows that the table lacks are added. A first line of the table's own column names says which column
    each one is; with None for `row` all rows are added behind the last."""
    lines = [[cell.strip() for cell in line] for line in csv.reader(io.StringIO(text), dialect="excel-tab")]
    lines = [line for line in lines if any(line)]
    if not lines:
        raise refused(NOTHING_TO_PASTE(), "nothing_to_paste")
    names = _named_columns(table.spec, lines[0])
    lines = lines[1:] if names else lines
    targets = names or _targets(table, column, max(len(line) for line in lines))
    start = table.place_before(row)
    rows = [*table.rows, *(Row() for _ in range(start + len(lines) - len(table.rows)))]
    for index, line in enumerate(lines, start=start):
        rows[index] = rows[index].having(**dict(_pasted(rows[index], targets, line)))
    return table.with_rows(rows)


def _pasted(row: Row, targets: Sequence[str | None], line: Sequence[str]) -> Iterator[tuple[str, Cell]]:
    """Cells that differ from what stands there; an empty one clears, as in a spreadsheet."""
    for target, text in zip(targets, line, strict=False):
        if target and text != row.cell(target).shown and not (not text and target not in row.cells):
            yield target, Cell.typed(text)


def _named_columns(spec: TableSpec, line: Sequence[str]) -> list[str | None]:
    """Which column each cell of a heading names; empty where it is not one: two names at least, and nothing else."""
    labels = {name.casefold(): column.name for column in spec.columns for name in (column.name, *column.labels)}
    found = [labels.get(cell.casefold()) for cell in line]
    named = [name for name in found if name]
    texts = [cell for cell in line if cell]
    is_heading = len(named) == len(texts) and len(set(named)) == len(named) and len(named) >= min(2, len(spec.columns))
    return found if is_heading else []


def _targets(table: EditedTable, column: str, width: int) -> list[str | None]:
    columns = [one.name for one in table.spec.columns]
    first = columns.index(table.column(column).name) if column else 0
    if width > len(columns) - first:
        label = table.spec.columns[first].label
        raise refused(PASTE_TOO_WIDE(columns=width, column=label, left=len(columns) - first), "paste_too_wide")
    return [*columns[first : first + width]]
