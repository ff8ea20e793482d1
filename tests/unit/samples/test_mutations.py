"""Mutated invoices, read in process with an open gate: none is approved with a value that is not printed so."""

from __future__ import annotations

import pytest

from benchmarks.quality.mutations import verdict_of
from tests.factories.mutations import MUTATIONS, mutant

GROUPS = tuple(dict.fromkeys(name.partition(":")[0] for name in MUTATIONS))
SEEDS = (800_100, 800_101)
MORE = range(800_102, 800_106)


def wrong(group: str, seeds: tuple[int, ...] | range, *, is_each: bool) -> list[tuple[str, int]]:
    """What would be wrongly approved; each mutation of the group with every seed, or with one of them in turn."""
    names = [name for name in MUTATIONS if name.startswith(f"{group}:")]
    jobs = [(seed, name) for number, name in enumerate(names) for seed in (seeds if is_each else [seeds[number % 2]])]
    return [(name, seed) for seed, name in jobs if verdict_of(seed, name).is_wrong]


def test_sixty_mutations_in_ten_groups() -> None:
    assert len(MUTATIONS) == 60 and len(GROUPS) == 10
    assert mutant(1, "stamp: paid").content != mutant(1).content == mutant(1).content


@pytest.mark.parametrize("seed", SEEDS)
def test_unmutated_invoice_is_automatic_and_right(seed: int) -> None:
    assert verdict_of(seed, "").outcome == "r"


@pytest.mark.parametrize("group", GROUPS)
def test_no_mutated_invoice_is_approved_wrongly(group: str) -> None:
    assert wrong(group, SEEDS, is_each=False) == []


@pytest.mark.parametrize(("seed", "name"), [(820_006, "missing field: invoice number")])
def test_mutation_that_was_approved_wrongly_once_is_not(seed: int, name: str) -> None:
    """The number behind "VAT No." stood for the one that is missing."""
    assert not verdict_of(seed, name).is_wrong


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("group", GROUPS)
def test_no_mutation_of_more_invoices_is_approved_wrongly(group: str) -> None:
    assert wrong(group, MORE, is_each=True) == []
