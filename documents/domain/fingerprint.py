"""What a page has in common with its neighbours, as small JSON: numbering, running lines, words, codes, measures."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True)
class Fingerprint:
    """Of one page with words. Lengths are in page coordinates.

    `number` and `total` as printed ("page `number` of `total`"), `is_bare_number`: a number alone in its line, which may
    be something else. `head` and `foot` are the outermost lines, digits as 0; `words` the most frequent long words,
    `codes` and `dates` what has digits in it, `forms` numbers of printed forms. `letter` and `line` are the print's median
    width and height; `title` is the largest print of the upper third against the median. `opening` and `closing` count
    phrases that begin and end documents; `has_sums`: a line with a total or a net sum and its amount; `begins_with_heads`:
    with the heads of a table. `first_item` and `last_item` are numbers of enumerated lines ("13. If the …").
    """

    number: int | None
    total: int | None
    is_bare_number: bool
    head: tuple[str, ...]
    foot: tuple[str, ...]
    words: tuple[str, ...]
    codes: tuple[str, ...]
    dates: tuple[str, ...]
    forms: tuple[str, ...]
    letter: float
    line: float
    left: float
    right: float
    bottom: float
    title: float
    word_count: int
    opening: int
    closing: int
    first_item: int | None
    last_item: int | None
    begins_within: bool
    ends_within: bool
    has_sums: bool = False
    begins_with_heads: bool = False

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        values: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in data.items()
        }
        return cls(**values)
