"""How values are read that stand beside or below their label: a text, a name, a code, an address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from documents.domain.dates import find_dates
from documents.domain.numbers import DECIMALS
from documents.domain.words import Words, alternatives
from documents.domain.words.in_force import words_in_force

_MARKS = re.compile(r"[°º\s:;.#=|\-–>)\]]*")
_FOLLOWING_LABEL = re.compile(r"\s\S{2,20}\s?:")
_FIRST_CODE = re.compile(r"[^\s,;]+")
_LETTERS_BEFORE = re.compile(r"[^\W\d_a-zà-ÿ]{1,5}[-./]?(?=\s)")  # "INV 2024 001"
_NEXT_GROUP = re.compile(r"\s[A-Z0-9][A-Z0-9/_.\-]*(?=\s|$)")
_PER_CENT = re.compile(r"\s?%")
_SHARE = re.compile(r"\d[\d.,]*\s?%")
_FEWEST_OF_GROUP = 2


@lru_cache(maxsize=64)
def _number_word(words: Words) -> re.Pattern[str]:
    """Matches what stands between a label and the number that it names."""
    known = alternatives(words, "number_word")
    return re.compile(
        rf"{_MARKS.pattern}(?:\(\w{{1,12}}\)\s*(?=(?:{known})\b|№|n\s*[°º]))?"
        rf"(?:(?:(?:{known})(?!\w)\.?|n\s*[°º]|№)[\s:;.#=-]*)*",
        re.IGNORECASE,
    )


@dataclass(frozen=True)
class TextAfterLabel:
    """The rest of the line, up to another label's colon."""

    fewest_letters: int = 0
    has_more_lines: bool = False

    def start(self, text: str, position: int) -> int:
        match = _MARKS.match(text, position)
        return match.end() if match else position

    def end(self, text: str, start: int) -> int:
        following = _FOLLOWING_LABEL.search(text[start:])
        return start + following.start() if following and following.start() > 0 else len(text.rstrip())

    def is_plausible(self, value: str) -> bool:
        return bool(value.strip()) and sum(mark.isalpha() for mark in value) >= self.fewest_letters


@dataclass(frozen=True)
class CodeAfterLabel(TextAfterLabel):
    """The first word, or the second one where only that has digits; `spaced` matches codes printed with gaps."""

    spaced: re.Pattern[str] | None = None

    def start(self, text: str, position: int) -> int:
        match = _number_word(words_in_force()).match(text, position)
        return match.end() if match else position

    def end(self, text: str, start: int) -> int:
        if self.spaced is not None:
            longer = self.spaced.match(text, start)
            if longer:
                return longer.end()
        first = _LETTERS_BEFORE.match(text, start) or _FIRST_CODE.match(text, start)
        if first is None:
            return super().end(text, start)
        stop = min((begin for begin, _, _ in find_dates(text, "en_GB") if begin >= start), default=len(text))
        if stop == start or _SHARE.match(text, start) or _PER_CENT.match(text, first.end()):
            return start
        return _end_of_groups(text, first.end(), stop)

    def is_plausible(self, value: str) -> bool:
        return any(mark.isdigit() for mark in value) and len(value) > 1 and not find_dates(value, "en_GB")


def _end_of_groups(text: str, end: int, stop: int) -> int:
    """Returns the end of a number printed in groups with one space between ("88 213 004"); no group is an amount or a date."""
    while match := _NEXT_GROUP.match(text, end):
        group = match.group(0).strip()
        digits = sum(mark.isdigit() for mark in group)
        if match.end() > stop or digits < _FEWEST_OF_GROUP or DECIMALS.search(group):
            break
        end = match.end()
    return end
