"""How often values are right that the product is sure of, and how many right values it is sure of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmarks.quality.scoring import Tally
from benchmarks.quality.steps import SubDocument

SURE = 0.95  # of the confidence


def tally_sure_values(parts: Sequence[SubDocument], verdicts: Mapping[str, bool]) -> dict[str, Tally]:
    """`sure`: right ones of the values with that confidence. `reached`: the right values that have it, of all right ones.
    `verdicts`: whether the value of each labelled field is right, where it has one.
    """
    confidences: dict[str, float] = {}
    for part in parts:
        for field in part.judged:
            if field.chosen:
                confidences.setdefault(field.field, field.confidence or 0.0)
    sure = [is_right for name, is_right in verdicts.items() if confidences.get(name, 0.0) >= SURE]
    right = sum(verdicts.values())
    return {"sure": Tally(sum(sure), len(sure), len(sure)), "reached": Tally(sum(sure), right, right)}
