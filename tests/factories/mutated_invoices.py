"""Invoices of the product's generator with one thing changed: drawn with a text layer, with what is printed as their truth.

A mutation changes a Plan, from which the invoice is drawn. What is printed is the truth, also where it is odd; a document
that is no invoice to pay, or whose values contradict each other, needs a person whatever is read.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from idp_project.operations.samples.drawing.goods_table import GoodsLine
from idp_project.operations.samples.drawing.invoice_paper import InvoiceSheets
from idp_project.operations.samples.drawing.paper import Drawing
from idp_project.operations.samples.drawing.row_table import TableRows
from idp_project.operations.samples.drawing.sheet_style import SheetStyle, choose_style
from idp_project.operations.samples.drawing.wording import invoice_words
from idp_project.operations.samples.generator import Sample
from idp_project.operations.samples.kinds.base import Labels, Size, Wish, to_cents
from idp_project.operations.samples.kinds.invoice import KIND, Invoice, label_invoice, make_invoice
from idp_project.operations.samples.world.companies import Company
from idp_project.operations.samples.world.locales import LOCALES, SampleLocale

Show = Callable[[Decimal], str]


@dataclass
class Plan:
    """One invoice before it is drawn. `sums` are label and amount above the line, `total` below it; `lines` stand under them.

    `layout` is how labels and amounts of the sums stand: right, reversed, above, below, behind, sentence. `letterhead` and
    `addressee` are who stands at the top and in the address field.
    """

    invoice: Invoice
    style: SheetStyle
    words: dict[str, str]
    truth: Labels
    show: Show
    sums: list[tuple[str, str]] = field(default_factory=list)
    total: tuple[str, str] = ("", "")
    lines: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # under the title
    references: list[tuple[str, str]] = field(default_factory=list)
    edit_rows: Callable[[TableRows], TableRows] = lambda rows: rows
    layout: str = "right"
    references_layout: str = ""
    stamp: str = ""
    letterhead: Company | None = None
    addressee: Company | None = None
    has_footer: bool = True
    needs_person: bool = False

    @property
    def is_german(self) -> bool:
        return self.invoice.locale.language == "de"

    def say(self, english: str, german: str) -> str:
        return german if self.is_german else english

    def is_read_as(self, **fields: str | None) -> None:
        """What is printed for these fields; None: they are not."""
        known = self.truth.fields | {name: value for name, value in fields.items() if value is not None}
        self.truth = replace(self.truth, fields={k: v for k, v in known.items() if fields.get(k, "") is not None})

    def print_sums(self, show: Show | None = None, currency: str | None = None) -> None:
        """The sums as an invoice has them: net, tax, total with the code of its currency."""
        invoice, show = self.invoice, show or self.show
        code = invoice.locale.currency if currency is None else currency
        tax = f"{invoice.locale.tax_word} {invoice.locale.percent(invoice.tax_rate)}"
        self.sums = [(self.words["net"], show(invoice.net)), (tax, show(invoice.tax))]
        self.total = (self.words["total"], f"{code} {show(invoice.total)}".strip())

    def recount(self, lines: Sequence[GoodsLine]) -> None:
        """Other lines, with the sums that follow from them."""
        net = sum((line.amount for line in lines), Decimal(0))
        tax = to_cents(net * self.invoice.tax_rate / 100)
        self.invoice = replace(self.invoice, lines=tuple(lines), net=net, tax=tax, total=net + tax)
        self.truth = label_invoice(self.invoice)
        self.print_sums()

    def write_as(self, locale: SampleLocale) -> None:
        """Writes its amounts as that locale does."""
        self.invoice = replace(self.invoice, locale=locale)
        self.show = locale.amount
        self.print_sums()


Change = Callable[[Plan, random.Random], None]


def plan_of(seed: int, *, size: Size = Size.SHORT) -> Plan:
    """The generator's invoice of that seed, as it would be drawn unmutated."""
    rng = random.Random(f"{KIND.key}:{seed}:data")
    locale = LOCALES[random.Random(f"{KIND.key}:{seed}:locale").choice(KIND.locales)]
    invoice = make_invoice(rng, Wish(locale, size))
    drawing = random.Random(f"{KIND.key}:{seed}:drawing")
    style, words = choose_style(drawing, locale), invoice_words(drawing, locale.language)
    plan = Plan(invoice, style, words, label_invoice(invoice), locale.amount)
    plan.print_sums()
    sheets = InvoiceSheets(invoice, style, words, 1)
    plan.references = sheets.references()
    sheets.paper.discard()
    return plan


def drawn(plan: Plan, seed: int, name: str) -> Sample:
    """The plan as a file with its truth; `needs_review` where it may not be automatic."""
    pages = MutatedSheets(plan, 1).draw().page_count
    drawing: Drawing = MutatedSheets(plan, pages).draw()
    truth: dict[str, Any] = {"type": KIND.key, "first_page": 1, "last_page": drawing.page_count}
    truth |= {"fields": plan.truth.fields, "tables": plan.truth.tables}
    labels = {"seed": seed, "mutation": name, "needs_review": plan.needs_person, "sub_documents": [truth]}
    return Sample(f"{KIND.key}-{seed}-{name}.pdf", drawing.content, labels)


@dataclass(frozen=True)
class OddNotation(SampleLocale):
    """A locale that writes amounts with other marks: `group` between thousands (or lakhs), `point` before cents."""

    group: str = ","
    point: str = "."
    is_indian: bool = False

    @classmethod
    def of(cls, locale: SampleLocale, group: str, point: str, *, is_indian: bool = False) -> OddNotation:
        return cls(**vars(locale), group=group, point=point, is_indian=is_indian)

    def amount(self, value: Decimal) -> str:
        whole, cents = f"{abs(value):.2f}".split(".")
        sign = "-" if value < 0 else ""
        return f"{sign}{self._grouped(whole)}{self.point}{cents}"

    def number(self, value: Decimal) -> str:
        return f"{value.normalize():f}".replace(".", self.point)

    def _grouped(self, whole: str) -> str:
        size, head, tail = 2 if self.is_indian else 3, whole[:-3], whole[-3:]
        groups = [tail]
        while head:
            groups.insert(0, head[-size:])
            head = head[:-size]
        return self.group.join(groups)


class MutatedSheets(InvoiceSheets):
    """The pages of one plan."""

    def __init__(self, plan: Plan, page_count: int) -> None:
        super().__init__(plan.invoice, plan.style, plan.words, page_count)
        self.plan = plan
        self.issuer = plan.letterhead or plan.invoice.seller

    def references(self) -> list[tuple[str, str]]:
        return self.plan.references

    def rows(self) -> TableRows:
        return self.plan.edit_rows(super().rows())

    def head(self) -> None:
        addressee, seller = self.plan.addressee, self.invoice.buyer
        if addressee is not None:
            self.invoice = replace(self.invoice, buyer=addressee)
        super().head()
        self.invoice = replace(self.invoice, buyer=seller)
        for note in self.plan.notes:
            self.use()
            self.write(self.left, note)
        if self.plan.stamp:
            self.use(2.6, bold=True, color=(176, 30, 30))
            self.paper.put(self.style.width * 0.42, 31, self.plan.stamp)
        self.y += 2 if self.plan.notes else 0

    def reference_column(self) -> None:
        if self.plan.references_layout != "behind":
            super().reference_column()
            return
        x = self.style.width * 0.58
        for label, value in self.references():
            self.use()
            self.paper.put(x, self.y, value)
            self.use(color=(95, 95, 95))
            self.paper.put(x + self.paper.get_string_width(value) + 3, self.y, f"({label.rstrip(':')})")
            self.y += self.paper.line_height * 1.18

    def footer(self) -> None:
        if self.plan.has_footer:
            super().footer()

    def closing_height(self) -> float:
        return super().closing_height() + 8.0 * (len(self.plan.sums) + len(self.plan.lines))

    def closing(self) -> None:
        rows = [*self.plan.sums, self.plan.total]
        if self.plan.layout == "right":
            self.sums(self.plan.sums, self.plan.total)
        elif self.plan.layout == "reversed":
            self.sums([self.plan.total, *reversed(self.plan.sums[1:])], self.plan.sums[0])
        elif self.plan.layout in ("above", "below"):
            self._columns(rows)
        elif self.plan.layout == "behind":
            self._behind(rows)
        else:
            self._sentence(rows)
        for line in self.plan.lines:
            self.use()
            self.write_wrapped(line, self.right - self.left)
        self.use(0.95)
        self.write_wrapped(self.words["terms"].format(days=self.invoice.terms_days), self.right - self.left)
        self.y += 3
        if self.style.bank_place == "block":
            self._bank_block()

    def _columns(self, rows: list[tuple[str, str]]) -> None:
        """Amounts below or above their labels, side by side."""
        self.y += 4
        width = (self.right - self.left) / len(rows)
        order = (0, 1) if self.plan.layout == "above" else (1, 0)
        for part in order:
            for number, row in enumerate(rows):
                self.use(bold=part == 1)
                self.paper.put(self.left + number * width, self.y, row[part])
            self.y += self.paper.line_height * 1.2
        self.y += 4

    def _behind(self, rows: list[tuple[str, str]]) -> None:
        self.y += 4
        for label, amount in rows:
            self.use()
            self.paper.put(self.left, self.y, amount)
            self.paper.put(self.left + 40, self.y, label)
            self.y += self.paper.line_height * 1.2
        self.y += 4

    def _sentence(self, rows: list[tuple[str, str]]) -> None:
        self.y += 4
        self.use()
        self.write_wrapped("; ".join(f"{label}: {amount}" for label, amount in rows) + ".", self.right - self.left)
        self.y += 4
