"""Words that are one number: "10 500,00", "£ 12.00", "200,00 -", "1.00 CR". Joined before columns are told apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from documents.domain.currencies import SIGN
from documents.domain.numbers import is_numeric
from documents.domain.signs_of_print import as_ascii_digits
from idp_project.core.geometry import BoundingBox
from idp_project.core.page_text import Word
from idp_project.core.spans import Span

BoxedWord = tuple[Word, BoundingBox]

_NEAR = 1.4  # character widths between the parts of one number
_HEAD = re.compile(rf"\(?[-+*]?(?:{SIGN})? ?[-+]?[1-9]\d{{0,2}}(?: \d{{3}})*")
_GROUP = re.compile(rf"\d{{3}}(?:[.,](?:\d{{1,4}}|-{{1,2}}))?(?: ?(?:{SIGN}))?\)?-?")
_SIGN_ALONE = re.compile(rf"[-+(]?(?:{SIGN})[-(]?")
_OPEN = re.compile(r"[-+(]")
_CENTS = re.compile(r"[.,]\d{2}\)?$|[.,]\d{2} ?(?:[^\W\d]|[$€£¥₹])+\.?$|[.,]-{1,2}$")


def join_numbers(
    row: Sequence[BoxedWord], char_width: float, groups_by_space: bool, side_marks: frozenset[str]
) -> list[BoxedWord]:
    """The row's words, with those that are one number made one word. Its text is that of the page, one space between."""
    joined: list[BoxedWord] = []
    for index, item in enumerate(row):
        if joined and _gap(joined[-1], item) <= _NEAR * char_width and _is_contiguous(joined[-1][0], item[0]):
            is_first = len(joined) < 2 or _gap(joined[-2], joined[-1]) > 2 * _NEAR * char_width
            is_last = index + 1 == len(row) or _gap(item, row[index + 1]) > _NEAR * char_width
            before, after = as_ascii_digits(joined[-1][0].text), as_ascii_digits(item[0].text)
            if _is_one(before, after, groups_by_space, side_marks, is_first=is_first, is_last=is_last):
                joined[-1] = _one(joined[-1], item)
                continue
        joined.append(item)
    return joined


@lru_cache(maxsize=32768)
def _is_one(
    before: str, after: str, groups_by_space: bool, side_marks: frozenset[str], *, is_first: bool, is_last: bool
) -> bool:
    if groups_by_space and _HEAD.fullmatch(before) and _GROUP.fullmatch(after):
        return True
    if is_numeric(after) and after[:1] not in "-+":
        return _SIGN_ALONE.fullmatch(before) is not None or (is_first and _OPEN.fullmatch(before) is not None)
    if not is_numeric(before):
        return False
    if re.fullmatch(rf"(?:{SIGN})", after):
        return True
    mark = after.lower().rstrip(".")
    if mark in side_marks or after in ("-", "+"):
        return bool(_CENTS.search(before)) and (is_last or mark in side_marks)
    return after == ")" and "(" in before


def _gap(before: BoxedWord, after: BoxedWord) -> float:
    return after[1].left - before[1].right


def _is_contiguous(before: Word, after: Word) -> bool:
    return after.span.start == before.span.end + 1


def _one(before: BoxedWord, after: BoxedWord) -> BoxedWord:
    (first, left), (second, right) = before, after
    box = BoundingBox(left.left, min(left.top, right.top), right.right, max(left.bottom, right.bottom))
    known = [word.confidence for word in (first, second) if word.confidence is not None]
    confidence = min(known) if known else None
    return Word(
        f"{first.text} {second.text}", box.to_polygon(), confidence, Span(first.span.start, second.span.end)
    ), box
