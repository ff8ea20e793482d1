"""Invoices between firms: parties, references, line items over one to three pages, sums, terms, bank details."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from idp_project.operations.samples.drawing.goods_table import GoodsLine
from idp_project.operations.samples.drawing.invoice_paper import draw_invoice
from idp_project.operations.samples.kinds.base import Flaw, Kind, Labels, Wish, amount_label, misprinted, random_day
from idp_project.operations.samples.kinds.goods_lines import label_goods, make_goods_lines, make_partner, make_sums
from idp_project.operations.samples.world.companies import Company, make_company
from idp_project.operations.samples.world.identifiers import random_digits
from idp_project.operations.samples.world.locales import SampleLocale


@dataclass(frozen=True)
class Invoice:
    """`total` is what is printed, which a flaw may have changed."""

    locale: SampleLocale
    seller: Company
    buyer: Company
    number: str
    order_number: str
    customer_number: str
    invoice_date: date
    due_date: date
    terms_days: int
    lines: tuple[GoodsLine, ...]
    tax_rate: Decimal
    net: Decimal
    tax: Decimal
    total: Decimal


def make_invoice(rng: random.Random, wish: Wish) -> Invoice:
    locale = wish.locale
    seller = make_company(rng, locale)
    invoice_date = random_day(rng)
    terms_days = rng.choice((14, 21, 30, 45))
    lines = make_goods_lines(rng, wish)
    sums = make_sums(rng, lines, locale)
    return Invoice(
        locale=locale,
        seller=seller,
        buyer=make_partner(rng, locale, seller),
        number=_make_number(rng, invoice_date),
        order_number=rng.choice(("PO-{}", "{}", "4500{}", "ORD/{}")).format(random_digits(rng, 6)),
        customer_number=random_digits(rng, 5),
        invoice_date=invoice_date,
        due_date=invoice_date + timedelta(days=terms_days),
        terms_days=terms_days,
        lines=tuple(lines),
        tax_rate=sums.tax_rate,
        net=sums.net,
        tax=sums.tax,
        total=misprinted(sums.total) if wish.flaw is Flaw.WRONG_TOTAL else sums.total,
    )


def _make_number(rng: random.Random, day: date) -> str:
    pattern = rng.choice(("INV-{year}-{short}", "{year}{short}", "RE{long}", "{long}", "F{year}/{short}"))
    return pattern.format(year=day.year, short=random_digits(rng, 4), long=random_digits(rng, 7))


def label_invoice(invoice: Invoice) -> Labels:
    fields = {
        "invoice_number": invoice.number,
        "order_number": invoice.order_number,
        "invoice_date": invoice.invoice_date.isoformat(),
        "due_date": invoice.due_date.isoformat(),
        "seller_name": invoice.seller.name,
        "buyer_name": invoice.buyer.name,
        "iban": invoice.seller.iban,
        "vat_number": invoice.seller.vat_number,
        "net_amount": amount_label(invoice.net),
        "tax_amount": amount_label(invoice.tax),
        "total_amount": amount_label(invoice.total),
        "currency": invoice.locale.currency,
    }
    return Labels({name: value for name, value in fields.items() if value}, {"line_items": label_goods(invoice.lines)})


KIND = Kind(
    key="invoice",
    locales=("en_GB", "de_DE", "en_US", "en_IE"),
    make=make_invoice,
    draw=draw_invoice,
    label=label_invoice,
    is_paged=True,
    stamps=("RECEIVED", "PAID", "POSTED"),
)
