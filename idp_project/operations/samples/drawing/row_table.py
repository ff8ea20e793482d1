"""Draws a table over as many pages as it needs, with repeated headings and sums carried from page to page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from idp_project.operations.samples.drawing.paper import BLACK, Color, Paper
from idp_project.operations.samples.drawing.sheet_style import SheetStyle

_ZEBRA: Color = (241, 243, 246)
_WHITE: Color = (255, 255, 255)
_RULE: Color = (150, 150, 150)
_PAD = 1.6  # millimetres between a cell's text and its edge

_KEPT_TOGETHER = 3  # rows that may not be parted from what follows the table

NextPage = Callable[[], float]


@dataclass(frozen=True)
class TableColumn:
    """`width` in millimetres, 0 for what the others leave; numbers are set to the right edge."""

    key: str
    width: float
    is_number: bool = False


@dataclass(frozen=True)
class TableRows:
    """What a table says: texts by column key, one row per line, and after each row what is carried to a next page.

    The last column holds what is carried; `wrapped` is the column that may take several lines. `opening`, where there is
    one, is printed above the first row as if it had been carried from a page before.
    """

    columns: tuple[TableColumn, ...]
    lines: tuple[dict[str, str], ...]
    carried: tuple[str, ...]
    wrapped: str = "description"
    opening: str = ""


@dataclass(frozen=True)
class _Column:
    """`left` and `right` edges in millimetres."""

    key: str
    left: float
    right: float
    is_number: bool


class RowTable:
    """All rows in order."""

    def __init__(self, rows: TableRows, style: SheetStyle, words: dict[str, str], paper: Paper) -> None:
        self.rows, self.style, self.words, self.paper = rows, style, words, paper
        self.columns = self._lay_out()
        self.text_column = next(column for column in self.columns if column.key == rows.wrapped)

    def draw(self, y: float, next_page: NextPage, closing_height: float) -> float:
        """Draws from `y` on; returns where the table ends on its last page.

        The last rows stay together with what follows the table, which is `closing_height` high.
        """
        y = self._heading(y)
        if self.rows.opening:
            y = self._carry(y, "brought", self.rows.opening)
        lines = self.rows.lines
        last = len(lines) - _KEPT_TOGETHER
        for number, line in enumerate(lines):
            needed = self._row_height(line) + self._carry_height()
            if number == max(0, last):
                needed = sum(map(self._row_height, lines[number:])) + closing_height
            if y + needed > self.style.bottom:
                y = self._turn_page(y, next_page, self.rows.carried[number - 1] if number else self.rows.opening)
            y = self._row(y, number, line)
        return y

    def _turn_page(self, y: float, next_page: NextPage, carried: str) -> float:
        """Writes the sum so far at the foot of this page and at the head of the next."""
        if not carried:
            return self._heading(next_page())
        self._carry(y, "carried", carried)
        return self._carry(self._heading(next_page()), "brought", carried)

    def _lay_out(self) -> tuple[_Column, ...]:
        rest = self.style.right - self.style.margin - sum(column.width for column in self.rows.columns)
        columns, x = [], self.style.margin
        for column in self.rows.columns:
            width = column.width or rest
            columns.append(_Column(column.key, x, x + width, column.is_number))
            x += width
        return tuple(columns)

    def _use(self, *, bold: bool = False, color: Color = BLACK) -> None:
        self.paper.use(self.style.size * 0.97, bold=bold, color=color)

    def _place(self, column: _Column, y: float, text: str) -> None:
        if column.is_number:
            self.paper.put_right(column.right - _PAD, y, text)
        else:
            self.paper.put(column.left + _PAD, y, text)

    def _heading(self, y: float) -> float:
        is_dark = self.style.table != "ruled"
        self._use(bold=True, color=_WHITE if is_dark else BLACK)
        height = self.paper.line_height + 2 * _PAD
        if is_dark:
            self.paper.set_fill_color(*self.style.accent)
            self.paper.rect(self.style.margin, y, self.style.right - self.style.margin, height, style="F")
        else:
            self._rule(y, 0.4)
            self._rule(y + height, 0.4)
        for column in self.columns:
            self._place(column, y + _PAD, self.words[column.key])
        return y + height

    def _rule(self, y: float, width: float = 0.15) -> None:
        self.paper.set_draw_color(*_RULE)
        self.paper.set_line_width(width)
        self.paper.line(self.style.margin, y, self.style.right, y)

    def _wrapped(self, line: dict[str, str]) -> list[str]:
        self._use()
        return self.paper.wrapped(line[self.rows.wrapped], self.text_column.right - self.text_column.left - 2 * _PAD)

    def _row_height(self, line: dict[str, str]) -> float:
        return len(self._wrapped(line)) * self.paper.line_height + 1.5 * _PAD

    def _carry_height(self) -> float:
        self._use()
        return self.paper.line_height + 1.5 * _PAD

    def _row(self, y: float, number: int, line: dict[str, str]) -> float:
        height = self._row_height(line)
        self._frame(y, height, is_odd=number % 2 == 0)
        self._use()
        for column in self.columns:
            if column is not self.text_column and line.get(column.key):
                self._place(column, y + 0.75 * _PAD, line[column.key])
        for position, text in enumerate(self._wrapped(line)):
            self._place(self.text_column, y + 0.75 * _PAD + position * self.paper.line_height, text)
        return y + height

    def _frame(self, y: float, height: float, *, is_odd: bool) -> None:
        if self.style.table == "zebra":
            if not is_odd:
                self.paper.set_fill_color(*_ZEBRA)
                self.paper.rect(self.style.margin, y, self.style.right - self.style.margin, height, style="F")
            return
        self._rule(y + height)
        if self.style.table == "grid":
            for column in self.columns:
                self.paper.line(column.left, y, column.left, y + height)
            self.paper.line(self.style.right, y, self.style.right, y + height)

    def _carry(self, y: float, key: str, text: str) -> float:
        self._use(bold=True)
        height = self._carry_height()
        self._use(bold=True)
        self._place(self.text_column, y + 0.75 * _PAD, self.words[key])
        self._place(self.columns[-1], y + 0.75 * _PAD, text)
        self._rule(y + height)
        return y + height
