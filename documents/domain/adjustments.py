"""What a document prints beside its sums that changes them: tips, discounts, amounts paid before, rounding, shipping.

Arithmetic only confirms with them what is printed under a label; it never chooses a value by them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import combinations, product
from typing import Any, Self

from documents.domain.numbers import to_decimal
from documents.domain.sum_reasons import ADJUSTMENT_COUNTED
from idp_project.core.reasons import Reason
from idp_project.core.translation import gettext_noop as _

MOST_ADJUSTMENTS = 6  # that a sum is tried with: 2 ** 6 subsets
_LARGEST_ROUNDING = Decimal(1)  # of an amount that may be added or taken away, whatever is printed


class AdjustmentKind(StrEnum):
    """Why a sum is another than that of its parts. Each has a group of words: `adjust_<kind>`."""

    TIP = "tip"
    DISCOUNT = "discount"
    PREPAID = "prepaid"
    CREDIT = "credit"
    ROUNDING = "rounding"
    SHIPPING = "shipping"
    SURCHARGE = "surcharge"
    CONTAINER = "container"  # the deposit on bottles, crates, pallets

    @property
    def words(self) -> str:
        """The group of words under which it is printed."""
        return f"adjust_{self.value}"


KIND_NAMES = {
    AdjustmentKind.TIP: _("a tip"),
    AdjustmentKind.DISCOUNT: _("a discount"),
    AdjustmentKind.PREPAID: _("an amount paid before"),
    AdjustmentKind.CREDIT: _("a credit"),
    AdjustmentKind.ROUNDING: _("a rounding"),
    AdjustmentKind.SHIPPING: _("the shipping"),
    AdjustmentKind.SURCHARGE: _("a surcharge"),
    AdjustmentKind.CONTAINER: _("a deposit on containers"),
}
_TAKEN_AWAY = frozenset({AdjustmentKind.DISCOUNT, AdjustmentKind.PREPAID, AdjustmentKind.CREDIT})


@dataclass(frozen=True)
class Adjustment:
    """One labelled amount of a page. `value` is as printed, with a decimal point; `polygon` in page coordinates, flat.

    One that an electronic invoice states has no polygon; `row`: it belongs to that line item alone.
    """

    kind: AdjustmentKind
    label: str
    value: str
    page: int
    polygon: tuple[float, ...]
    row: int = 0

    @property
    def effects(self) -> tuple[Decimal, ...]:
        """What it may add to a sum, the likeliest first. A printed minus holds; of a rounding the sign is often left out."""
        value = to_decimal(self.value) or Decimal(0)
        if value < 0:
            return (value,)
        if self.kind is AdjustmentKind.ROUNDING:
            return (value, -value) if value <= _LARGEST_ROUNDING else ()
        return (-value,) if self.kind in _TAKEN_AWAY else (value,)

    def to_dict(self) -> dict[str, Any]:
        """As a code with its parameters and its place."""
        params = {"label": self.label, "value": self.value}
        plain = {"code": self.kind.value, "params": params, "page": self.page, "polygon": list(self.polygon)}
        return plain | ({"row": self.row} if self.row else {})

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        params = data["params"]
        return cls(
            AdjustmentKind(data["code"]),
            params["label"],
            params["value"],
            int(data["page"]),
            tuple(data["polygon"]),
            int(data.get("row", 0)),
        )


def adjustments_of(data: Iterable[dict[str, Any]] | None) -> tuple[Adjustment, ...]:
    """Of a list as JSON."""
    return tuple(Adjustment.from_dict(entry) for entry in data or ())


@dataclass(frozen=True)
class CountedAdjustment:
    """An adjustment with what it adds to a sum."""

    adjustment: Adjustment
    effect: Decimal

    def note(self, total: str) -> Reason:
        """That the sum called `total` is right with it."""
        return ADJUSTMENT_COUNTED(
            total=total,
            amount=f"{self.effect:+f}",
            kind=KIND_NAMES[self.adjustment.kind],
            label=self.adjustment.label,
            page=self.adjustment.page,
        )


def explain_difference(
    difference: Decimal,
    adjustments: Sequence[Adjustment],
    tolerance: Decimal,
    *,
    is_below_zero: bool = False,
    row: int = 0,
) -> tuple[CountedAdjustment, ...]:
    """The fewest adjustments that make up a difference; of equally many the first in order of printing; empty for none.

    `is_below_zero`: the amounts of the document are below zero, so that its adjustments count the other way too. `row`: only
    those of that line item.
    """
    mine = [each for each in adjustments if each.row == row]
    for counted in _choices(mine[:MOST_ADJUSTMENTS]):
        added = sum((each.effect for each in counted), Decimal(0))
        if abs(added - difference) <= tolerance:
            return counted
        if is_below_zero and abs(-added - difference) <= tolerance:
            return tuple(CountedAdjustment(each.adjustment, -each.effect) for each in counted)
    return ()


def _choices(adjustments: Sequence[Adjustment]) -> Iterator[tuple[CountedAdjustment, ...]]:
    """Every subset with every way to read its signs, the smallest first."""
    for count in range(1, len(adjustments) + 1):
        for subset in combinations(adjustments, count):
            for effects in product(*(each.effects for each in subset)):
                yield tuple(CountedAdjustment(*pair) for pair in zip(subset, effects, strict=True))
