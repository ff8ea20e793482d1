"""How numbers, dates and money are written in each locale, which taxes it has and on what paper it writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel.dates import format_date as babel_date
from babel.numbers import format_decimal


@dataclass(frozen=True)
class SampleLocale:
    """One locale. `date_patterns` are CLDR patterns, `tax_rates` in percent, `currency_mark` as printed before amounts.

    `numeric_dates` are those of `date_patterns` that are digits only, as tills print them.
    """

    name: str
    language: str
    country: str
    currency: str
    currency_mark: str
    tax_rates: tuple[Decimal, ...]
    tax_word: str
    date_patterns: tuple[str, ...]
    numeric_dates: tuple[str, ...]
    paper: str  # of letters: "A4" or "letter"

    def amount(self, value: Decimal) -> str:
        """Two decimals with grouping, without a currency."""
        return format_decimal(value, format="#,##0.00", locale=self.name)

    def money(self, value: Decimal) -> str:
        """The amount with its currency mark where the country puts it."""
        if self.language == "de":
            return f"{self.amount(value)} {self.currency_mark}"
        space = " " if self.currency_mark.isalpha() else ""
        return f"{self.currency_mark}{space}{self.amount(value)}"

    def number(self, value: Decimal) -> str:
        """Formats a number with as many decimals as the value has."""
        return format_decimal(value, format="#,##0.###", locale=self.name)

    def percent(self, value: Decimal) -> str:
        return f"{format_decimal(value, format='0.##', locale=self.name)} %" if self.language == "de" else f"{value}%"

    def date(self, value: date, pattern: str) -> str:
        return babel_date(value, format=pattern, locale=self.name)


LOCALES: dict[str, SampleLocale] = {
    locale.name: locale
    for locale in (
        SampleLocale(
            name="en_GB",
            language="en",
            country="GB",
            currency="GBP",
            currency_mark="£",
            tax_rates=(Decimal(20),),
            tax_word="VAT",
            date_patterns=("d MMMM y", "dd/MM/y", "d MMM y", "dd.MM.y"),
            numeric_dates=("dd/MM/y", "dd/MM/yy", "dd-MM-y"),
            paper="A4",
        ),
        SampleLocale(
            name="en_US",
            language="en",
            country="US",
            currency="USD",
            currency_mark="$",
            tax_rates=(Decimal("6.25"), Decimal("7.5"), Decimal("8.25")),
            tax_word="Sales Tax",
            date_patterns=("MMMM d, y", "MMM d, y", "MM/dd/y"),
            numeric_dates=("MM/dd/y", "MM/dd/yy"),
            paper="letter",
        ),
        SampleLocale(
            name="en_IE",
            language="en",
            country="IE",
            currency="EUR",
            currency_mark="€",
            tax_rates=(Decimal(23),),
            tax_word="VAT",
            date_patterns=("d MMMM y", "dd/MM/y", "d MMM y"),
            numeric_dates=("dd/MM/y", "dd/MM/yy"),
            paper="A4",
        ),
        SampleLocale(
            name="en_MY",
            language="en",
            country="MY",
            currency="MYR",
            currency_mark="RM",
            tax_rates=(Decimal(6), Decimal(8)),
            tax_word="SST",
            date_patterns=("d MMMM y", "dd/MM/y", "d MMM y"),
            numeric_dates=("dd/MM/y", "dd-MM-yy", "dd/MM/yy"),
            paper="A4",
        ),
        SampleLocale(
            name="de_DE",
            language="de",
            country="DE",
            currency="EUR",
            currency_mark="€",
            tax_rates=(Decimal(19),),
            tax_word="MwSt.",
            date_patterns=("dd.MM.y", "d. MMMM y"),
            numeric_dates=("dd.MM.y", "dd.MM.yy"),
            paper="A4",
        ),
    )
}
