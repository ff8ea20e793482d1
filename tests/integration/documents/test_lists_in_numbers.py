"""The benchmark of lists, on few rows: what it fills the tables with is still what they take, and what it asks finds it."""

import re
import sys

import pytest

from benchmarks import lists

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_benchmark_of_lists_fills_and_asks(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["lists", "--rows", "2000"])
    lists.main()
    printed = capsys.readouterr().out
    for name, least in {"documents": 25, "batches with their counts": 1, "review queue": 0}.items():
        for who in ("one team", "all teams", "five old teams, with shares"):
            found = re.search(rf"{name}, operator of {who}: \S+ ms for (\d+) rows", printed)
            assert found and least <= int(found[1]) <= 25, (name, who)
