"""Whether a remembered text is printed on a page: letter by letter, with single letters misread, never with another word."""

from __future__ import annotations

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from extraction.local.locate import Located, located_at
from idp_project.core.page_text import PageText
from idp_project.core.spans import Span

_LEAST = 80.0  # per cent of the letters
_LONGEST_DIFFERENCE = 2  # letters side by side: "(M)" for "(KUCHAI)" is another name
_LETTERS_A_DIFFERENCE = 8
_SHORTEST = 5


def find_printed(page_text: PageText, wanted: str) -> Located | None:
    """Where a text stands, lines and spaces apart; None where it does not, or another text that is only like it does."""
    letters = _letters(wanted)
    text = page_text.text
    places = [number for number, mark in enumerate(text) if mark.isalnum()]
    if len(letters) < _SHORTEST or len(places) < len(letters):
        return None
    there = "".join(_low(text[number]) for number in places)
    found = fuzz.partial_ratio_alignment(letters, there, score_cutoff=_LEAST)
    if found is None or found.dest_end <= found.dest_start:
        return None
    printed = there[found.dest_start : found.dest_end]
    if not is_misreading(letters, printed):
        return None
    span = Span(places[found.dest_start], places[found.dest_end - 1] + 1)
    return located_at(page_text, span, float(Levenshtein.normalized_similarity(letters, printed)))


def is_misreading(one: str, other: str) -> bool:
    """Whether two texts differ in single letters only, few of them, and in no digit for another one: "Unit 3" is not "Unit 8"."""
    first, second = _letters(one), _letters(other)
    different = 0
    for step in Levenshtein.opcodes(first, second):
        if step.tag != "equal":
            before, after = first[step.src_start : step.src_end], second[step.dest_start : step.dest_end]
            if max(len(before), len(after)) > _LONGEST_DIFFERENCE or (_has_digit(before) and _has_digit(after)):
                return False
            different += max(len(before), len(after))
    return different <= 1 + len(first) // _LETTERS_A_DIFFERENCE


def _letters(text: str) -> str:
    return "".join(_low(mark) for mark in text if mark.isalnum())


def _has_digit(text: str) -> bool:
    return any(mark.isdigit() for mark in text)


def _low(mark: str) -> str:
    low = mark.lower()
    return low if len(low) == 1 else mark
