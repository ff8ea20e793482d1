"""Till receipts: what was bought, what it cost, how it was paid."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal

from idp_project.operations.samples.drawing.receipt_paper import draw_receipt
from idp_project.operations.samples.kinds.base import (
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
from idp_project.operations.samples.world.companies import Company, make_person, make_shop
from idp_project.operations.samples.world.goods import choose_till_goods
from idp_project.operations.samples.world.identifiers import random_digits
from idp_project.operations.samples.world.locales import SampleLocale


@dataclass(frozen=True)
class ReceiptItem:
    description: str
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Receipt:
    """Prices are net; `total` is what is printed, which a flaw may have changed. `cash` is 0 where a card paid."""

    locale: SampleLocale
    merchant: Company
    merchant_name: str
    address_lines: tuple[str, ...]
    printed_at: datetime
    number: str
    till: str
    cashier: str
    items: tuple[ReceiptItem, ...]
    tax_rate: Decimal
    subtotal: Decimal
    tax: Decimal
    total: Decimal
    cash: Decimal
    card_digits: str


def make_receipt(rng: random.Random, wish: Wish) -> Receipt:
    locale = wish.locale
    merchant = make_shop(rng, locale)
    is_upper = rng.random() < 0.5 and locale.language != "de"
    items = _make_items(rng, wish)
    tax_rate = rng.choice(locale.tax_rates)
    subtotal = sum((item.amount for item in items), Decimal(0))
    tax = to_cents(subtotal * tax_rate / 100)
    total = subtotal + tax
    is_cash = rng.random() < 0.5
    return Receipt(
        locale=locale,
        merchant=merchant,
        merchant_name=merchant.name.upper() if is_upper else merchant.name,
        address_lines=tuple(line.upper() if is_upper else line for line in merchant.address),
        printed_at=datetime.combine(random_day(rng), time(rng.randint(7, 20), rng.randint(0, 59))),
        number=_make_number(rng),
        till=str(rng.randint(1, 9)),
        cashier=make_person(rng).split()[0],
        items=tuple(items),
        tax_rate=tax_rate,
        subtotal=subtotal,
        tax=tax,
        total=misprinted(total) if wish.flaw is Flaw.WRONG_TOTAL else total,
        cash=_cash_for(total) if is_cash else Decimal(0),
        card_digits=random_digits(rng, 4),
    )


def _make_items(rng: random.Random, wish: Wish) -> list[ReceiptItem]:
    count = {Size.SHORT: rng.randint(2, 4), Size.LONG: rng.randint(10, 16)}.get(wish.size, rng.randint(3, 10))
    items = []
    for good in choose_till_goods(rng, wish.locale.language, count):
        quantity = Decimal(rng.choice((1, 1, 1, 2, 2, 3, 4)))
        description = good.description.upper() if wish.locale.name == "en_MY" else good.description
        items.append(ReceiptItem(description, quantity, good.unit_price, good.unit_price * quantity))
    return items


def _make_number(rng: random.Random) -> str:
    pattern = rng.choice(("{}", "R{}", "{}-{}", "A{}/{}"))
    return pattern.format(*(random_digits(rng, size) for size in (6, 4)))


def _cash_for(total: Decimal) -> Decimal:
    note = Decimal(5) if total < 50 else Decimal(20)
    return (total // note + 1) * note


def label_receipt(receipt: Receipt) -> Labels:
    rows = [
        {
            "description": item.description,
            "quantity": number_label(item.quantity),
            "unit_price": amount_label(item.unit_price),
            "amount": amount_label(item.amount),
        }
        for item in receipt.items
    ]
    fields = {
        "merchant_name": receipt.merchant_name,
        "merchant_address": ", ".join(receipt.address_lines),
        "receipt_date": receipt.printed_at.date().isoformat(),
        "receipt_number": receipt.number,
        "subtotal": amount_label(receipt.subtotal),
        "tax": amount_label(receipt.tax),
        "total": amount_label(receipt.total),
        "currency": receipt.locale.currency,
    }
    return Labels(fields, {"line_items": rows})


KIND = Kind(
    key="receipt",
    locales=("en_GB", "en_US", "en_MY", "de_DE", "en_IE"),
    make=make_receipt,
    draw=draw_receipt,
    label=label_receipt,
    is_paged=False,
)
