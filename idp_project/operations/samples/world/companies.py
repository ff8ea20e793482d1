"""Made-up firms with made-up addresses in made-up towns. Telephone numbers are those set aside for fiction."""

from __future__ import annotations

import random
from dataclasses import dataclass

from idp_project.operations.samples.world.identifiers import make_bic, make_iban, make_vat_number, random_digits
from idp_project.operations.samples.world.locales import SampleLocale

_STEMS = {
    "en": (
        "Quillmarsh", "Fernhollow", "Tarnwick", "Ostrelle", "Vellbrook", "Cragmere", "Harkwell", "Pennyfold",
        "Larkstone", "Brindlewick", "Copperlane", "Duskwater", "Eldermoor", "Foxgarth", "Gullhaven", "Ivyreach",
    ),
    "de": (
        "Hollerbrück", "Tannwaldt", "Sternquell", "Eichgraben", "Lindtal", "Mühlenried", "Falkenau", "Birkhorst",
        "Rehwinkel", "Steinbacher", "Wiesgrund", "Auerfeld",
    ),
}  # fmt: skip
_FIRMS = {
    "GB": ("{} Trading Ltd", "{} & Sons Ltd", "{} Supplies Ltd", "{} Engineering plc", "{} Workspace Ltd"),
    "IE": ("{} Trading Ltd", "{} Industrial Supplies DAC", "{} & Daughters Ltd", "{} Workspace Ltd"),
    "US": ("{} Industries, Inc.", "{} Supply Co.", "{} Holdings LLC", "{} Outfitters, Inc."),
    "MY": ("{} Trading Sdn Bhd", "{} Enterprise Sdn Bhd", "{} Supplies Sdn Bhd"),
    "DE": ("{} GmbH", "{} Bürotechnik GmbH", "{} Handels GmbH & Co. KG", "{} Werkzeuge AG"),
}
_SHOPS = {
    "GB": ("{} Trade Counter", "{} Cash & Carry", "{} Builders Merchants", "{} Wholesale"),
    "IE": ("{} Trade Counter", "{} Cash & Carry", "{} Hardware Store"),
    "US": ("{} Market", "{} General Store", "{} Hardware", "{} Corner Store"),
    "MY": ("{} Mart Sdn Bhd", "{} Hardware Sdn Bhd", "{} Minimarket", "Kedai Serbaneka {}"),
    "DE": ("{} Großmarkt", "{} Baustoffe", "{} Fachhandel GmbH", "{} Abholmarkt"),
}
_BANKS = {
    "en": ("{} Bank plc", "{} Building Society", "{} Savings Bank", "First {} Bank"),
    "de": ("{} Bank AG", "Sparkasse {}", "Volksbank {} eG"),
}
_STREETS = {
    "GB": ("Millrace Lane", "Osprey Road", "Cooper's Yard", "Old Tannery Street", "Kingsbarrow Road"),
    "IE": ("Heron Quay", "Millrace Lane", "Upper Bramble Street", "Saltworks Road"),
    "US": ("Juniper Avenue", "Old Mill Road", "Harbor Street", "Copperline Drive", "Maple Bend Blvd"),
    "MY": ("Jalan Seri Kelisa", "Jalan Merpati Biru", "Jalan Teratai Emas", "Lorong Cempaka Jaya"),
    "DE": ("Lindenhofweg", "Am Alten Sägewerk", "Bachgasse", "Industrieallee", "Sternwartenring"),
}
_TOWNS = {
    "GB": ("Harrowmere QX4 7RT", "Port Ellery QV1 2JD", "Stonebeck QZ12 9LA", "Wetherdale QJ3 6PN"),
    "IE": ("Ballydarrow, Co. Glasmore", "Kilvarnagh, Co. Glasmore", "Port Orla, Co. Tirmoy"),
    "US": ("Ashgrove Falls, OR 97099", "Maple Bend, OH 43099", "Port Ellery, ME 04099", "Dry Willow, TX 75099"),
    "MY": ("43990 Bandar Serunai, Selangor", "81990 Taman Kelisa, Johor", "10990 Pekan Teratai, Pulau Pinang"),
    "DE": ("99994 Hollertal", "09998 Tannwalde", "99991 Sternbrück", "09993 Mühlenried an der Au"),
}
COUNTRY_NAMES = {
    "GB": "United Kingdom",
    "IE": "Ireland",
    "US": "United States",
    "MY": "Malaysia",
    "DE": "Deutschland",
}
# Ofcom, ComReg, NANPA and the Bundesnetzagentur keep these ranges for films and books; the Malaysian one is unused.
_PHONES = {
    "GB": "020 7946 0{}",
    "IE": "020 91{} ",
    "US": "(503) 555-01{}",
    "MY": "03-0000 0{}",
    "DE": "030 23125 {}",
}
_PHONE_DIGITS = {"GB": 3, "IE": 3, "US": 2, "MY": 3, "DE": 3}
_FIRST_NAMES = (
    "Mira",
    "Jonas",
    "Nadia",
    "Theo",
    "Ines",
    "Callum",
    "Priya",
    "Edda",
    "Rowan",
    "Leila",
    "Anselm",
    "Greta",
)
_LAST_NAMES = ("Hollowell", "Feldmoor", "Tarrance", "Quenby", "Ostwind", "Marlowick", "Brandel", "Silverlock")


@dataclass(frozen=True)
class Company:
    """A firm as its letterhead shows it. `bic`, `iban` and `vat_number` are empty where its country has none."""

    name: str
    address: tuple[str, ...]
    country: str
    phone: str
    email: str
    website: str
    tax_number: str  # as the country prints it on receipts: VAT, EIN, SST
    vat_number: str
    iban: str
    bic: str
    register_number: str
    contact: str

    @property
    def country_name(self) -> str:
        return COUNTRY_NAMES[self.country]


def make_company(rng: random.Random, locale: SampleLocale) -> Company:
    """A firm that writes or receives invoices."""
    return _make(rng, locale, _FIRMS[locale.country])


def make_shop(rng: random.Random, locale: SampleLocale) -> Company:
    """A shop with a till."""
    return _make(rng, locale, _SHOPS[locale.country])


def make_bank(rng: random.Random, locale: SampleLocale) -> Company:
    """A bank of made-up savers."""
    return _make(rng, locale, _BANKS[locale.language])


def make_person(rng: random.Random) -> str:
    return f"{rng.choice(_FIRST_NAMES)} {rng.choice(_LAST_NAMES)}"


def _make(rng: random.Random, locale: SampleLocale, patterns: tuple[str, ...]) -> Company:
    country = locale.country
    stem = rng.choice(_STEMS[locale.language])
    has_vat = country in ("GB", "IE", "DE")
    vat_number = make_vat_number(rng, country) if has_vat else ""
    domain = _ascii(stem) + ".example"
    return Company(
        name=rng.choice(patterns).format(stem),
        address=(_street(rng, country), rng.choice(_TOWNS[country])),
        country=country,
        phone=_PHONES[country].format(random_digits(rng, _PHONE_DIGITS[country])).strip(),
        email=f"{rng.choice(('accounts', 'billing', 'office'))}@{domain}",
        website=f"www.{domain}",
        tax_number=vat_number or _other_tax_number(rng, country),
        vat_number=vat_number,
        iban=make_iban(rng, country) if has_vat else "",
        bic=make_bic(rng, country) if has_vat else "",
        register_number=random_digits(rng, 8) if country != "DE" else f"HRB {random_digits(rng, 5)}",
        contact=make_person(rng),
    )


def _street(rng: random.Random, country: str) -> str:
    street, number = rng.choice(_STREETS[country]), rng.randint(2, 188)
    if country == "DE":
        return f"{street} {number}"
    return f"No. {number}, {street}" if country == "MY" else f"{number} {street}"


def _other_tax_number(rng: random.Random, country: str) -> str:
    if country == "US":
        return f"00-{random_digits(rng, 7)}"  # no EIN begins with 00
    return f"W00-{random_digits(rng, 4)}-{random_digits(rng, 8)}"


def _ascii(stem: str) -> str:
    for letter, plain in (("ü", "ue"), ("ö", "oe"), ("ä", "ae"), ("ß", "ss")):
        stem = stem.replace(letter, plain)
    return stem.lower()
