"""Made-up registry offices and what people declare to them."""

from __future__ import annotations

import random

LEGAL_FORMS = ("Sole trader", "Partnership", "Limited company", "Cooperative")
ACTIVITIES = (
    "Repair of bicycles",
    "Bakery and retail of bread",
    "Landscape gardening",
    "Web design and hosting",
    "Wholesale of office furniture",
    "Language tuition",
    "Interior decoration",
    "Catering for events",
)
_TOWNS = ("Harrowmere", "Port Ellery", "Stonebeck", "Wetherdale", "Ballydarrow", "Tirmoy")
_OFFICES = ("{} County Registry", "Trade Registration Office {}", "Borough of {} · Licensing Department")


def make_office(rng: random.Random) -> str:
    """The name at the head of a form."""
    return rng.choice(_OFFICES).format(rng.choice(_TOWNS))
