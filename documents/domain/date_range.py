"""Periods such as "03/12/20 - 03/15/20": which of the two dates a field wants."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from documents.domain.plain_text import plain
from documents.domain.schema_spec import FieldSpec
from documents.domain.words import Words, alternatives, word_set

_DAY = r"\w{1,9}[\s./-]{0,2}\w{1,9}[\s./,-]{0,2}\d{2,4}"


class Side(StrEnum):
    """Of a period."""

    BEGIN = "begin"
    END = "end"


@lru_cache(maxsize=64)
def _period_patterns(words: Words) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Of what follows the first and of what precedes the second date of a period."""
    joint = rf"\s*(?:[-–—]|\b(?:{alternatives(words, 'period_joint')})\b)\s*"
    return re.compile(rf"^{joint}\(?{_DAY}"), re.compile(rf"{_DAY}\)?{joint}$")


def side_of_place(row_text: str, text: str, words: Words) -> Side | None:
    """Where the date `text` of a row stands in a printed period; None for one that stands alone."""
    start = row_text.find(text)
    if start < 0:
        return None
    followed, preceded = _period_patterns(words)
    is_first = followed.match(row_text[start + len(text) :]) is not None
    is_second = preceded.search(row_text[: row_text.rfind(text)]) is not None
    if is_first == is_second:
        return None
    return Side.BEGIN if is_first else Side.END


@lru_cache(maxsize=1024)
def side_of_field(spec: FieldSpec, words: Words) -> Side | None:
    """What the field's name and label ask for; None where they speak of no period."""
    said = {*plain(spec.name).split(), *plain(spec.label).split()}
    is_begin, is_end = (bool(said & word_set(words, group)) for group in ("period_begin", "period_end"))
    if is_begin == is_end:
        return None
    return Side.BEGIN if is_begin else Side.END
