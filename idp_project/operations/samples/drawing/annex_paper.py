"""Draws a loose sheet of small print that belongs to the document before it and does not say so."""

from __future__ import annotations

import random
from datetime import date

from idp_project.operations.samples.drawing.paper import Drawing, Paper

_TITLES = ("General Conditions", "Terms and Conditions", "Conditions of Contract")
_CLAUSES = (
    "These conditions apply to all deliveries and services unless the parties have agreed otherwise in writing.",
    "Offers are open for acceptance for four weeks. An agreement comes about by written confirmation.",
    "Risk passes on delivery at the agreed place. Packaging is taken back on request.",
    "Quantities and quality are inspected within ten working days; hidden faults are notified when they are found.",
    "The warranty lasts for twenty-four months. Faults are put right by repair or by replacement.",
    "Payment is due as agreed. Set-off is permitted only with claims that are not contested.",
    "Drawings, tools and samples remain the property of the party that has supplied them.",
    "Neither party is liable for delay through events that it could not foresee and could not prevent.",
    "Trade secrets are kept in confidence for five years after the last delivery.",
    "Personal data are processed only as far as the agreement requires it.",
    "Changes to these conditions need the written form. Should one be void, the others remain in force.",
    "The courts at the seat of the supplying party have jurisdiction.",
)


def draw_annex(rng: random.Random, day: date, company: str) -> Drawing:
    """A PDF of one page of A4: the company whose conditions they are, a title and numbered clauses."""
    paper = Paper("A4", rng.choice(("inter", "times", "helvetica")), day, "Conditions")
    paper.add_page()
    paper.use(9.5)
    paper.put(20, 12, company)
    paper.use(13, bold=True)
    paper.put(20, 20, rng.choice(_TITLES))
    paper.use(9.5)
    y = 32.0
    clauses = rng.sample(_CLAUSES, len(_CLAUSES))
    for number, clause in enumerate(clauses, start=1):
        for line in paper.wrapped(f"§ {number}  {clause}", 168):
            paper.put(20, y, line)
            y += paper.line_height
        y += 3.5
    return paper.finish()
