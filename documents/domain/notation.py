"""How one document writes its numbers and dates: what its own pages show, over what the schema's locale expects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Notation:
    """`decimal` is the mark before decimals and `date_order` the order of short dates: empty where nothing on the pages shows
    them, then the locale decides. `is_order_sure`: its own dates show the order; `is_order_doubtful`: something else on it is
    written as a country does that has another order.

    `side_marks` are the words behind an amount that say on which side of an account it stands; `negative_marks` of them
    are negative, the others are positive. `period` is the first and the last day that the document speaks of.
    `currencies` are the signs on it that several countries share, each with what it stands for, the likeliest first.
    """

    locale: str
    decimal: str = ""
    groups_by_space: bool = False
    date_order: str = ""
    is_order_sure: bool = False
    is_order_doubtful: bool = False
    side_marks: frozenset[str] = frozenset()
    negative_marks: frozenset[str] = frozenset()
    period: tuple[date, date] | None = None
    currencies: tuple[tuple[str, tuple[str, ...]], ...] = ()
