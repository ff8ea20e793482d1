"""Contracts between firms: parties, from when and how long they hold, notice, law and courts."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date

from idp_project.operations.samples.drawing.prose_paper import draw_contract
from idp_project.operations.samples.kinds.base import Kind, Labels, Wish, random_day
from idp_project.operations.samples.kinds.goods_lines import make_partner
from idp_project.operations.samples.world.companies import Company, make_company
from idp_project.operations.samples.world.identifiers import random_digits
from idp_project.operations.samples.world.locales import SampleLocale

_LAWS = {"GB": ("England",), "IE": ("Ireland",), "US": ("Ohio", "Oregon", "Texas"), "DE": ("Deutschland",)}
_COURTS = {
    "GB": ("London", "Manchester"),
    "IE": ("Dublin", "Cork"),
    "US": ("Columbus", "Portland"),
    "DE": ("Berlin", "Hamburg", "Stuttgart"),
}
_UNITS = {"en": ("year", "month"), "de": ("Jahr", "Monat")}


@dataclass(frozen=True)
class Contract:
    """`years` that it holds, `months` of notice."""

    locale: SampleLocale
    first: Company
    second: Company
    number: str
    effective_date: date
    years: int
    months: int
    law: str
    court: str

    @property
    def printed_term(self) -> str:
        return self._printed(self.years, 0)

    @property
    def printed_notice(self) -> str:
        return self._printed(self.months, 1)

    def _printed(self, count: int, unit: int) -> str:
        word = _UNITS[self.locale.language][unit]
        plural = {"en": "s", "de": "en"}[self.locale.language] if count > 1 else ""
        return f"{count} {word}{plural}"


def make_contract(rng: random.Random, wish: Wish) -> Contract:
    locale = wish.locale
    first = make_company(rng, locale)
    return Contract(
        locale=locale,
        first=first,
        second=make_partner(rng, locale, first),
        number=f"{rng.choice(('C', 'V', 'K'))}-{random_digits(rng, 5)}",
        effective_date=random_day(rng),
        years=rng.randint(2, 5),
        months=rng.choice((2, 3, 6)),
        law=rng.choice(_LAWS[locale.country]),
        court=rng.choice(_COURTS[locale.country]),
    )


def label_contract(contract: Contract) -> Labels:
    return Labels(
        {
            "contract_number": contract.number,
            "party": [contract.first.name, contract.second.name],
            "effective_date": contract.effective_date.isoformat(),
            "term": f"{contract.years} years",
            "notice_period": f"{contract.months} months",
            "governing_law": contract.law,
            "place_of_jurisdiction": contract.court,
        }
    )


KIND = Kind(
    key="contract",
    locales=("en_GB", "de_DE", "en_US", "en_IE"),
    make=make_contract,
    draw=draw_contract,
    label=label_contract,
    is_paged=True,
    flaws=(),
    stamps=("RECEIVED", "COPY"),
)
