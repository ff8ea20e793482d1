"""Purchase orders: what one firm orders from another, to be delivered where and by when."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from idp_project.operations.samples.drawing.goods_table import GoodsLine
from idp_project.operations.samples.drawing.order_paper import draw_order
from idp_project.operations.samples.kinds.base import Flaw, Kind, Labels, Wish, amount_label, misprinted, random_day
from idp_project.operations.samples.kinds.goods_lines import label_goods, make_goods_lines, make_partner, make_sums
from idp_project.operations.samples.world.companies import Company, make_company
from idp_project.operations.samples.world.identifiers import random_digits
from idp_project.operations.samples.world.locales import SampleLocale


@dataclass(frozen=True)
class PurchaseOrder:
    """`total` is what is printed, which a flaw may have changed."""

    locale: SampleLocale
    buyer: Company
    supplier: Company
    number: str
    supplier_number: str
    order_date: date
    delivery_date: date
    lines: tuple[GoodsLine, ...]
    tax_rate: Decimal
    net: Decimal
    tax: Decimal
    total: Decimal


def make_order(rng: random.Random, wish: Wish) -> PurchaseOrder:
    locale = wish.locale
    buyer = make_company(rng, locale)
    order_date = random_day(rng)
    lines = make_goods_lines(rng, wish)
    sums = make_sums(rng, lines, locale)
    return PurchaseOrder(
        locale=locale,
        buyer=buyer,
        supplier=make_partner(rng, locale, buyer),
        number=rng.choice(("PO-{}", "PO{}", "4500{}", "{}", "BE-{}")).format(random_digits(rng, 6)),
        supplier_number=random_digits(rng, 5),
        order_date=order_date,
        delivery_date=order_date + timedelta(days=rng.randint(5, 40)),
        lines=tuple(lines),
        tax_rate=sums.tax_rate,
        net=sums.net,
        tax=sums.tax,
        total=misprinted(sums.total) if wish.flaw is Flaw.WRONG_TOTAL else sums.total,
    )


def label_order(order: PurchaseOrder) -> Labels:
    fields = {
        "order_number": order.number,
        "order_date": order.order_date.isoformat(),
        "delivery_date": order.delivery_date.isoformat(),
        "buyer_name": order.buyer.name,
        "supplier_name": order.supplier.name,
        "net_amount": amount_label(order.net),
        "tax_amount": amount_label(order.tax),
        "total_amount": amount_label(order.total),
        "currency": order.locale.currency,
    }
    return Labels(fields, {"line_items": label_goods(order.lines)})


KIND = Kind(
    key="purchase_order",
    locales=("en_GB", "de_DE", "en_US", "en_IE"),
    make=make_order,
    draw=draw_order,
    label=label_order,
    is_paged=True,
    stamps=("APPROVED", "RECEIVED", "COPY"),
)
