"""Invoices between firms: parties, references, line items over one to three pages, sums, terms, bank details."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from idp_project.samples.drawing.invoice_paper import draw_invoice
from idp_project.samples.kinds.base import (
    Flaw,
    Kind,
    Labels,
    Size,
    Wish,
    amount_label,
    misprinted,
    number_label,
    random_day,
    to_cents,
)
from idp_project.samples.world.companies import Company, make_company
from idp_project.samples.world.goods import Good, choose_trade_goods
from idp_project.samples.world.identifiers import random_digits
from idp_project.samples.world.locales import SampleLocale


@dataclass(frozen=True)
class InvoiceLine:
    position: int
    description: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    amount: Decimal


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
    lines: tuple[InvoiceLine, ...]
    tax_rate: Decimal
    net: Decimal
    tax: Decimal
    total: Decimal


def make_invoice(rng: random.Random, wish: Wish) -> Invoice:
    locale = wish.locale
    seller = make_company(rng, locale)
    invoice_date = random_day(rng)
    terms_days = rng.choice((14, 21, 30, 45))
    lines = _make_lines(rng, wish)
    net = sum((line.amount for line in lines), Decimal(0))
    tax_rate = rng.choice(locale.tax_rates)
    tax = to_cents(net * tax_rate / 100)
    return Invoice(
        locale=locale,
        seller=seller,
        buyer=_make_buyer(rng, locale, seller),
        number=_make_number(rng, invoice_date),
        order_number=rng.choice(("PO-{}", "{}", "4500{}", "ORD/{}")).format(random_digits(rng, 6)),
        customer_number=random_digits(rng, 5),
        invoice_date=invoice_date,
        due_date=invoice_date + timedelta(days=terms_days),
        terms_days=terms_days,
        lines=tuple(lines),
        tax_rate=tax_rate,
        net=net,
        tax=tax,
        total=misprinted(net + tax) if wish.flaw is Flaw.WRONG_TOTAL else net + tax,
    )


def _make_buyer(rng: random.Random, locale: SampleLocale, seller: Company) -> Company:
    while True:
        buyer = make_company(rng, locale)
        if buyer.email.partition("@")[2] != seller.email.partition("@")[2]:
            return buyer


def _make_number(rng: random.Random, day: date) -> str:
    pattern = rng.choice(("INV-{year}-{short}", "{year}{short}", "RE{long}", "{long}", "F{year}/{short}"))
    return pattern.format(year=day.year, short=random_digits(rng, 4), long=random_digits(rng, 7))


def _make_lines(rng: random.Random, wish: Wish) -> list[InvoiceLine]:
    is_long = rng.random() < 0.5 if wish.size is Size.ANY else wish.size is Size.LONG
    count = rng.randint(34, 58) if is_long else rng.randint(3, 9)
    goods = choose_trade_goods(rng, wish.locale.language, count)
    return [_make_line(rng, position, good) for position, good in enumerate(goods, start=1)]


def _make_line(rng: random.Random, position: int, good: Good) -> InvoiceLine:
    if good.unit in ("h", "Std"):
        quantity = Decimal(rng.randint(2, 30)) / 2
    else:
        quantity = Decimal(rng.randint(1, 4 if good.unit_price > 100 else 40))
    return InvoiceLine(
        position, good.description, quantity, good.unit, good.unit_price, to_cents(quantity * good.unit_price)
    )


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
    rows = [
        {
            "position": str(line.position),
            "description": line.description,
            "quantity": number_label(line.quantity),
            "unit_price": amount_label(line.unit_price),
            "amount": amount_label(line.amount),
        }
        for line in invoice.lines
    ]
    return Labels({name: value for name, value in fields.items() if value}, {"line_items": rows})


KIND = Kind(
    key="invoice",
    locales=("en_GB", "de_DE", "en_US", "en_IE"),
    make=make_invoice,
    draw=draw_invoice,
    label=label_invoice,
    is_paged=True,
)
