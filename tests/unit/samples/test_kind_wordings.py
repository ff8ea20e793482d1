"""Documents of other kinds in the words of firms, through the pipeline's own steps: one of each kind, and true invoices."""

from __future__ import annotations

import pytest

from benchmarks.quality.kinds import INVOICE, SETS, verdict_of, wordings

OTHERS = [one for one in wordings(1, ["other"]) if one.number == 3]
INVOICES = [one for one in wordings(1, ["invoices"]) if one.number in (0, 9, 14)]


@pytest.mark.parametrize("wording", OTHERS, ids=lambda one: f"{one.kind}-{one.language}")
def test_another_kind_is_not_booked(wording):
    assert not verdict_of(wording, 1).is_wrong


@pytest.mark.parametrize("wording", INVOICES, ids=lambda one: one.title)
def test_true_invoice_is_not_held_for_its_kind(wording):
    assert not verdict_of(wording, 1).is_held_for_kind


@pytest.mark.parametrize("number", SETS)
def test_a_set_has_as_many_of_each_of_twenty_kinds(number):
    others, each = wordings(number, ["other"]), {3: 5, 4: 2}.get(number, 10)
    assert len({one.kind for one in others}) == 20 and len(others) == 20 * each
    assert all(sum(one.kind == kind for one in others) == each for kind in {one.kind for one in others})
    assert all(one.kind == INVOICE for one in wordings(number, ["invoices"]))
