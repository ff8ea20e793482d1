"""Applications to a registry office: a printed form with boxes, filled in by typewriter or by hand."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import phonenumbers

from idp_project.operations.samples.drawing.form_paper import Section, draw_form
from idp_project.operations.samples.drawing.form_wording import registration_words
from idp_project.operations.samples.drawing.paper import Drawing
from idp_project.operations.samples.kinds.base import Kind, Labels, Wish, random_day
from idp_project.operations.samples.world.companies import Company, make_company, make_person
from idp_project.operations.samples.world.identifiers import random_digits
from idp_project.operations.samples.world.locales import SampleLocale
from idp_project.operations.samples.world.offices import ACTIVITIES, LEGAL_FORMS, NATIONALITIES, make_office


@dataclass(frozen=True)
class RegistrationForm:
    """`phone` as printed, with the country's prefix."""

    locale: SampleLocale
    office: str
    application_number: str
    family_name: str
    given_names: str
    birth_date: date
    nationality: str
    address: str
    email: str
    phone: str
    business: Company
    legal_form: str
    activity: str
    employees: int
    start_date: date
    signed_date: date

    @property
    def number(self) -> str:
        return self.application_number

    @property
    def choices(self) -> dict[str, tuple[str, ...]]:
        """What is printed below a field: what may be written there."""
        return {"legal_form": LEGAL_FORMS[self.locale.language]}

    def sections(self, day: Callable[[date], str]) -> list[Section]:
        person = [
            [("family_name", self.family_name), ("given_names", self.given_names)],
            [("birth_date", day(self.birth_date)), ("nationality", self.nationality)],
            [("address", self.address)],
            [("email", self.email)],
            [("phone", self.phone)],
        ]
        business = [
            [("business_name", self.business.name)],
            [("legal_form", self.legal_form), ("employees", str(self.employees))],
            [("activity", self.activity)],
            [("start_date", day(self.start_date))],
        ]
        return [("part_person", person), ("part_business", business)]


def make_form(rng: random.Random, wish: Wish) -> RegistrationForm:
    locale = wish.locale
    given_name, _, family_name = make_person(rng).partition(" ")
    second_name = make_person(rng).split()[0]
    business, home = make_company(rng, locale), make_company(rng, locale)
    signed_date = random_day(rng)
    number = phonenumbers.parse(business.phone, locale.country)
    return RegistrationForm(
        locale=locale,
        office=make_office(rng, locale.language),
        application_number=f"{rng.choice(('TR', 'BR', 'REG'))}-{signed_date.year}-{random_digits(rng, 6)}",
        family_name=family_name,
        given_names=f"{given_name} {second_name}" if second_name != given_name and rng.random() < 0.5 else given_name,
        birth_date=date(1956, 1, 1) + timedelta(days=rng.randrange(45 * 365)),
        nationality=NATIONALITIES[locale.country],
        address=", ".join(home.address),
        email=f"{given_name}.{family_name}@{home.email.partition('@')[2]}".lower(),
        phone=phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL),
        business=business,
        legal_form=rng.choice(LEGAL_FORMS[locale.language]),
        activity=rng.choice(ACTIVITIES[locale.language]),
        employees=rng.randint(1, 48),
        start_date=signed_date + timedelta(days=rng.randint(10, 90)),
        signed_date=signed_date,
    )


def label_form(form: RegistrationForm) -> Labels:
    phone = phonenumbers.format_number(phonenumbers.parse(form.phone), phonenumbers.PhoneNumberFormat.E164)
    return Labels(
        {
            "application_number": form.application_number,
            "family_name": form.family_name,
            "given_names": form.given_names,
            "birth_date": form.birth_date.isoformat(),
            "nationality": form.nationality,
            "home_address": form.address,
            "email": form.email,
            "phone": phone,
            "business_name": form.business.name,
            "legal_form": form.legal_form,
            "activity": form.activity,
            "employees": str(form.employees),
            "start_date": form.start_date.isoformat(),
            "signed_date": form.signed_date.isoformat(),
        }
    )


def draw_registration(form: RegistrationForm, rng: random.Random) -> Drawing:
    return draw_form(form, rng, registration_words)


KIND = Kind(
    key="registration_form",
    locales=("en_GB", "en_IE", "en_MY"),
    asked_locales=("de_DE",),
    make=make_form,
    draw=draw_registration,
    label=label_form,
    is_paged=True,
    flaws=(),
    stamps=("RECEIVED", "REGISTERED"),
)
