"""How values are read that stand beside or below their label: a text, a name, a code, an address."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MARKS = re.compile(r"[°º\s:;.#=|\-–>)\]]*")
_NUMBER_WORD = re.compile(
    r"[°º\s:;.#=|\-–>)\]]*(?:(?:(?:no|nr|num|number)\b\.?|n\s*[°º]|№)[\s:;.#=-]*)?", re.IGNORECASE
)
_FOLLOWING_LABEL = re.compile(r"\s\S{2,20}\s?:")
_FIRST_CODE = re.compile(r"[^\s,;]+")
_SECOND_CODE = re.compile(r"\S+\s+\S*\d\S*")


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
        match = _NUMBER_WORD.match(text, position)
        return match.end() if match else position

    def end(self, text: str, start: int) -> int:
        first = _FIRST_CODE.match(text, start)
        if first is None:
            return super().end(text, start)
        if self.spaced is not None:
            longer = self.spaced.match(text, start)
        elif any(mark.isdigit() for mark in first.group(0)):
            longer = None
        else:
            longer = _SECOND_CODE.match(text, start)
        return longer.end() if longer else first.end()

    def is_plausible(self, value: str) -> bool:
        return any(mark.isdigit() for mark in value) and len(value) > 1
