"""Identity forms: who a person is and by which passport or card it was proved, filled in by typewriter or by hand."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from idp_project.operations.samples.drawing.form_paper import Section, draw_form
from idp_project.operations.samples.drawing.form_wording import identity_words
from idp_project.operations.samples.drawing.paper import Drawing
from idp_project.operations.samples.kinds.base import Kind, Labels, Wish, random_day
from idp_project.operations.samples.world.companies import make_company, make_person
from idp_project.operations.samples.world.identifiers import random_digits
from idp_project.operations.samples.world.locales import SampleLocale
from idp_project.operations.samples.world.offices import (
    ID_DOCUMENTS,
    NATIONALITIES,
    make_id_office,
    make_office,
    make_town,
)


@dataclass(frozen=True)
class IdentityForm:
    locale: SampleLocale
    office: str
    number: str
    family_name: str
    given_names: str
    birth_date: date
    birth_place: str
    nationality: str
    address: str
    document_type: str
    document_number: str
    issuing_authority: str
    issue_date: date
    expiry_date: date
    signed_date: date

    @property
    def choices(self) -> dict[str, tuple[str, ...]]:
        """What is printed below a field: what may be written there."""
        return {"document_type": ID_DOCUMENTS[self.locale.language]}

    def sections(self, day: Callable[[date], str]) -> list[Section]:
        person = [
            [("family_name", self.family_name), ("given_names", self.given_names)],
            [("birth_date", day(self.birth_date)), ("birth_place", self.birth_place)],
            [("nationality", self.nationality)],
            [("address", self.address)],
        ]
        document = [
            [("document_type", self.document_type), ("document_number", self.document_number)],
            [("issuing_authority", self.issuing_authority)],
            [("issue_date", day(self.issue_date)), ("expiry_date", day(self.expiry_date))],
        ]
        return [("part_person", person), ("part_document", document)]


def make_identity(rng: random.Random, wish: Wish) -> IdentityForm:
    locale = wish.locale
    given_name, _, family_name = make_person(rng).partition(" ")
    signed_date = random_day(rng)
    issue_date = signed_date - timedelta(days=rng.randint(60, 2500))
    letter = rng.choice("CFGHJKLMNPRTVWXYZ")
    return IdentityForm(
        locale=locale,
        office=make_office(rng, locale.language),
        number=f"{signed_date.year}/{random_digits(rng, 5)}",
        family_name=family_name,
        given_names=given_name,
        birth_date=date(1956, 1, 1) + timedelta(days=rng.randrange(45 * 365)),
        birth_place=make_town(rng, locale.language),
        nationality=NATIONALITIES[locale.country],
        address=", ".join(make_company(rng, locale).address),
        document_type=rng.choice(ID_DOCUMENTS[locale.language]),
        document_number=f"{letter}{random_digits(rng, 8)}",
        issuing_authority=make_id_office(rng, locale.language),
        issue_date=issue_date,
        expiry_date=issue_date + timedelta(days=3652),
        signed_date=signed_date,
    )


def label_identity(form: IdentityForm) -> Labels:
    return Labels(
        {
            "document_type": form.document_type,
            "document_number": form.document_number,
            "family_name": form.family_name,
            "given_names": form.given_names,
            "birth_date": form.birth_date.isoformat(),
            "birth_place": form.birth_place,
            "nationality": form.nationality,
            "home_address": form.address,
            "issuing_authority": form.issuing_authority,
            "issue_date": form.issue_date.isoformat(),
            "expiry_date": form.expiry_date.isoformat(),
            "signed_date": form.signed_date.isoformat(),
        }
    )


def draw_identity(form: IdentityForm, rng: random.Random) -> Drawing:
    return draw_form(form, rng, identity_words)


KIND = Kind(
    key="identity_form",
    locales=("en_GB", "de_DE", "en_IE"),
    make=make_identity,
    draw=draw_identity,
    label=label_identity,
    is_paged=True,
    flaws=(),
    stamps=("RECEIVED",),
)
