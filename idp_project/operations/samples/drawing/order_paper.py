"""Draws a purchase order: who orders from whom, where to deliver, the table, sums, terms, a signature."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from idp_project.operations.samples.drawing.goods_table import goods_rows
from idp_project.operations.samples.drawing.paper import HANDWRITING, Drawing
from idp_project.operations.samples.drawing.row_table import TableRows
from idp_project.operations.samples.drawing.sheet_style import SheetStyle, choose_style
from idp_project.operations.samples.drawing.sheets import GREY, Sheets
from idp_project.operations.samples.drawing.wording import order_words

if TYPE_CHECKING:
    from idp_project.operations.samples.kinds.purchase_order import PurchaseOrder


def draw_order(order: PurchaseOrder, rng: random.Random) -> Drawing:
    """A PDF of one to three pages."""
    style = choose_style(rng, order.locale)
    words = order_words(rng, order.locale.language)
    hand, parties = rng.choice(HANDWRITING), rng.choice(("beside", "boxed", "below"))
    page_count = OrderSheets(order, style, words, hand, parties, page_count=1).draw().page_count
    return OrderSheets(order, style, words, hand, parties, page_count).draw()


class OrderSheets(Sheets):
    """The pages of one order. `parties`: supplier and place of delivery beside or below each other, or in boxes."""

    def __init__(
        self,
        order: PurchaseOrder,
        style: SheetStyle,
        words: dict[str, str],
        hand: str,
        parties: str,
        page_count: int,
    ) -> None:
        super().__init__(
            order.buyer, order.locale, style, words, day=order.order_date, number=order.number, page_count=page_count
        )
        self.order, self.hand, self.parties = order, hand, parties

    def references(self) -> list[tuple[str, str]]:
        order = self.order
        rows = [("number", order.number), ("date", self.day(order.order_date))]
        rows += [("delivery", self.day(order.delivery_date)), ("supplier_number", order.supplier_number)]
        if self.style.references == "column":
            rows.append(("contact", order.buyer.contact))
        return [(self.label(key), value) for key, value in rows]

    def rows(self) -> TableRows:
        return goods_rows(self.order.lines, self.locale, self.style)

    def head(self) -> None:
        self.title()
        if self.style.references == "strip":
            self.reference_strip()
            self._supplier_and_delivery()
        else:
            top = self.y
            self.party(self.label("supplier"), self._supplier())
            after, self.y = self.y, top
            self.reference_column()
            self.y = max(after, self.y) + 4
            self.party(self.label("deliver_to"), self._place())
        self.y += 6

    def _supplier(self) -> tuple[str, ...]:
        supplier = self.order.supplier
        return (supplier.name, *supplier.address)

    def _place(self) -> tuple[str, ...]:
        return (self.words["warehouse"], *self.order.buyer.address)

    def _supplier_and_delivery(self) -> None:
        if self.parties == "below":
            self.party(self.label("supplier"), self._supplier())
            self.y += 3
            self.party(self.label("deliver_to"), self._place())
            return
        top, middle = self.y, (self.left + self.right) / 2 + 2
        inset = 2.0 if self.parties == "boxed" else 0.0
        self.y += inset
        self.party(self.label("supplier"), self._supplier(), self.left + inset)
        self.y = top + inset
        self.party(self.label("deliver_to"), self._place(), middle + inset)
        if self.parties == "boxed":
            self.y += inset
            self.paper.set_draw_color(*GREY)
            self.paper.set_line_width(0.2)
            self.paper.rect(self.left, top, middle - self.left - 2, self.y - top)
            self.paper.rect(middle, top, self.right - middle, self.y - top)

    def closing_height(self) -> float:
        return 62.0

    def closing(self) -> None:
        order, locale = self.order, self.locale
        show = locale.money if self.style.has_money_marks else locale.amount
        tax_label = f"{locale.tax_word} {locale.percent(order.tax_rate)}"
        self.sums(
            [(self.words["net"], show(order.net)), (tax_label, show(order.tax))],
            (self.words["total"], f"{locale.currency} {locale.amount(order.total)}"),
        )
        self.use(0.95)
        self.write_wrapped(self.words["terms"], self.right - self.left)
        self.y += 4
        self._signature()

    def _signature(self) -> None:
        self.paper.write_by_hand(self.hand, 17, self.left + 2, self.y, self.order.buyer.contact)
        self.line_short(self.y + 9)
        self.use(0.8, color=GREY)
        self.paper.put(self.left, self.y + 10, self.words["signed"])

    def line_short(self, y: float) -> None:
        self.paper.set_draw_color(*GREY)
        self.paper.set_line_width(0.2)
        self.paper.line(self.left, y, self.left + 62, y)
