"""The planned looks, and streams with a known share of errors: what opens, when, and whether the bound holds."""

from __future__ import annotations

import random
from functools import cache

import pytest

from documents.domain.earned.plan import TARGETS, Standing, plan_of, standing_of
from documents.domain.earned.strata import Stratum, Verdict, stratum_standing

SHUFFLES = 200
BOTH = (Stratum.KNOWN_SENDER, Stratum.OTHER)
FIRST_STAGES = {950: 90, 980: 228, 990: 459, 999: 4603}


@pytest.mark.parametrize("target", TARGETS)
def test_first_look_is_where_a_clean_run_passes(target):
    plan = plan_of(target)
    first = plan.stages[0].n
    assert first == FIRST_STAGES[target] and [look.n for look in plan.stages] == [first * 2**k for k in range(5)]
    assert plan.bound(0, first) <= 1 - target / 1000 < plan.bound(0, first - 1)
    assert standing_of(plan, [True] * (first - 1)).look == 0
    assert standing_of(plan, [True] * first).look == 1


def test_allowed_errors_are_the_most_that_keep_the_bound():
    assert [look.allowed for look in plan_of(950).stages] == [0, 2, 8, 22, 52]
    for target in TARGETS[:3]:
        plan = plan_of(target)
        for look in plan.stages:
            assert plan.bound(look.allowed, look.n) <= 1 - target / 1000 < plan.bound(look.allowed + 1, look.n)


def test_reviewers_misses_make_the_plan_longer():
    plan = plan_of(950, 0.1)
    assert plan.stages[0].n == 101
    assert plan.bound(0, 101) <= 0.05 < plan.bound(0, 100)


@pytest.mark.parametrize(("target", "missed"), [(940, 0.0), (1000, 0.0), (950, 1.0), (950, -0.1)])
def test_no_plan_for_other_targets(target, missed):
    with pytest.raises(ValueError, match="no plan"):
        plan_of(target, missed)


def streams(rate: float, n: int) -> list[list[bool]]:
    """Streams of `n` documents with that share of errors, each shuffled."""
    stream = [number >= round(n * rate) for number in range(n)]
    rng = random.Random(f"{rate}:{n}")
    return [rng.sample(stream, n) for _ in range(SHUFFLES)]


@cache
def openings(target: int, rate: float) -> list[list[Standing]]:
    """Of each shuffle: the standings at which its gate was open, at the planned looks."""
    plan = plan_of(target)
    found = []
    for stream in streams(rate, plan.stages[-1].n):
        standings = [standing_of(plan, stream[: look.n]) for look in plan.stages]
        found.append([standing for standing in standings if standing.is_open])
    return found


@pytest.mark.parametrize("target", TARGETS[:3])
def test_stream_without_errors_opens_by_the_plans_n(target):
    plan = plan_of(target)
    assert all(found[0].n == plan.stages[0].n for found in openings(target, 0.0))


@pytest.mark.parametrize("target", TARGETS[:3])
def test_stream_of_a_tenth_wrong_never_opens(target):
    assert not any(openings(target, 0.10))


@pytest.mark.parametrize("target", [950, 980, pytest.param(990, marks=pytest.mark.slow)])
@pytest.mark.parametrize("rate", [0.0, 0.005, 0.02, 0.10])
def test_bound_holds_in_19_of_20_shuffles(target, rate):
    broken = sum(any(standing.bound < rate for standing in found) for found in openings(target, rate))
    assert broken <= 0.05 * SHUFFLES
    if rate > 1 - target / 1000:
        assert sum(map(bool, openings(target, rate))) <= 0.05 * SHUFFLES


def test_bound_holds_over_all_looks_with_misses():
    """What reviewers miss is seen as right; the bound is for what is true."""
    plan, rng, rate = plan_of(950, 0.1), random.Random(7), 0.06
    opened = 0
    for _ in range(SHUFFLES):
        stream = [rng.random() >= rate or rng.random() < plan.missed for _ in range(plan.stages[-1].n)]
        opened += any(standing_of(plan, stream[: look.n]).is_open for look in plan.stages)
    assert opened <= 0.05 * SHUFFLES


def test_gate_opens_at_planned_looks_only():
    plan = plan_of(950)
    assert not standing_of(plan, [False] + [True] * 150).is_open, "a bound in between does not count"
    found = standing_of(plan, [False] + [True] * 179)
    assert (found.look, found.n, found.errors) == (2, 180, 1)


def test_error_that_breaks_the_bound_closes_at_once():
    plan = plan_of(950)
    closed = standing_of(plan, [True] * 90 + [False])
    assert (closed.is_open, closed.was_open, closed.bound) == (False, True, None)
    assert closed.next_look == plan.stages[1] and closed.opens_at == 180
    assert standing_of(plan, [True] * 90 + [False] + [True] * 89).look == 2
    kept = standing_of(plan, [True] * 170 + [False])
    assert kept.is_open and kept.bound == pytest.approx(max(plan.bound(0, 90), plan.bound(1, 171)))


def test_series_is_spent_after_the_last_look():
    plan = plan_of(950)
    spent = standing_of(plan, [number % 10 > 0 for number in range(1440)])
    assert spent.is_spent and spent.opens_at is None and spent.next_look is None
    assert not standing_of(plan, []).is_spent


def mixed(known: list[bool], other: list[bool], rng: random.Random) -> list[Verdict]:
    """The documents of both strata as they come, each stratum in its own order."""
    both = [Stratum.KNOWN_SENDER] * len(known) + [Stratum.OTHER] * len(other)
    rng.shuffle(both)
    left = {Stratum.KNOWN_SENDER: iter(known), Stratum.OTHER: iter(other)}
    return [Verdict(stratum, next(left[stratum])) for stratum in both]


def test_a_stratum_counts_its_own_documents_only():
    stream = mixed([True] * 90, [True] * 89, random.Random(1))
    known, other = (stratum_standing(plan_of(950), one, stream).standing for one in BOTH)
    assert (known.n, known.is_open) == (90, True)
    assert (other.n, other.is_open) == (89, False), "the other stratum's documents are no evidence for it"


def test_errors_of_one_stratum_do_not_close_the_other():
    stream = mixed([True] * 90, [number % 5 > 0 for number in range(60)], random.Random(2))
    known, other = (stratum_standing(plan_of(950), one, stream).standing for one in BOTH)
    assert known.is_open and not other.is_open


MIXTURES = [(0.0, 0.10), (0.005, 0.10), (0.02, 0.10), (0.0, 0.02), (0.10, 0.005), (0.0, 0.0)]


@pytest.mark.parametrize("target", [950, 980])
@pytest.mark.parametrize("rates", MIXTURES)
def test_mixed_strata_keep_the_promise_each(target, rates):
    """Of 200 shuffles: a stratum without errors opens by the plan's n, one with a tenth wrong never, and each bound holds in
    95 of 100."""
    plan, rng = plan_of(target), random.Random(f"{target}:{rates}")
    n = plan.stages[2].n
    opened, broken = dict.fromkeys(BOTH, 0), dict.fromkeys(BOTH, 0)
    for _ in range(SHUFFLES):
        known, other = (rng.sample([number >= round(n * rate) for number in range(n)], n) for rate in rates)
        stream = mixed(known, other, rng)
        for stratum, rate in zip(BOTH, rates, strict=True):
            own = [one.is_right for one in stream if one.stratum is stratum]
            standings = [standing_of(plan, own[: look.n]) for look in plan.stages[:3]]
            assert standings[-1] == stratum_standing(plan, stratum, stream).standing
            opened[stratum] += any(look.is_open for look in standings)
            broken[stratum] += any((look.bound or 1.0) < rate for look in standings)
            assert standings[0].is_open or rate > 0
    for stratum, rate in zip(BOTH, rates, strict=True):
        assert broken[stratum] <= 0.05 * SHUFFLES
        if rate == 0.0:
            assert opened[stratum] == SHUFFLES
        if rate == 0.10:
            assert opened[stratum] == 0
