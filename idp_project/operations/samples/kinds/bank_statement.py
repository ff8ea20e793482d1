"""Statements of bank accounts: every payment with the balance after it, over one to three pages."""

from __future__ import annotations

import random
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from idp_project.operations.samples.drawing.statement_paper import draw_statement
from idp_project.operations.samples.kinds.base import Flaw, Kind, Labels, Size, Wish, amount_label, misprinted
from idp_project.operations.samples.world.companies import Company, make_bank, make_company
from idp_project.operations.samples.world.identifiers import IBAN_COUNTRIES, make_iban, random_digits
from idp_project.operations.samples.world.locales import SampleLocale
from idp_project.operations.samples.world.payments import choose_payment


@dataclass(frozen=True)
class Transaction:
    """Of `money_out` and `money_in` one is 0; `balance` is what the account holds afterwards."""

    date: date
    description: str
    money_out: Decimal
    money_in: Decimal
    balance: Decimal


@dataclass(frozen=True)
class BankStatement:
    """`closing` is what the summary prints, which a flaw may have changed. `iban` is empty if none exists."""

    locale: SampleLocale
    bank: Company
    holder: Company
    number: str
    account_number: str
    branch_code: str
    iban: str
    first_day: date
    last_day: date
    opening: Decimal
    transactions: tuple[Transaction, ...]
    closing: Decimal

    @property
    def money_out(self) -> Decimal:
        return sum((entry.money_out for entry in self.transactions), Decimal(0))

    @property
    def money_in(self) -> Decimal:
        return sum((entry.money_in for entry in self.transactions), Decimal(0))


def make_statement(rng: random.Random, wish: Wish) -> BankStatement:
    locale = wish.locale
    first_day = date(rng.choice((2025, 2026)), rng.randint(1, 12), 1)
    last_day = first_day.replace(day=monthrange(first_day.year, first_day.month)[1])
    opening = Decimal(rng.randint(80_000, 950_000)) / 100
    transactions = _make_transactions(rng, wish, opening, first_day, last_day)
    closing = transactions[-1].balance
    return BankStatement(
        locale=locale,
        bank=make_bank(rng, locale),
        holder=make_company(rng, locale),
        number=str(rng.randint(11, 240)),
        account_number=random_digits(rng, 8 if locale.country != "US" else 10),
        branch_code=_branch_code(rng, locale),
        iban=make_iban(rng, locale.country) if locale.country in IBAN_COUNTRIES else "",
        first_day=first_day,
        last_day=last_day,
        opening=opening,
        transactions=tuple(transactions),
        closing=misprinted(closing) if wish.flaw is Flaw.WRONG_TOTAL else closing,
    )


def _branch_code(rng: random.Random, locale: SampleLocale) -> str:
    first, second = random_digits(rng, 2), random_digits(rng, 2)
    return f"99000{first[0]}{second}" if locale.country == "DE" else f"00-{first}-{second}"


def _make_transactions(
    rng: random.Random, wish: Wish, opening: Decimal, first_day: date, last_day: date
) -> list[Transaction]:
    is_long = rng.random() < 0.5 if wish.size is Size.ANY else wish.size is Size.LONG
    count = rng.randint(38, 60) if is_long else rng.randint(7, 14)
    days = sorted(rng.randint(1, last_day.day) for _ in range(count))
    balance, entries = opening, []
    for position, day in enumerate(days):
        payment = choose_payment(rng, wish.locale, is_income=position in (2, count - 2) or balance < 900)
        money_in = payment.amount if payment.is_income else Decimal(0)
        money_out = Decimal(0) if payment.is_income else payment.amount
        balance += money_in - money_out
        entries.append(Transaction(first_day.replace(day=day), payment.description, money_out, money_in, balance))
    return entries


def label_statement(statement: BankStatement) -> Labels:
    fields = {
        "bank_name": statement.bank.name,
        "account_holder": statement.holder.name,
        "account_number": statement.account_number,
        "iban": statement.iban,
        "statement_number": statement.number,
        "period_start": statement.first_day.isoformat(),
        "period_end": statement.last_day.isoformat(),
        "opening_balance": amount_label(statement.opening),
        "money_in": amount_label(statement.money_in),
        "money_out": amount_label(statement.money_out),
        "closing_balance": amount_label(statement.closing),
        "currency": statement.locale.currency,
    }
    rows = [_label_transaction(entry) for entry in statement.transactions]
    return Labels({name: value for name, value in fields.items() if value}, {"transactions": rows})


def _label_transaction(entry: Transaction) -> dict[str, str]:
    amounts = {"money_out": entry.money_out, "money_in": entry.money_in}
    printed = {name: amount_label(amount) for name, amount in amounts.items() if amount}
    return {
        "date": entry.date.isoformat(),
        "description": entry.description,
        **printed,
        "balance": amount_label(entry.balance),
    }


KIND = Kind(
    key="bank_statement",
    locales=("en_GB", "en_IE", "en_US"),
    asked_locales=("de_DE",),
    make=make_statement,
    draw=draw_statement,
    label=label_statement,
    is_paged=True,
    stamps=("RECEIVED", "CHECKED"),
)
