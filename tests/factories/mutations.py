"""Sixty mutations of an invoice, in ten groups: what a real stack has and a generator does not print."""

from __future__ import annotations

import random

from idp_project.operations.samples.generator import Sample
from idp_project.operations.samples.kinds.base import Size
from tests.factories.mutated_invoices import Change, drawn, plan_of
from tests.factories.mutations_of_content import OF_CONTENT
from tests.factories.mutations_of_print import OF_PRINT

MUTATIONS: dict[str, Change] = {**OF_PRINT, **OF_CONTENT}
"""By group and name, for example "stamp: paid"."""


def mutant(seed: int, name: str = "", *, size: Size = Size.SHORT) -> Sample:
    """The generator's invoice of that seed with one mutation; without a name unmutated."""
    plan = plan_of(seed, size=size)
    if name:
        MUTATIONS[name](plan, random.Random(f"{seed}:{name}"))
    return drawn(plan, seed, name or "clean")
