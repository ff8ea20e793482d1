"""The planned looks at the evidence of a type, and what follows from the evidence so far.

Errors are counted at five planned numbers of documents only, each time at 99 % confidence: over all five, a gate that should
stay closed opens in at most 5 of 100 cases, however often somebody looks at the page in between (Bonferroni). The first look
is where a run without an error passes; each further one comes after twice as many documents.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from documents.domain.earned.bounds import binomial_cdf, upper_bound

TARGETS = (950, 980, 990, 999)  # documents right, of a thousand
DEFAULT_TARGET = 950
LOOK_COUNT = 5
RISK_OF_A_LOOK = 0.01  # so the promise as a whole holds with 95 %


@dataclass(frozen=True)
class Look:
    """The gate opens after `n` documents with at most `allowed` errors among them."""

    n: int
    allowed: int


@dataclass(frozen=True)
class Plan:
    """`target` in thousandths of documents; `missed` is the share of the machine's errors that reviewers do not see."""

    target: int
    missed: float
    stages: tuple[Look, ...]

    @property
    def limit(self) -> float:
        """The share of errors that reviewers may see at most, so that those they miss fit in too."""
        return (1 - self.target / 1000) * (1 - self.missed)

    def bound(self, errors: int, n: int) -> float:
        """Upper bound for the true share of wrong documents, those that reviewers missed included."""
        return min(1.0, upper_bound(errors, n, 1 - RISK_OF_A_LOOK) / (1 - self.missed))

    def holds(self, errors: int, n: int) -> bool:
        """Whether that bound is within the target."""
        return binomial_cdf(errors, n, self.limit) <= RISK_OF_A_LOOK


@lru_cache(maxsize=256)
def plan_of(target: int, missed: float = 0.0) -> Plan:
    """The plan for a target of TARGETS. Raises ValueError for another one, and for a `missed` outside 0..1."""
    if target not in TARGETS or not 0 <= missed < 1:
        raise ValueError(f"no plan for {target} and {missed}")
    empty = Plan(target, missed, ())
    first = math.ceil(math.log(RISK_OF_A_LOOK) / math.log1p(-empty.limit))
    stages = tuple(Look(first << number, _allowed(empty, first << number)) for number in range(LOOK_COUNT))
    return Plan(target, missed, stages)


def _allowed(plan: Plan, n: int) -> int:
    errors = 0
    while plan.holds(errors + 1, n):
        errors += 1
    return errors


@dataclass(frozen=True)
class Standing:
    """Where the evidence has led to.

    `look` counts the look at which the gate opened from 1, 0 while it is closed; `bound` is what the opening rests on, None
    while it is closed. `was_open`: it had been open before. `next_look` is None after the last one.
    """

    plan: Plan
    n: int = 0
    errors: int = 0
    look: int = 0
    bound: float | None = None
    was_open: bool = False

    @property
    def is_open(self) -> bool:
        return self.look > 0

    @property
    def next_look(self) -> Look | None:
        return next((look for look in self.plan.stages if look.n > self.n), None)

    @property
    def is_spent(self) -> bool:
        """All looks are taken and the gate is closed: it opens only over a new series of documents."""
        return not self.is_open and self.next_look is None

    @property
    def opens_at(self) -> int | None:
        """After how many documents it opens if no further error is found; None where that is not before a new series."""
        return next((look.n for look in self.plan.stages if look.n > self.n and look.allowed >= self.errors), None)


def standing_of(plan: Plan, verdicts: Sequence[bool]) -> Standing:
    """Where documents, right or wrong and in the order of their decisions, have led to.

    The gate opens at planned looks only. It closes at once where an error puts the bound above the target; then it opens
    again at a later look, or not at all.
    """
    stages = {look.n: number for number, look in enumerate(plan.stages, start=1)}
    errors, look, was_open, bound = 0, 0, False, 0.0
    for n, is_right in enumerate(verdicts, start=1):
        errors += not is_right
        if n in stages:
            look = stages[n] if errors <= plan.stages[stages[n] - 1].allowed else 0
            bound = plan.bound(errors, n)
        elif look and not is_right:
            look = look if plan.holds(errors, n) else 0
            bound = max(bound, plan.bound(errors, n))
        was_open = was_open or look > 0
    return Standing(plan, len(verdicts), errors, look, bound if look else None, was_open)
