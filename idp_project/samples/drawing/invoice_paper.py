"""Draws an invoice: letterhead, parties, references, the table over as many pages as it needs, sums, terms, footer."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from idp_project.samples.drawing.invoice_style import InvoiceStyle, choose_style
from idp_project.samples.drawing.invoice_table import InvoiceTable
from idp_project.samples.drawing.paper import BLACK, Color, Drawing, Paper
from idp_project.samples.drawing.wording import invoice_words
from idp_project.samples.world.identifiers import grouped, spaced_vat_number

if TYPE_CHECKING:
    from idp_project.samples.kinds.invoice import Invoice

_GREY: Color = (95, 95, 95)
_WHITE: Color = (255, 255, 255)


def draw_invoice(invoice: Invoice, rng: random.Random) -> Drawing:
    """A PDF of one to three pages."""
    style = choose_style(rng, invoice.locale)
    words = invoice_words(rng, invoice.locale.language)
    page_count = InvoiceSheets(invoice, style, words, page_count=1).draw().page_count
    return InvoiceSheets(invoice, style, words, page_count).draw()


class InvoiceSheets:
    """The pages of one invoice, drawn from the top down; `y` is where the next thing goes."""

    def __init__(self, invoice: Invoice, style: InvoiceStyle, words: dict[str, str], page_count: int) -> None:
        self.invoice, self.style, self.words, self.page_count = invoice, style, words, page_count
        self.locale = invoice.locale
        title = f"{words['title']} {invoice.number}"
        self.paper = Paper((style.width, style.height), style.typeface, invoice.invoice_date, title)
        self.left, self.right = style.margin, style.right
        self.y = 0.0

    def draw(self) -> Drawing:
        self.paper.add_page()
        self._letterhead()
        self._addressee_and_references()
        self._opening()
        self._footer()
        table = InvoiceTable(self.invoice, self.style, self.words, self.paper)
        self.y = table.draw(self.y, self._next_page, self._closing_height())
        self._closing()
        return self.paper.finish()

    def _next_page(self) -> float:
        """Starts a page with its running head; returns where content goes on."""
        self.paper.add_page()
        self._use(0.95, color=_GREY)
        self.paper.put(self.left, 14, self.invoice.seller.name)
        self.paper.put_right(self.right, 14, f"{self._label('number')} {self.invoice.number}")
        self._line(14 + self.paper.line_height + 1.2)
        self._footer()
        return 26.0

    # Drawing

    def _use(self, scale: float = 1.0, *, bold: bool = False, color: Color = BLACK) -> None:
        self.paper.use(self.style.size * scale, bold=bold, color=color)

    def _line(self, y: float, color: Color = _GREY, width: float = 0.2) -> None:
        self.paper.set_draw_color(*color)
        self.paper.set_line_width(width)
        self.paper.line(self.left, y, self.right, y)

    def _write(self, x: float, text: str) -> None:
        self.paper.put(x, self.y, text)
        self.y += self.paper.line_height

    def _label(self, key: str) -> str:
        return self.words[key] + (":" if self.style.has_colons else "")

    def _day(self, key: str) -> str:
        day = self.invoice.invoice_date if key == "date" else self.invoice.due_date
        return self.locale.date(day, self.style.date_pattern)

    # Parts, top down

    def _letterhead(self) -> None:
        {"band": self._band, "classic": self._classic, "centered": self._centered}[self.style.letterhead]()

    def _band(self) -> None:
        seller = self.invoice.seller
        self.paper.set_fill_color(*self.style.accent)
        self.paper.rect(0, 0, self.style.width, 27, style="F")
        self._use(2.1, bold=True, color=_WHITE)
        self.paper.put(self.left, 8.5, seller.name)
        self._use(0.85, color=_WHITE)
        for number, text in enumerate((*seller.address, seller.phone)):
            self.paper.put_right(self.right, 6.5 + number * self.paper.line_height, text)
        self.y = 38.0

    def _classic(self) -> None:
        seller = self.invoice.seller
        self._emblem(self.left, 14)
        self._use(1.7, bold=True, color=self.style.accent)
        self.paper.put(self.left + 17, 14.5, seller.name)
        self._use(0.85, color=_GREY)
        self.paper.put(self.left + 17, 21.5, f"{seller.website}  ·  {seller.email}")
        self._line(30, self.style.accent, 0.6)
        self.y = 40.0

    def _centered(self) -> None:
        seller = self.invoice.seller
        self._use(2.0, bold=True, color=self.style.accent)
        self.paper.put(self.left, 13, seller.name, self.right - self.left, "C")
        self._use(0.9, color=_GREY)
        address = "  ·  ".join((*seller.address, seller.phone))
        self.paper.put(self.left, 22.5, address, self.right - self.left, "C")
        self._line(29.0)
        self._line(29.8)
        self.y = 40.0

    def _emblem(self, x: float, y: float) -> None:
        self.paper.set_fill_color(*self.style.accent)
        self.paper.polygon([(x, y + 12), (x + 6, y), (x + 12, y + 12)], style="F")
        self.paper.set_fill_color(*_WHITE)
        self.paper.circle(x + 6, y + 8, 2.2, style="F")

    def _addressee_and_references(self) -> None:
        top = self.y
        seller, buyer = self.invoice.seller, self.invoice.buyer
        self._use(0.72, color=_GREY)
        sender = " · ".join((seller.name, *seller.address))
        for line in self.paper.wrapped(sender, self.style.width * 0.36):
            self._write(self.left, line)
        self.y += 2
        self._use(0.9, bold=True, color=self.style.accent)
        self._write(self.left, self._label("bill_to"))
        self._use(1.05)
        for line in (buyer.name, *buyer.address, buyer.country_name):
            self._write(self.left, line)
        after = self.y
        if self.style.references == "strip":
            self.y = after + 9
            self._title()
            self._reference_strip()
        else:
            self.y = top
            self._reference_column()
            self.y = max(after, self.y) + 10
            self._title()

    def _references(self) -> list[tuple[str, str]]:
        invoice = self.invoice
        rows = [("number", invoice.number), ("date", self._day("date")), ("order", invoice.order_number)]
        rows += [("customer", invoice.customer_number), ("due", self._day("due"))]
        return [(self._label(key), value) for key, value in rows]

    def _reference_column(self) -> None:
        x = self.style.width * 0.58
        rows = [*self._references(), (self._label("contact"), self.invoice.seller.contact)]
        self._use()
        values = x + max(self.paper.get_string_width(label) for label, _ in rows) + 4
        for label, value in rows:
            self._use(color=_GREY)
            self.paper.put(x, self.y, label)
            self._use()
            self.paper.put(values, self.y, value)
            self.y += self.paper.line_height * 1.18

    def _reference_strip(self) -> None:
        rows = self._references()
        width = (self.right - self.left) / len(rows)
        self.paper.set_draw_color(*_GREY)
        self.paper.set_line_width(0.2)
        for number, (label, value) in enumerate(rows):
            x = self.left + number * width
            self.paper.rect(x, self.y, width, 12)
            self._use(0.8, color=_GREY)
            self.paper.put(x + 1.8, self.y + 1.4, label)
            self._use(0.95, bold=True)
            self.paper.put(x + 1.8, self.y + 6.2, value)
        self.y += 17

    def _title(self) -> None:
        self._use(1.9, bold=True, color=self.style.accent if self.style.letterhead != "centered" else BLACK)
        self._write(self.left, self.words["title"])
        self.y += 2

    def _opening(self) -> None:
        if self.words["greeting"]:
            self._use()
            self._write(self.left, self.words["greeting"])
            self.y += 2

    def _closing_height(self) -> float:
        return 42.0 + (22.0 if self.style.bank_place == "block" else 0.0)

    def _closing(self) -> None:
        self._sums()
        self._terms()
        if self.style.bank_place == "block":
            self._bank_block()

    def _sums(self) -> None:
        invoice, locale = self.invoice, self.locale
        left = self.right - 78
        show = locale.money if self.style.has_money_marks else locale.amount
        tax_label = f"{locale.tax_word} {locale.percent(invoice.tax_rate)}"
        self.y += 3
        for label, value in ((self.words["net"], invoice.net), (tax_label, invoice.tax)):
            self._use()
            self.paper.put(left, self.y, label)
            self.paper.put_right(self.right, self.y, show(value))
            self.y += self.paper.line_height * 1.15
        self.paper.set_draw_color(*self.style.accent)
        self.paper.set_line_width(0.5)
        self.paper.line(left, self.y + 0.4, self.right, self.y + 0.4)
        self.y += 1.6
        self._use(1.2, bold=True)
        self.paper.put(left, self.y, self.words["total"])
        self.paper.put_right(self.right, self.y, f"{locale.currency} {locale.amount(invoice.total)}")
        self.y += self.paper.line_height + 6

    def _terms(self) -> None:
        self._use(0.95)
        for line in self.paper.wrapped(
            self.words["terms"].format(days=self.invoice.terms_days), self.right - self.left
        ):
            self._write(self.left, line)
        self.y += 3

    def _bank_lines(self) -> list[str]:
        seller = self.invoice.seller
        if not seller.iban:
            return [f"Account {seller.register_number}", "Routing 000000000"]
        return [f"IBAN: {grouped(seller.iban)}", f"BIC: {seller.bic}"]

    def _tax_lines(self) -> list[str]:
        seller = self.invoice.seller
        if not seller.vat_number:
            return [f"{self.words['ein']}: {seller.tax_number}"]
        number = seller.vat_number if self.style.has_colons else spaced_vat_number(seller.vat_number)
        return [f"{self.words['vat_id']}: {number}", f"{self.words['register']} {seller.register_number}"]

    def _bank_block(self) -> None:
        self._use(bold=True, color=self.style.accent)
        self._write(self.left, self.words["bank"])
        self._use()
        for line in (self.invoice.seller.name, *self._bank_lines()):
            self._write(self.left, line)

    def _footer(self) -> None:
        seller = self.invoice.seller
        columns = [[seller.name, *seller.address], [seller.phone, seller.email, seller.website], self._tax_lines()]
        if self.style.bank_place == "footer":
            columns.append([self.words["bank"], *self._bank_lines()])
        top = self.style.bottom + 5
        self._line(top)
        self._use(0.8, color=_GREY)
        widths = [max(self.paper.get_string_width(line) for line in column) for column in columns]
        gap = (self.right - self.left - sum(widths)) / (len(columns) - 1)
        x = self.left
        for column, width in zip(columns, widths, strict=True):
            for number, line in enumerate(column):
                self.paper.put(x, top + 1.6 + number * self.paper.line_height, line)
            x += width + gap
        page = self.words["page"].format(self.paper.page_no(), self.page_count)
        self.paper.put_right(self.right, self.style.height - 9, page)
