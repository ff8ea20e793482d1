"""Made-up registry offices and what people declare to them."""

from __future__ import annotations

import random

LEGAL_FORMS = {
    "en": ("Sole trader", "Partnership", "Limited company", "Cooperative"),
    "de": ("Einzelunternehmen", "Personengesellschaft", "GmbH", "Genossenschaft"),
}
ACTIVITIES = {
    "en": (
        "Repair of bicycles",
        "Bakery and retail of bread",
        "Landscape gardening",
        "Web design and hosting",
        "Wholesale of office furniture",
        "Language tuition",
        "Interior decoration",
        "Catering for events",
    ),
    "de": (
        "Reparatur von Fahrrädern",
        "Bäckerei und Verkauf von Backwaren",
        "Garten- und Landschaftsbau",
        "Großhandel mit Büromöbeln",
        "Sprachunterricht",
    ),
}
ID_DOCUMENTS = {
    "en": ("Passport", "Identity card", "Residence permit", "Driving licence"),
    "de": ("Reisepass", "Personalausweis", "Aufenthaltstitel", "Führerschein"),
}
NATIONALITIES = {"GB": "British", "IE": "Irish", "MY": "Malaysian", "DE": "deutsch"}
_TOWNS = {
    "en": ("Harrowmere", "Port Ellery", "Stonebeck", "Wetherdale", "Ballydarrow", "Tirmoy"),
    "de": ("Hollertal", "Tannwalde", "Sternbrück", "Mühlenried"),
}
_OFFICES = {
    "en": ("{} County Registry", "Trade Registration Office {}", "Borough of {} · Licensing Department"),
    "de": ("Gewerbeamt {}", "Stadt {} · Ordnungsamt"),
}
_ID_OFFICES = {
    "en": ("{} Passport Office", "Registry Office {}", "Borough of {}"),
    "de": ("Bürgeramt {}", "Stadt {}", "Landratsamt {}"),
}


def make_office(rng: random.Random, language: str) -> str:
    """The name at the head of a form."""
    return rng.choice(_OFFICES[language]).format(rng.choice(_TOWNS[language]))


def make_id_office(rng: random.Random, language: str) -> str:
    """An authority that issues passports and cards."""
    return rng.choice(_ID_OFFICES[language]).format(make_town(rng, language))


def make_town(rng: random.Random, language: str) -> str:
    return rng.choice(_TOWNS[language])
