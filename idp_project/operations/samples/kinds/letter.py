"""Letters: who writes to whom about what. Nothing in them adds up."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date

from idp_project.operations.samples.drawing.prose_paper import draw_letter
from idp_project.operations.samples.kinds.base import Kind, Labels, Wish, random_day
from idp_project.operations.samples.kinds.goods_lines import make_partner
from idp_project.operations.samples.world.companies import Company, make_company
from idp_project.operations.samples.world.identifiers import random_digits
from idp_project.operations.samples.world.locales import SampleLocale
from idp_project.operations.samples.world.matters import choose_matter


@dataclass(frozen=True)
class Letter:
    """`your_reference` may be empty."""

    locale: SampleLocale
    sender: Company
    recipient: Company
    day: date
    subject: str
    our_reference: str
    your_reference: str
    paragraphs: tuple[str, ...]


def make_letter(rng: random.Random, wish: Wish) -> Letter:
    locale = wish.locale
    sender = make_company(rng, locale)
    matter = choose_matter(rng, locale.language)
    initials = "".join(name[0] for name in sender.contact.split())
    return Letter(
        locale=locale,
        sender=sender,
        recipient=make_partner(rng, locale, sender),
        day=random_day(rng),
        subject=matter.subject,
        our_reference=f"{initials}-{random_digits(rng, 4)}",
        your_reference=f"{rng.choice(('KL', 'MR', 'TS'))}/{random_digits(rng, 3)}" if rng.random() < 0.6 else "",
        paragraphs=matter.paragraphs,
    )


def label_letter(letter: Letter) -> Labels:
    fields = {
        "sender_name": letter.sender.name,
        "recipient_name": letter.recipient.name,
        "letter_date": letter.day.isoformat(),
        "subject": letter.subject,
        "our_reference": letter.our_reference,
        "your_reference": letter.your_reference,
    }
    return Labels({name: value for name, value in fields.items() if value})


KIND = Kind(
    key="letter",
    locales=("en_GB", "de_DE", "en_US", "en_IE"),
    make=make_letter,
    draw=draw_letter,
    label=label_letter,
    is_paged=True,
    flaws=(),
    stamps=("RECEIVED",),
)
