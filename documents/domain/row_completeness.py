"""Rows printed and rows read: what numbers in a first column and printed counts say, no matter who read or changed the rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

_FEWEST_NUMBERED = 4
_NUMBERED = 0.8  # of the rows that carry a number
_REGULAR = 0.8  # of the steps between them that are the usual one


def missing_numbers(numbers: Sequence[int | None]) -> Iterator[tuple[int, int, int]]:
    """(index, before, after) of each gap in numbers that count rows: 1, 2, 3, 7 or 10, 20, 50; None: a row without one.

    Numbers that begin again belong to another group. A column in which too few rows count says nothing.
    """
    known = [(index, value) for index, value in enumerate(numbers) if value is not None]
    if len(known) < max(_FEWEST_NUMBERED, _NUMBERED * len(numbers)):
        return
    steps = Counter(after - before for (_, before), (_, after) in pairwise(known))
    usual, count = steps.most_common(1)[0]
    if usual < 1 or count < _REGULAR * (len(known) - 1):
        return
    if usual < known[0][1] <= usual * len(known) and known[0][1] % usual == 0:
        yield known[0][0], 0, known[0][1]
    for (index, before), (_, after) in pairwise(known):
        if after - before > usual and (after - before) % usual == 0:
            yield index, before, after
