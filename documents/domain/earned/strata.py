"""Strata: documents of known senders err less than others, so each stratum earns its own gate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from documents.domain.earned.bounds import fisher_exact
from documents.domain.earned.plan import Plan, Standing, standing_of

_REFUSED_BELOW = 0.05  # p-value of Fisher's exact test


class Stratum(StrEnum):
    """Where a document comes from. E-invoices that agree with their pages get a stratum when they are read."""

    KNOWN_SENDER = "known_sender"  # documents of this type by the same sender have been approved
    OTHER = "other"


@dataclass(frozen=True)
class Verdict:
    """One examined document: whether everything that the machine had read of it was right."""

    stratum: Stratum
    is_right: bool


@dataclass(frozen=True)
class StratumStanding:
    """`is_pooled`: it rests on the documents of all strata."""

    stratum: Stratum
    standing: Standing
    is_pooled: bool


def stratum_standing(plan: Plan, stratum: Stratum, verdicts: Sequence[Verdict]) -> StratumStanding:
    """What the evidence, in the order of decisions, says of a stratum.

    All strata count together where the stratum has half of the first look's documents itself, so that the test has
    something to refuse with, and Fisher's test does not refuse that both err alike.
    """
    own = [verdict.is_right for verdict in verdicts if verdict.stratum is stratum]
    others = [verdict.is_right for verdict in verdicts if verdict.stratum is not stratum]
    is_pooled = bool(others) and 2 * len(own) >= plan.stages[0].n and not _differ(own, others)
    counted = [verdict.is_right for verdict in verdicts] if is_pooled else own
    return StratumStanding(stratum, standing_of(plan, counted), is_pooled)


def _differ(first: Sequence[bool], second: Sequence[bool]) -> bool:
    p = fisher_exact(first.count(False), len(first), second.count(False), len(second))
    return p < _REFUSED_BELOW
