"""Draws a receipt on till roll: one narrow page as long as its content."""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from idp_project.operations.samples.drawing.paper import Drawing, Paper
from idp_project.operations.samples.drawing.wording import receipt_words

if TYPE_CHECKING:
    from idp_project.operations.samples.kinds.receipt import Receipt, ReceiptItem

_ROLL_MM = 2000.0  # longer than any receipt; cut to length afterwards


@dataclass(frozen=True)
class ReceiptStyle:
    """One till's typography. Sizes in points, the rest in millimetres."""

    typeface: str
    width: float
    margin: float
    size: float
    leading: float
    rule: str  # the character of dividing lines, or "line" for a drawn one
    item_layout: str  # two_line, columns
    header: str  # plain, boxed, monogram
    date_pattern: str
    time_pattern: str
    has_barcode: bool
    has_money_marks: bool


def choose_style(rng: random.Random, receipt: Receipt) -> ReceiptStyle:
    typeface = rng.choice(("inconsolata", "inconsolata", "courier", "barlow-condensed"))
    size = {"inconsolata": 10.5, "courier": 9.0, "barlow-condensed": 11.0}[typeface]
    return ReceiptStyle(
        typeface=typeface,
        width=80.0,
        margin=rng.uniform(4.5, 6.5),
        size=size,
        leading=rng.uniform(1.12, 1.3),
        rule=rng.choice(("-", "=", "*", "line")),
        item_layout=rng.choice(("two_line", "columns")),
        header=rng.choice(("plain", "boxed", "monogram")),
        date_pattern=rng.choice(receipt.locale.numeric_dates),
        time_pattern=rng.choice(("%H:%M", "%H:%M:%S")) if receipt.locale.country != "US" else "%I:%M %p",
        has_barcode=rng.random() < 0.6,
        has_money_marks=rng.random() < 0.4,
    )


def draw_receipt(receipt: Receipt, rng: random.Random) -> Drawing:
    """A PDF of one page."""
    style = choose_style(rng, receipt)
    words = receipt_words(rng, receipt.locale.language)
    roll = ReceiptRoll(receipt, style, words, _ROLL_MM)
    roll.draw()
    roll.paper.discard()
    cut = ReceiptRoll(receipt, style, words, roll.y + 8)
    cut.draw()
    return cut.paper.finish()


class ReceiptRoll:
    """Draws from the top down; `y` is where the next line goes."""

    def __init__(self, receipt: Receipt, style: ReceiptStyle, words: dict[str, str], height: float) -> None:
        self.receipt, self.style, self.words = receipt, style, words
        self.locale = receipt.locale
        self.paper = Paper(
            (style.width, height), style.typeface, receipt.printed_at.date(), words["title"] or "Receipt"
        )
        self.paper.add_page()
        self.left, self.right = style.margin, style.width - style.margin
        self.y = 7.0

    def draw(self) -> None:
        self._header()
        self._reference()
        self._rule()
        self._items()
        self._rule()
        self._sums()
        self._rule()
        self._payment()
        self._footer()

    # Lines

    def _advance(self) -> None:
        self.y += self.paper.font_size * self.style.leading

    def _center(self, text: str, scale: float = 1.0, *, bold: bool = False) -> None:
        self.paper.use(self.style.size * scale, bold=bold)
        for line in self.paper.wrapped(text, self.right - self.left):
            self.paper.put(self.left, self.y, line, self.right - self.left, "C")
            self._advance()

    def _pair(self, left: str, right: str, scale: float = 1.0, *, bold: bool = False) -> None:
        self.paper.use(self.style.size * scale, bold=bold)
        self.paper.put(self.left, self.y, left)
        self.paper.put_right(self.right, self.y, right)
        self._advance()

    def _rule(self) -> None:
        self.paper.use(self.style.size)
        if self.style.rule == "line":
            self.paper.set_line_width(0.3)
            self.paper.line(self.left, self.y + 1.6, self.right, self.y + 1.6)
            self.y += 3.4
            return
        count = int((self.right - self.left) / self.paper.get_string_width(self.style.rule))
        self.paper.put(self.left, self.y, self.style.rule * count)
        self._advance()

    def _gap(self, millimetres: float) -> None:
        self.y += millimetres

    # Parts, top down

    def _header(self) -> None:
        name = self.receipt.merchant_name
        if self.style.header == "monogram":
            self._monogram(name[0])
        top = self.y
        if self.style.header == "boxed":
            self._gap(2)
        self._center(name, 1.45, bold=True)
        if self.style.header == "boxed":
            self._gap(1)
            self.paper.set_line_width(0.5)
            self.paper.rect(self.left, top, self.right - self.left, self.y - top)
            self._gap(2)
        for line in self.receipt.address_lines:
            self._center(line)
        self._center(f"{self.words['phone']}: {self.receipt.merchant.phone}")
        self._center(f"{self._tax_number_word()}: {self.receipt.merchant.tax_number}")
        self._gap(1.5)
        if self.words["title"]:
            self._center(self.words["title"], 1.1, bold=True)
            self._gap(1)

    def _monogram(self, letter: str) -> None:
        middle, radius = self.style.width / 2, 6.5
        self.paper.set_line_width(0.8)
        self.paper.circle(middle, self.y + radius, radius)
        self.paper.circle(middle, self.y + radius, radius - 1.3)
        self.paper.use(20, bold=True)
        self.paper.put(middle - radius, self.y + radius - self.paper.line_height / 2, letter, 2 * radius, "C")
        self._gap(2 * radius + 2.5)

    def _tax_number_word(self) -> str:
        return {"GB": "VAT No", "IE": "VAT No", "US": "Tax ID", "MY": "SST Reg No", "DE": "USt-IdNr."}[
            self.locale.country
        ]

    def _reference(self) -> None:
        receipt, words = self.receipt, self.words
        day = self.locale.date(receipt.printed_at.date(), self.style.date_pattern)
        clock = receipt.printed_at.strftime(self.style.time_pattern)
        self._pair(f"{words['number']} {receipt.number}", f"{words['till']} {receipt.till}")
        self._pair(f"{words['date']}: {day}", clock)
        self._pair(f"{words['cashier']}: {receipt.cashier}", "")

    def _items(self) -> None:
        if self.style.item_layout == "columns":
            self._column_headings()
        for item in self.receipt.items:
            if self.style.item_layout == "columns":
                self._item_in_columns(item)
            else:
                self._item_on_two_lines(item)

    def _column_stops(self) -> tuple[float, float, float]:
        """Left edge of the description, right edges of price and amount."""
        return self.left + 10.5, self.right - 15.5, self.right

    def _column_headings(self) -> None:
        description, price, amount = self._column_stops()
        self.paper.use(self.style.size, bold=True)
        self.paper.put(self.left, self.y, self.words["qty"])
        self.paper.put(description, self.y, self.words["item"])
        self.paper.put_right(price, self.y, self.words["price"])
        self.paper.put_right(amount, self.y, self.words["amount"])
        self._advance()
        self._gap(0.8)

    def _item_in_columns(self, item: ReceiptItem) -> None:
        description, price, amount = self._column_stops()
        self.paper.use(self.style.size)
        self.paper.put(self.left, self.y, self.locale.number(item.quantity))
        self.paper.put_right(price, self.y, self.locale.amount(item.unit_price))
        self.paper.put_right(amount, self.y, self.locale.amount(item.amount))
        for line in self.paper.wrapped(item.description, price - 12.5 - description):
            self.paper.put(description, self.y, line)
            self._advance()

    def _item_on_two_lines(self, item: ReceiptItem) -> None:
        self._pair(item.description, "")
        count = f"{self.locale.number(item.quantity)} x {self.locale.amount(item.unit_price)}"
        self._pair(f"   {count}", self.locale.amount(item.amount))

    def _money(self, value: Decimal) -> str:
        return self.locale.money(value) if self.style.has_money_marks else self.locale.amount(value)

    def _sums(self) -> None:
        receipt = self.receipt
        self._pair(self.words["subtotal"], self._money(receipt.subtotal))
        self._pair(f"{self.locale.tax_word} {self.locale.percent(receipt.tax_rate)}", self._money(receipt.tax))
        self._gap(1)
        self._pair(self.words["total"], self.locale.money(receipt.total), 1.45, bold=True)
        self._gap(0.6)

    def _payment(self) -> None:
        receipt = self.receipt
        if receipt.cash:
            self._pair(self.words["cash"], self._money(receipt.cash))
            self._pair(self.words["change"], self._money(receipt.cash - receipt.subtotal - receipt.tax))
        else:
            self._pair(self.words["card"], self._money(receipt.total))
            self._pair(f"**** **** **** {receipt.card_digits}", "")
        count = sum((item.quantity for item in receipt.items), Decimal(0))
        self._pair(f"{self.words['items_sold']}: {self.locale.number(count)}", "")

    def _footer(self) -> None:
        self._gap(3)
        for line in self.words["footer"].split("|"):
            self._center(line)
        self._center(self.receipt.merchant.website)
        if self.style.has_barcode:
            self._gap(2.5)
            code = f"{int(''.join(filter(str.isdigit, self.receipt.number))):012d}"
            self.paper.interleaved2of5(code, self.style.width / 2 - 17, self.y, w=0.85, h=9)
            self._gap(10)
