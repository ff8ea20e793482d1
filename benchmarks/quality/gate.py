"""The gate: streams of documents with a known share of errors, and the demonstration's record compared whole."""

from __future__ import annotations

import random

from documents.domain.earned.plan import Standing, plan_of, standing_of
from documents.selectors.earned import demonstration_record
from idp_project.operations.demo import recording

SHUFFLES = 200
RATES = (0.0, 0.005, 0.02, 0.10)


def print_gate_figures(*, processes: int) -> None:
    """For people: one line per target and share of errors, then per type of the demonstration."""
    print("\nGate: of 200 shuffles, how many open and at which look; how many bounds were below the truth")
    for target in (950, 980, 990):
        for rate in RATES:
            found = openings(target, rate)
            first = [standings[0].n for standings in found if standings]
            broken = sum(any((one.bound or 0) < rate for one in standings) for standings in found)
            opened = f"{len(first)} open, the first after {min(first)}" if first else "none opens"
            print(f"  target {target / 10:g} %, {rate:.1%} wrong: {opened}; {broken} bounds broken")
    record = demonstration_record()
    if record is None:
        print("The demonstration has no record: run `make demo-record`.")
        return
    differing = recording.compare(record, recording.DOCUMENTS, processes=processes)
    for key, one in record.types.items():
        rights = one.verdicts
        print(f"  {key}: {len(one.outcomes)} documents, {len(rights)} automatic, {rights.count(False)} of them wrong")
    print("\n".join(differing) or "  the record is what is read now")


def openings(target: int, rate: float) -> list[list[Standing]]:
    """Of each shuffle of a stream with that share of errors: the standings with an open gate, at the planned looks."""
    plan = plan_of(target)
    n = plan.stages[-1].n
    stream = [number >= round(n * rate) for number in range(n)]
    rng = random.Random(f"{target}:{rate}")
    found = []
    for _ in range(SHUFFLES):
        shuffled = rng.sample(stream, n)
        standings = (standing_of(plan, shuffled[: look.n]) for look in plan.stages)
        found.append([standing for standing in standings if standing.is_open])
    return found
