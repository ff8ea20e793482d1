"""What credit notes, order confirmations and delivery notes have in common: goods from one firm to another."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from idp_project.operations.samples.drawing.goods_table import GoodsLine
from idp_project.operations.samples.kinds.base import Flaw, Wish, misprinted, random_day
from idp_project.operations.samples.kinds.goods_lines import Sums, make_goods_lines, make_partner, make_sums
from idp_project.operations.samples.world.companies import Company, make_company
from idp_project.operations.samples.world.identifiers import random_digits
from idp_project.operations.samples.world.locales import SampleLocale

LOCALES = ("en_GB", "de_DE", "en_US", "en_IE")


@dataclass(frozen=True)
class TradeDocument:
    """`references` are printed beside number and day, by the key of their label. `sums` is None where there are no prices;
    `total` is what is printed, which a flaw may have changed. `reason` may be empty.
    """

    kind: str
    locale: SampleLocale
    issuer: Company
    recipient: Company
    number: str
    day: date
    references: tuple[tuple[str, str | date], ...]
    lines: tuple[GoodsLine, ...]
    sums: Sums | None
    total: Decimal
    reason: str = ""

    def reference(self, key: str) -> str:
        """The reference as a label says it: a date in ISO 8601."""
        value = dict(self.references)[key]
        return value.isoformat() if isinstance(value, date) else value


def make_trade(
    rng: random.Random,
    wish: Wish,
    kind: str,
    patterns: tuple[str, ...],
    references: tuple[tuple[str, str | date], ...],
    *,
    day: date | None = None,
    has_prices: bool = True,
    reason: str = "",
) -> TradeDocument:
    """`patterns` of its number, with {} for digits."""
    locale = wish.locale
    issuer = make_company(rng, locale)
    lines = make_goods_lines(rng, wish)
    sums = make_sums(rng, lines, locale) if has_prices else None
    total = sums.total if sums else Decimal(0)
    return TradeDocument(
        kind=kind,
        locale=locale,
        issuer=issuer,
        recipient=make_partner(rng, locale, issuer),
        number=rng.choice(patterns).format(random_digits(rng, 6)),
        day=day or random_day(rng),
        references=references,
        lines=tuple(lines),
        sums=sums,
        total=misprinted(total) if wish.flaw is Flaw.WRONG_TOTAL else total,
        reason=reason,
    )


def make_order_number(rng: random.Random) -> str:
    """Makes a number as buyers give their orders."""
    return rng.choice(("PO-{}", "4500{}", "{}", "BE-{}")).format(random_digits(rng, 6))
