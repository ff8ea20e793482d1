"""What stands on a page without a schema: tables with their cells, and key–value pairs; stored with the page as JSON.

Boxes are [left, top, right, bottom] in page coordinates. Rows and columns count from 0; a cell's last ones are included.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Box = tuple[float, float, float, float]

_SAME_BORDER = 0.02  # of the page's width: borders of columns of one table on two pages
_LOW, _HIGH = 0.7, 0.35  # a table that goes on ends below the one on a page and begins above the other on the next


@dataclass(frozen=True, slots=True)
class TableCell:
    row: int
    last_row: int
    column: int
    last_column: int
    text: str
    box: Box

    def to_list(self) -> list[Any]:
        return [self.row, self.last_row, self.column, self.last_column, self.text, list(self.box)]

    @classmethod
    def from_list(cls, data: Sequence[Any]) -> TableCell:
        row, last_row, column, last_column, text, box = data
        return cls(row, last_row, column, last_column, text, _box(box))


@dataclass(frozen=True)
class PageTable:
    """`borders` of columns from left to right, one more than columns, in fractions of the page's width; the first
    `header_rows` are titles; `is_ruled`: lines are drawn around its cells; `score` 0..1 is how sure it is a table."""

    box: Box
    borders: tuple[float, ...]
    header_rows: int
    cells: tuple[TableCell, ...]
    is_ruled: bool
    score: float

    @property
    def row_count(self) -> int:
        return 1 + max((cell.last_row for cell in self.cells), default=-1)

    @property
    def column_count(self) -> int:
        return len(self.borders) - 1

    def to_dict(self) -> dict[str, Any]:
        return {
            "box": list(self.box),
            "borders": list(self.borders),
            "header_rows": self.header_rows,
            "cells": [cell.to_list() for cell in self.cells],
            "is_ruled": self.is_ruled,
            "score": self.score,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> PageTable:
        return cls(
            _box(data["box"]),
            tuple(data["borders"]),
            data["header_rows"],
            tuple(TableCell.from_list(cell) for cell in data["cells"]),
            data["is_ruled"],
            data["score"],
        )


@dataclass(frozen=True, slots=True)
class KeyValue:
    """A label and what is written beside or below it; `score` 0..1 is how much speaks for the pair."""

    key: str
    value: str
    key_box: Box
    value_box: Box
    score: float

    def to_list(self) -> list[Any]:
        return [self.key, self.value, list(self.key_box), list(self.value_box), self.score]

    @classmethod
    def from_list(cls, data: Sequence[Any]) -> KeyValue:
        key, value, key_box, value_box, score = data
        return cls(key, value, _box(key_box), _box(value_box), score)


@dataclass(frozen=True)
class PageLayout:
    """Tables from top to bottom, pairs in reading order of their labels."""

    tables: tuple[PageTable, ...] = ()
    pairs: tuple[KeyValue, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {
            "tables": [table.to_dict() for table in self.tables],
            "pairs": [pair.to_list() for pair in self.pairs],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> PageLayout:
        return cls(
            tuple(PageTable.from_dict(table) for table in data["tables"]),
            tuple(KeyValue.from_list(pair) for pair in data["pairs"]),
        )


@dataclass(frozen=True)
class PlacedCell:
    """A cell of a table of the document: its rows are those of the whole table."""

    page: int
    cell: TableCell


@dataclass(frozen=True)
class DocumentTable:
    """A table of a document, from `first_page` to `last_page`; a header that is repeated on later pages is there once."""

    number: int
    first_page: int
    last_page: int
    header_rows: int
    row_count: int
    column_count: int
    is_ruled: bool
    score: float
    cells: tuple[PlacedCell, ...]
    boxes: tuple[tuple[int, Box], ...]

    def lines(self) -> list[list[str]]:
        """Rows of texts; a cell over several places has its text in the first of them."""
        grid = [[""] * self.column_count for _ in range(self.row_count)]
        for placed in self.cells:
            grid[placed.cell.row][placed.cell.column] = placed.cell.text
        return grid

    def pairs(self) -> Iterator[tuple[int, KeyValue]]:
        """Page, and each body cell with the title of its column."""
        titles = {}
        for placed in self.cells:
            if placed.cell.last_row < self.header_rows:
                for column in range(placed.cell.column, placed.cell.last_column + 1):
                    titles[column] = placed.cell
        for placed in self.cells:
            title = titles.get(placed.cell.column)
            if placed.cell.row >= self.header_rows and title is not None:
                cell = placed.cell
                yield placed.page, KeyValue(title.text.rstrip(" :"), cell.text, title.box, cell.box, self.score)


def join_tables(layouts: Mapping[int, PageLayout]) -> list[DocumentTable]:
    """The tables of a document by page number; one that goes on at the top of the next page is one table."""
    chains: list[list[tuple[int, PageTable]]] = []
    for number in sorted(layouts):
        for position, table in enumerate(layouts[number].tables):
            if position == 0 and chains and _goes_on(chains[-1][-1], (number, table), layouts):
                chains[-1].append((number, table))
            else:
                chains.append([(number, table)])
    return [_joined(number, chain) for number, chain in enumerate(chains, start=1)]


def _goes_on(before: tuple[int, PageTable], after: tuple[int, PageTable], layouts: Mapping[int, PageLayout]) -> bool:
    (page, upper), (next_page, lower) = before, after
    if next_page != page + 1 or layouts[page].tables[-1] is not upper or upper.column_count != lower.column_count:
        return False
    is_broken = upper.box[3] > _LOW and lower.box[1] < _HIGH
    return is_broken and all(abs(a - b) < _SAME_BORDER for a, b in zip(upper.borders, lower.borders, strict=True))


def _joined(number: int, chain: Sequence[tuple[int, PageTable]]) -> DocumentTable:
    first = chain[0][1]
    cells: list[PlacedCell] = []
    offset = 0
    for page, table in chain:
        skipped = _repeated(first, table) if table is not first else 0
        for cell in table.cells:
            if cell.row >= skipped:
                moved = offset - skipped
                cells.append(
                    PlacedCell(
                        page,
                        TableCell(
                            cell.row + moved, cell.last_row + moved, cell.column, cell.last_column, cell.text, cell.box
                        ),
                    )
                )
        offset += table.row_count - skipped
    return DocumentTable(
        number,
        chain[0][0],
        chain[-1][0],
        first.header_rows,
        offset,
        first.column_count,
        first.is_ruled,
        min(table.score for _, table in chain),
        tuple(cells),
        tuple((page, table.box) for page, table in chain),
    )


def _repeated(first: PageTable, table: PageTable) -> int:
    """How many rows at the top of a later page are the table's header again."""
    rows = max(1, first.header_rows)
    return rows if _title_texts(first, rows) == _title_texts(table, rows) else 0


def _title_texts(table: PageTable, rows: int) -> list[tuple[int, str]]:
    titles = [cell for cell in table.cells if cell.last_row < rows]
    return [(cell.column, "".join(mark for mark in cell.text.casefold() if mark.isalnum())) for cell in titles]


def _box(values: Sequence[float]) -> Box:
    left, top, right, bottom = values
    return left, top, right, bottom
