"""What goes in and out of made-up bank accounts."""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal

from idp_project.operations.samples.world.companies import make_company, make_shop
from idp_project.operations.samples.world.identifiers import random_digits
from idp_project.operations.samples.world.locales import SampleLocale


@dataclass(frozen=True)
class Payment:
    """`amount` in the account's currency, above 0."""

    description: str
    amount: Decimal
    is_income: bool


# (description with {shop}, {firm}, {number}; lowest and highest amount in cents)
_OUT = {
    "en": (
        ("Card payment {shop}", 480, 18_900),
        ("Card payment {shop}", 480, 18_900),
        ("Direct debit {firm}", 2_900, 64_000),
        ("Standing order rent unit {number}", 45_000, 98_000),
        ("Cash withdrawal machine {number}", 2_000, 30_000),
        ("Transfer to {firm}", 8_000, 120_000),
        ("Account fee", 450, 1_800),
    ),
    "de": (
        ("Kartenzahlung {shop}", 480, 18_900),
        ("Lastschrift {firm}", 2_900, 64_000),
        ("Dauerauftrag Miete Objekt {number}", 45_000, 98_000),
        ("Bargeldauszahlung Automat {number}", 2_000, 30_000),
        ("Überweisung an {firm}", 8_000, 120_000),
        ("Kontoführung", 450, 1_800),
    ),
}
_IN = {
    "en": (
        ("Payment from {firm}", 60_000, 420_000),
        ("Invoice {number} {firm}", 40_000, 380_000),
        ("Refund {shop}", 900, 14_000),
    ),
    "de": (
        ("Zahlungseingang {firm}", 60_000, 420_000),
        ("Rechnung {number} {firm}", 40_000, 380_000),
        ("Erstattung {shop}", 900, 14_000),
    ),
}


def choose_payment(rng: random.Random, locale: SampleLocale, *, is_income: bool) -> Payment:
    """Income where asked for, else mostly spending."""
    is_income = is_income or rng.random() < 0.18
    description, low, high = rng.choice((_IN if is_income else _OUT)[locale.language])
    text = description.format(
        shop=make_shop(rng, locale).name, firm=make_company(rng, locale).name, number=random_digits(rng, 4)
    )
    return Payment(text, Decimal(rng.randint(low, high)) / 100, is_income)
