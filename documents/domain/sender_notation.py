"""How a sender writes numbers and dates, from what people and the system approved of its earlier documents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from documents.domain.dates import is_swappable, read_date_in
from documents.domain.notation import Notation
from documents.domain.numbers import read_number_in, to_decimal
from documents.domain.schema_spec import FieldType

_MARKS = (".", ",")
_ORDERS = ("DMY", "MDY")
_SURE = 0.9  # of the values that show something


@dataclass(frozen=True)
class SenderNotation:
    """`decimal` and `date_order` as in `Notation`, empty where the documents show nothing or both; `documents` is how many
    approved ones were looked at.
    """

    decimal: str = ""
    date_order: str = ""
    documents: int = 0

    @property
    def is_empty(self) -> bool:
        return not self.decimal and not self.date_order


@dataclass(frozen=True)
class WrittenValue:
    """An approved value and how it was printed."""

    type: str
    raw_text: str
    value: str


def shown_notation(values: Iterable[WrittenValue], documents: int) -> SenderNotation:
    """What printed texts and approved values show together: 03/04/2025 that was approved as 3 April is day first."""
    marks, orders = dict.fromkeys(_MARKS, 0), dict.fromkeys(_ORDERS, 0)
    for one in values:
        if one.type == FieldType.DATE:
            votes, shown = orders, _orders_of(one)
        elif one.type == FieldType.AMOUNT:
            votes, shown = marks, _marks_of(one)
        else:
            continue
        if len(shown) == 1:
            votes[shown[0]] += 1
    return SenderNotation(_surest(marks), _surest(orders), documents)


def _orders_of(one: WrittenValue) -> list[str]:
    """The orders in which the printed day is the approved one, where the other order is another day or none."""
    days = {order: read_date_in(one.raw_text, Notation("en_GB", date_order=order)) for order in _ORDERS}
    if not is_swappable(one.raw_text):
        return []  # 31/12: any order reads it
    return [order for order, day in days.items() if day and day.isoformat() == one.value]


def _marks_of(one: WrittenValue) -> list[str]:
    numbers = {mark: read_number_in(one.raw_text, Notation("en_GB", decimal=mark)) for mark in _MARKS}
    wanted = to_decimal(one.value)
    if wanted is None:
        return []
    if numbers["."] == numbers[","]:  # 12.50 is read alike in both: its mark is what it is
        used = [mark for mark in one.raw_text if mark in _MARKS]
        return used[-1:] if numbers["."] == wanted and wanted != wanted.to_integral_value() else []
    return [mark for mark, number in numbers.items() if number == wanted]


def _surest(votes: dict[str, int]) -> str:
    best = max(votes, key=lambda name: votes[name])
    total = sum(votes.values())
    return best if total and votes[best] >= _SURE * total else ""


def as_sender_writes(notation: Notation, sender: SenderNotation) -> Notation:
    """The document's own notation, and the sender's where the document shows none."""
    decimal = notation.decimal or sender.decimal
    if notation.is_order_sure or not sender.date_order:
        return replace(notation, decimal=decimal)
    return replace(notation, decimal=decimal, date_order=sender.date_order, is_order_sure=True)
