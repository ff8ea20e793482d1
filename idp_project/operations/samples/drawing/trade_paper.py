"""Draws what firms send each other around an invoice: credit note, order confirmation, delivery note."""

from __future__ import annotations

import random
from datetime import date
from typing import TYPE_CHECKING

from idp_project.operations.samples.drawing.goods_table import goods_rows
from idp_project.operations.samples.drawing.paper import HANDWRITING, Drawing
from idp_project.operations.samples.drawing.row_table import TableColumn, TableRows
from idp_project.operations.samples.drawing.sheet_style import SheetStyle, choose_style
from idp_project.operations.samples.drawing.sheets import GREY, Sheets
from idp_project.operations.samples.drawing.trade_wording import trade_words

if TYPE_CHECKING:
    from idp_project.operations.samples.kinds.trade_document import TradeDocument


def draw_trade(document: TradeDocument, rng: random.Random) -> Drawing:
    """A PDF of one to three pages."""
    style = choose_style(rng, document.locale)
    words = trade_words(rng, document.kind, document.locale.language)
    hand = rng.choice(HANDWRITING)
    page_count = TradeSheets(document, style, words, hand, page_count=1).draw().page_count
    return TradeSheets(document, style, words, hand, page_count).draw()


class TradeSheets(Sheets):
    """The pages of one document; without sums it is a delivery, which somebody signs for."""

    def __init__(
        self, document: TradeDocument, style: SheetStyle, words: dict[str, str], hand: str, page_count: int
    ) -> None:
        day, number = document.day, document.number
        super().__init__(document.issuer, document.locale, style, words, day=day, number=number, page_count=page_count)
        self.document, self.hand = document, hand

    def references(self) -> list[tuple[str, str]]:
        rows: list[tuple[str, str | date]] = [("number", self.document.number), ("date", self.document.day)]
        rows += self.document.references
        return [(self.label(key), self.day(value) if isinstance(value, date) else value) for key, value in rows]

    def rows(self) -> TableRows:
        if self.document.sums:
            return goods_rows(self.document.lines, self.locale, self.style)
        columns = (
            TableColumn("position", 14.0),
            TableColumn("description", 0.0),
            TableColumn("quantity", 24.0, True),
            TableColumn("unit", 24.0),
        )
        texts = tuple(
            {
                "position": str(line.position),
                "description": line.description,
                "quantity": self.locale.number(line.quantity),
                "unit": line.unit,
            }
            for line in self.document.lines
        )
        return TableRows(columns, texts, carried=("",) * len(texts))

    def head(self) -> None:
        top, recipient = self.y, self.document.recipient
        self.sender_line()
        self.party(self.label("recipient"), (recipient.name, *recipient.address))
        after = self.y
        if self.style.references == "strip":
            self.y = after + 9
            self.title()
            self.reference_strip()
        else:
            self.y = top
            self.reference_column()
            self.y = max(after, self.y) + 10
            self.title()
        self.use()
        if self.words["greeting"]:
            self.write(self.left, self.words["greeting"])
        if self.document.reason:
            self.write(self.left, f"{self.words['reason']}: {self.document.reason}")
        self.y += 2

    def closing_height(self) -> float:
        return 46.0

    def closing(self) -> None:
        if self.document.sums:
            self._sums()
        self.y += 4
        self.use(0.95)
        self.write_wrapped(self.words["terms"], self.right - self.left)
        if not self.document.sums:
            self._signature()

    def _sums(self) -> None:
        sums, locale = self.document.sums, self.locale
        assert sums is not None
        show = locale.money if self.style.has_money_marks else locale.amount
        tax_label = f"{locale.tax_word} {locale.percent(sums.tax_rate)}"
        self.sums(
            [(self.words["net"], show(sums.net)), (tax_label, show(sums.tax))],
            (self.words["total"], f"{locale.currency} {locale.amount(self.document.total)}"),
        )

    def _signature(self) -> None:
        self.y += 4
        self.paper.write_by_hand(self.hand, 17, self.left + 2, self.y, self.document.recipient.contact)
        self.paper.set_draw_color(*GREY)
        self.paper.set_line_width(0.2)
        self.paper.line(self.left, self.y + 9, self.left + 62, self.y + 9)
        self.use(0.8, color=GREY)
        self.paper.put(self.left, self.y + 10, self.words["signed"])
