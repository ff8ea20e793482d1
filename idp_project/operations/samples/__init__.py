"""Convincing sample documents with made-up data and known true values, for the demo, tests and benchmarks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp_project.operations.samples.generator import Sample


def generate(
    kind: str, seed: int, simulate: str = "digital", *, locale: str = "", size: str = "", flaw: str = ""
) -> Sample:
    """One sample: `kind` is a key of `kinds.registry.ALL_KINDS`, `simulate` digital, scan or poor; all else by the seed.

    `size` short or long, `flaw` wrong_total. Raises InvalidInput for a kind or locale that does not exist.
    """
    from idp_project.operations.samples.generator import (  # drawing libraries load on use only
        Recipe,
        Simulation,
        make_sample,
    )
    from idp_project.operations.samples.kinds.base import Flaw, Size

    return make_sample(Recipe(kind, seed, Simulation(simulate), locale, Size(size), Flaw(flaw)))
