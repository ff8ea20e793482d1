"""How much of a business document a page holds: what tells a covering letter or a signature's picture from an invoice."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

_AMOUNTS, _ROWS = 3, 2  # with a total; of a table
_SMALL_TEXT = 20  # words


class PageRole(StrEnum):
    """What a page is if it belongs to no document: `notice` of a viewer that cannot show it. `none`: it may belong to one."""

    NONE = ""
    SEPARATOR = "separator"
    NOTICE = "notice"


@dataclass(frozen=True)
class Substance:
    """Of one page: `words`, different `amounts` with decimals, whether a total `has_total` its amount, `rows` that look like
    those of a table with numbers, `dates`."""

    words: int = 0
    amounts: int = 0
    has_total: bool = False
    rows: int = 0
    dates: int = 0

    @property
    def is_document(self) -> bool:
        """Whether it may be an invoice, an order or a similar paper by itself."""
        return self.rows >= _ROWS or (self.amounts >= _AMOUNTS and self.has_total)

    @property
    def says_nothing(self) -> bool:
        """A few words without a date or an amount."""
        return self.words <= _SMALL_TEXT and not self.amounts and not self.dates and not self.rows

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        return cls(**data)
