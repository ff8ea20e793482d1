"""Dividing a row that is two on the paper: by the lines that its cells are printed on, or at a place in one of its texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from uuid import UUID

from documents.domain.field_types.registry import cell_kind
from documents.domain.schema_spec import TableSpec
from documents.domain.table_edits import NO_CELL, Cell, EditedTable, Row, refused
from documents.domain.table_reasons import ROW_NOT_SPLIT
from idp_project.core.geometry import enclosing_box
from idp_project.core.page_text import Word
from idp_project.core.spans import Span

WordsOf = Callable[[Cell], Sequence[Word]]
_SAME_LINE = 0.6  # of a word's height: centres that are nearer stand on one line


def row_split(
    table: EditedTable, *, row: UUID, words_of: WordsOf, column: str = "", offset: int | None = None
) -> EditedTable:
    """Splits one row into two. `column` and `offset` (characters of the text as shown) say where its text is divided; the other
    cells are divided at the same height of the page. Without them, they are divided where the second printed row begins.

    Raises InvalidInput where nothing says where.
    """
    (index,) = table.chosen([row])
    whole = table.rows[index]
    words = {name: list(words_of(cell)) for name, cell in whole.cells.items() if not cell.is_empty}
    halves: dict[str, tuple[Cell, Cell]] = {}
    if column and offset is not None:
        table.column(column)
        halves[column] = _halves_at(whole.cell(column), offset, words.get(column, []))
        height = _height_between(*_words_at(whole.cell(column), offset, words.get(column, [])))
        if any(half.is_empty for half in halves[column]):
            raise refused(ROW_NOT_SPLIT(row=index + 1), "row_not_split")
    else:
        height = _second_row_begins(table.spec, words)
        if height is None:
            raise refused(ROW_NOT_SPLIT(row=index + 1), "row_not_split")
    for name, cell in whole.cells.items():
        if name not in halves:
            halves[name] = _halves_by_height(cell, height, words.get(name, []))
    upper = {name: first for name, (first, _) in halves.items()}
    lower = {name: second for name, (_, second) in halves.items() if not second.is_empty}
    rows = [*table.rows[:index], replace(whole, cells=upper), Row(cells=lower), *table.rows[index + 1 :]]
    return table.with_rows(rows)


def _middle(word: Word) -> float:
    return word.polygon.bounding_box.center[1]


def _lines(words: Sequence[Word]) -> list[list[Word]]:
    """Words that stand at one height, from above."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=_middle):
        near = _SAME_LINE * word.polygon.bounding_box.height
        if lines and _middle(word) - _middle(lines[-1][-1]) < near:
            lines[-1].append(word)
        else:
            lines.append([word])
    return lines


def _second_row_begins(spec: TableSpec, words: Mapping[str, Sequence[Word]]) -> float | None:
    """The height above the second line of a column of numbers; else the widest gap between printed lines."""
    for column in spec.columns:
        lines = _lines(words.get(column.name, ())) if cell_kind(column).is_numeric else []
        if len(lines) > 1:
            return _between(lines[0], lines[1])
    lines = _lines([word for own in words.values() for word in own])
    if len(lines) < 2:
        return None
    return _between(*max(pairwise(lines), key=lambda pair: _middle(pair[1][0]) - _middle(pair[0][-1])))


def _between(above: Sequence[Word], below: Sequence[Word]) -> float:
    return (max(map(_middle, above)) + min(map(_middle, below))) / 2


def _words_at(cell: Cell, offset: int, words: Sequence[Word]) -> tuple[list[Word], list[Word]]:
    """Divides the words at the offset, by counting those of the text before it."""
    count = len(cell.shown[:offset].split())
    return list(words[:count]), list(words[count:])


def _height_between(above: Sequence[Word], below: Sequence[Word]) -> float | None:
    if not above or not below:
        return None
    top, bottom = max(map(_middle, above)), min(map(_middle, below))
    return (top + bottom) / 2 if bottom > top else None


def _halves_at(cell: Cell, offset: int, words: Sequence[Word]) -> tuple[Cell, Cell]:
    above, below = _words_at(cell, offset, words)
    texts = cell.shown[:offset].strip(), cell.shown[offset:].strip()
    return _half(cell, texts[0], above), _half(cell, texts[1], below)


def _halves_by_height(cell: Cell, height: float | None, words: Sequence[Word]) -> tuple[Cell, Cell]:
    above = [word for word in words if height is None or _middle(word) < height]
    below = [word for word in words if word not in above]
    if not below:
        return cell, NO_CELL
    if not above:
        return NO_CELL, cell
    return _half(cell, " ".join(w.text for w in above), above), _half(cell, " ".join(w.text for w in below), below)


def _half(cell: Cell, text: str, words: Sequence[Word]) -> Cell:
    """Returns one half of a cell; without known words it keeps the whole cell's place."""
    place = cell.place
    if place and words:
        span = Span(min(word.span.start for word in words), max(word.span.end for word in words))
        box = enclosing_box(word.polygon for word in words)
        place = replace(place, polygon=box.to_polygon(), span=span, notes=())
    return Cell(text, None, place, is_read=not text)
