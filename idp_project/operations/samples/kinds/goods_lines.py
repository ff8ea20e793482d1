"""Lines of goods between firms, with their labels: what invoices and purchase orders have in common."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from idp_project.operations.samples.drawing.goods_table import GoodsLine
from idp_project.operations.samples.kinds.base import Size, Wish, amount_label, number_label, to_cents
from idp_project.operations.samples.world.companies import Company, make_company
from idp_project.operations.samples.world.goods import Good, choose_trade_goods
from idp_project.operations.samples.world.locales import SampleLocale


@dataclass(frozen=True)
class Sums:
    """What lines come to."""

    tax_rate: Decimal
    net: Decimal
    tax: Decimal

    @property
    def total(self) -> Decimal:
        return self.net + self.tax


def make_goods_lines(rng: random.Random, wish: Wish) -> list[GoodsLine]:
    """A few, or enough to take two to three pages."""
    is_long = rng.random() < 0.5 if wish.size is Size.ANY else wish.size is Size.LONG
    count = rng.randint(34, 58) if is_long else rng.randint(3, 9)
    goods = choose_trade_goods(rng, wish.locale.language, count)
    return [_make_line(rng, position, good) for position, good in enumerate(goods, start=1)]


def _make_line(rng: random.Random, position: int, good: Good) -> GoodsLine:
    if good.unit in ("h", "Std"):
        quantity = Decimal(rng.randint(2, 30)) / 2
    else:
        quantity = Decimal(rng.randint(1, 4 if good.unit_price > 100 else 40))
    return GoodsLine(
        position, good.description, quantity, good.unit, good.unit_price, to_cents(quantity * good.unit_price)
    )


def make_sums(rng: random.Random, lines: Sequence[GoodsLine], locale: SampleLocale) -> Sums:
    net = sum((line.amount for line in lines), Decimal(0))
    tax_rate = rng.choice(locale.tax_rates)
    return Sums(tax_rate, net, to_cents(net * tax_rate / 100))


def make_partner(rng: random.Random, locale: SampleLocale, company: Company) -> Company:
    """Another firm than `company`, of another family name too."""
    while True:
        partner = make_company(rng, locale)
        if partner.email.partition("@")[2] != company.email.partition("@")[2]:
            return partner


def label_goods(lines: Sequence[GoodsLine]) -> list[dict[str, str]]:
    """The rows of the table `line_items`."""
    return [
        {
            "position": str(line.position),
            "description": line.description,
            "quantity": number_label(line.quantity),
            "unit_price": amount_label(line.unit_price),
            "amount": amount_label(line.amount),
        }
        for line in lines
    ]
