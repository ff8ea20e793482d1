"""Arithmetic among a page's amounts that proves which one is the total: paid minus change, sum before rounding."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from documents.domain.field_types.base import AmountProof
from documents.domain.numbers import has_decimals, to_decimal
from extraction.local.candidates import Found
from extraction.local.labels import LabelHit

_REACH = 5  # rows below a total in which payment and change are printed
_LARGEST_ROUNDING = Decimal("0.05")


def prove_amounts(found: Sequence[Found], labels: Sequence[LabelHit], own: Sequence[LabelHit]) -> AmountProof:
    """`labels` are hits of words such as "rounding", "change", `own` those of the total; amounts without decimals prove
    nothing. What is left after rounding counts only at a label of the total: cash that was paid is no total.
    """
    amounts = [
        (value, item.place.row)
        for item in found
        if has_decimals(item.raw_text) and (value := to_decimal(item.value)) is not None
    ]
    rounding_rows = {hit.segment.row for hit in labels if "round" in hit.label}
    steps = [(value, row) for value, row in amounts if row in rounding_rows and 0 < abs(value) <= _LARGEST_ROUNDING]
    rows_of_total = {hit.segment.row for hit in own}
    totals = {value for value, row in amounts if row in rows_of_total}
    pairs = _rounded_pairs([item for item in amounts if item[0] > 0], [step for step, _ in steps])
    pairs = {(before, after) for before, after in pairs if after in totals}
    payment_rows = frozenset(hit.segment.row for hit in labels if hit.purity > 0.5)
    return AmountProof(
        _settled(amounts, payment_rows),
        frozenset(after for _, after in pairs),
        frozenset(before for before, _ in pairs),
    )


def _settled(amounts: Sequence[tuple[Decimal, int]], payment_rows: frozenset[int]) -> frozenset[Decimal]:
    """Value, then a labelled payment and the change that is their difference; or the exact payment and no change."""
    settled = set()
    for value, row in amounts:
        later = [item for item in amounts if row < item[1] <= row + _REACH]
        changes = dict(later)
        for paid, paid_row in later:
            change_row = changes.get(paid - value)
            is_payment = paid_row in payment_rows or (change_row is not None and change_row in payment_rows)
            if value > 0 and change_row is not None and change_row > paid_row and is_payment and paid >= value:
                settled.add(value)
    return frozenset(settled)


def _rounded_pairs(amounts: Sequence[tuple[Decimal, int]], steps: Sequence[Decimal]) -> set[tuple[Decimal, Decimal]]:
    values = {value for value, _ in amounts}
    rows = dict(reversed(amounts))
    pairs = set()
    for step in steps:
        for before in values:
            for after in (before + step, before - step):
                if after in values and after != before and abs(after - before) < before and rows[after] >= rows[before]:
                    pairs.add((before, after))
    return {(before, after) for before, after in pairs if (after, before) not in pairs}
