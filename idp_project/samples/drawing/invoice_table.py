"""Draws the line items of an invoice over as many pages as they need, with repeated headings and carried sums."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from idp_project.samples.drawing.invoice_style import InvoiceStyle
from idp_project.samples.drawing.paper import BLACK, Color, Paper

if TYPE_CHECKING:
    from idp_project.samples.kinds.invoice import Invoice, InvoiceLine

_ZEBRA: Color = (241, 243, 246)
_WHITE: Color = (255, 255, 255)
_RULE: Color = (150, 150, 150)
_PAD = 1.6  # millimetres between a cell's text and its edge

_KEPT_TOGETHER = 3  # rows that may not be parted from the sums

NextPage = Callable[[], float]


@dataclass(frozen=True)
class Column:
    """`left` and `right` edges in millimetres; numbers are set to the right edge."""

    key: str
    left: float
    right: float
    is_number: bool


class InvoiceTable:
    """All rows in order; `sum` is what the rows drawn so far add up to."""

    def __init__(self, invoice: Invoice, style: InvoiceStyle, words: dict[str, str], paper: Paper) -> None:
        self.invoice, self.style, self.words, self.paper = invoice, style, words, paper
        self.locale = invoice.locale
        self.columns = self._lay_out()
        self.sum = Decimal(0)

    def draw(self, y: float, next_page: NextPage, closing_height: float) -> float:
        """Draws from `y` on; returns where the table ends on its last page.

        The last rows stay together with what follows the table, which is `closing_height` high.
        """
        y = self._heading(y)
        last = self.invoice.lines[-_KEPT_TOGETHER:]
        for line in self.invoice.lines:
            needed = self._row_height(line) + self._carry_height()
            if line is last[0]:
                needed = sum(map(self._row_height, last)) + closing_height
            if y + needed > self.style.bottom:
                y = self._turn_page(y, next_page)
            y = self._row(y, line)
            self.sum += line.amount
        return y

    def _turn_page(self, y: float, next_page: NextPage) -> float:
        """Writes the sum so far at the foot of this page and at the head of the next."""
        self._carry(y, "carried")
        return self._carry(self._heading(next_page()), "brought")

    def _lay_out(self) -> tuple[Column, ...]:
        widths = [("position", 11.0), ("description", 0.0), ("quantity", 17.0), ("unit", 14.0)]
        widths += [("unit_price", 25.0), ("amount", 27.0)]
        if not self.style.has_unit:
            widths = [pair for pair in widths if pair[0] != "unit"]
        rest = self.style.right - self.style.margin - sum(width for _, width in widths)
        columns, x = [], self.style.margin
        for key, width in widths:
            width = width or rest
            columns.append(Column(key, x, x + width, key in ("quantity", "unit_price", "amount")))
            x += width
        return tuple(columns)

    def _use(self, *, bold: bool = False, color: Color = BLACK) -> None:
        self.paper.use(self.style.size * 0.97, bold=bold, color=color)

    def _place(self, column: Column, y: float, text: str) -> None:
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

    def _description(self, line: InvoiceLine) -> list[str]:
        self._use()
        column = self.columns[1]
        return self.paper.wrapped(line.description, column.right - column.left - 2 * _PAD)

    def _row_height(self, line: InvoiceLine) -> float:
        lines = len(self._description(line))
        return lines * self.paper.line_height + 1.5 * _PAD

    def _carry_height(self) -> float:
        self._use()
        return self.paper.line_height + 1.5 * _PAD

    def _row(self, y: float, line: InvoiceLine) -> float:
        height = self._row_height(line)
        self._frame(y, height, is_odd=line.position % 2 == 1)
        locale = self.locale
        unit_price, amount = locale.amount(line.unit_price), locale.amount(line.amount)
        texts = {
            "position": str(line.position),
            "quantity": locale.number(line.quantity),
            "unit": line.unit,
            "unit_price": unit_price,
            "amount": locale.money(line.amount) if self.style.has_money_marks else amount,
        }
        self._use()
        for column in self.columns:
            if column.key != "description":
                self._place(column, y + 0.75 * _PAD, texts[column.key])
        for number, text in enumerate(self._description(line)):
            self._place(self.columns[1], y + 0.75 * _PAD + number * self.paper.line_height, text)
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

    def _carry(self, y: float, key: str) -> float:
        self._use(bold=True)
        height = self._carry_height()
        self._use(bold=True)
        self._place(self.columns[1], y + 0.75 * _PAD, self.words[key])
        self._place(self.columns[-1], y + 0.75 * _PAD, self.locale.amount(self.sum))
        self._rule(y + height)
        return y + height
