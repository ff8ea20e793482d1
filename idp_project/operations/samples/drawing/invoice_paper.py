"""Draws an invoice: parties, references, the table over as many pages as it needs, sums, terms, bank details."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from idp_project.operations.samples.drawing.goods_table import goods_rows
from idp_project.operations.samples.drawing.paper import Drawing
from idp_project.operations.samples.drawing.row_table import TableRows
from idp_project.operations.samples.drawing.sheet_style import SheetStyle, choose_style
from idp_project.operations.samples.drawing.sheets import Sheets
from idp_project.operations.samples.drawing.wording import invoice_words

if TYPE_CHECKING:
    from idp_project.operations.samples.kinds.invoice import Invoice


def draw_invoice(invoice: Invoice, rng: random.Random) -> Drawing:
    """A PDF of one to three pages."""
    style = choose_style(rng, invoice.locale)
    words = invoice_words(rng, invoice.locale.language)
    page_count = InvoiceSheets(invoice, style, words, page_count=1).draw().page_count
    return InvoiceSheets(invoice, style, words, page_count).draw()


class InvoiceSheets(Sheets):
    """The pages of one invoice."""

    def __init__(self, invoice: Invoice, style: SheetStyle, words: dict[str, str], page_count: int) -> None:
        day, number = invoice.invoice_date, invoice.number
        super().__init__(invoice.seller, invoice.locale, style, words, day=day, number=number, page_count=page_count)
        self.invoice = invoice

    def references(self) -> list[tuple[str, str]]:
        invoice = self.invoice
        rows = [("number", invoice.number), ("date", self.day(invoice.invoice_date)), ("order", invoice.order_number)]
        rows += [("customer", invoice.customer_number), ("due", self.day(invoice.due_date))]
        if self.style.references == "column":
            rows.append(("contact", invoice.seller.contact))
        return [(self.label(key), value) for key, value in rows]

    def rows(self) -> TableRows:
        return goods_rows(self.invoice.lines, self.locale, self.style)

    def head(self) -> None:
        top, buyer = self.y, self.invoice.buyer
        self.sender_line()
        self.party(self.label("bill_to"), (buyer.name, *buyer.address, buyer.country_name))
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
        if self.words["greeting"]:
            self.use()
            self.write(self.left, self.words["greeting"])
            self.y += 2

    def footer_columns(self) -> list[list[str]]:
        columns = super().footer_columns()
        if self.style.bank_place == "footer":
            columns.append([self.words["bank"], *self.bank_lines()])
        return columns

    def closing_height(self) -> float:
        return 42.0 + (22.0 if self.style.bank_place == "block" else 0.0)

    def closing(self) -> None:
        invoice, locale = self.invoice, self.locale
        show = locale.money if self.style.has_money_marks else locale.amount
        tax_label = f"{locale.tax_word} {locale.percent(invoice.tax_rate)}"
        self.sums(
            [(self.words["net"], show(invoice.net)), (tax_label, show(invoice.tax))],
            (self.words["total"], f"{locale.currency} {locale.amount(invoice.total)}"),
        )
        self.use(0.95)
        self.write_wrapped(self.words["terms"].format(days=invoice.terms_days), self.right - self.left)
        self.y += 3
        if self.style.bank_place == "block":
            self._bank_block()

    def _bank_block(self) -> None:
        self.use(bold=True, color=self.style.accent)
        self.write(self.left, self.words["bank"])
        self.use()
        for line in (self.invoice.seller.name, *self.bank_lines()):
            self.write(self.left, line)
