"""What made-up firms write to each other about."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Matter:
    subject: str
    paragraphs: tuple[str, ...]


_MATTERS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "en": (
        (
            "Change of our opening hours",
            (
                "from the first of next month our reception is open from seven in the morning.",
                "Please tell your drivers. We thank you for your understanding.",
            ),
        ),
        (
            "Visit to your premises in spring",
            (
                "thank you for your invitation. Two of our engineers would like to see your workshop.",
                "Please let us know which day would suit you. The visit takes about two hours.",
            ),
        ),
        (
            "Complaint about the lift in building four",
            (
                "the lift has been out of order for a week, and nobody could tell us when it will be repaired.",
                "We ask you to see to it and to keep us informed.",
            ),
        ),
        (
            "New contact in our accounts department",
            (
                "our colleague has retired after many years. The person named below has taken over.",
                "Telephone number and address have not changed.",
            ),
        ),
    ),
    "de": (
        (
            "Änderung unserer Öffnungszeiten",
            (
                "ab dem kommenden Monat ist unser Empfang ab sieben Uhr besetzt.",
                "Bitte geben Sie das an Ihre Fahrer weiter. Vielen Dank für Ihr Verständnis.",
            ),
        ),
        (
            "Besuch in Ihrem Haus im Frühjahr",
            (
                "vielen Dank für Ihre Einladung. Zwei unserer Ingenieure würden gern Ihre Werkstatt sehen.",
                "Bitte nennen Sie uns einen Tag, der Ihnen passt. Der Besuch dauert etwa zwei Stunden.",
            ),
        ),
        (
            "Beschwerde über den Aufzug in Haus vier",
            (
                "der Aufzug ist seit einer Woche außer Betrieb, und niemand konnte uns sagen, wann er wieder fährt.",
                "Wir bitten Sie, sich darum zu kümmern und uns auf dem Laufenden zu halten.",
            ),
        ),
        (
            "Neue Ansprechpartnerin in der Buchhaltung",
            (
                "unsere Kollegin ist nach vielen Jahren in den Ruhestand gegangen. Die unten genannte Person folgt ihr nach.",
                "Telefonnummer und Anschrift bleiben gleich.",
            ),
        ),
    ),
}


def choose_matter(rng: random.Random, language: str) -> Matter:
    """A subject with what is said about it."""
    return Matter(*rng.choice(_MATTERS[language]))
