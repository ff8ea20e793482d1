"""Lines of right-to-left scripts from a text layer: from places on the page to the order in which they are read.

A text layer says where each word stands; what is drawn first differs from producer to producer, so only places count
(the reverse of the bidirectional algorithm's last step, UAX #9 L2).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from extraction.page_steps.reading_order import LooseWord
from idp_project.core.scripts import (
    RIGHT_TO_LEFT,
    letters_by_script,
    runs_right_to_left,
    script_of,
    without_direction_marks,
)

_PRESENTATION_FORMS = (
    (0xFB1D, 0xFDFF),
    (0xFE70, 0xFEFF),
)  # of Hebrew and Arabic letters: how they look where they stand
_ALONE = 0.9  # of a line's letters
_WIDE = 1.2  # heights of a line: a gap that parts columns


def plain_letters(text: str) -> str:
    """Presentation forms of Hebrew and Arabic as the letters that they are forms of, without marks of direction."""
    if text.isascii():
        return text
    letters = (
        unicodedata.normalize("NFKC", character) if _is_presentation_form(character) else character
        for character in text
    )
    return unicodedata.normalize("NFC", without_direction_marks("".join(letters)))


def in_reading_order(lines: Sequence[Sequence[LooseWord]]) -> list[list[LooseWord]]:
    """Lines whose words stand from left to right, in the order in which they are read.

    Lines of a right-to-left page are turned round, and so are sentences of such letters alone; in other lines only runs of
    such words are. Latin phrases and the groups of one number keep their order.
    """
    texts = [" ".join(word[0] for word in line) for line in lines]
    is_page_turned = runs_right_to_left(" ".join(texts))
    return [_ordered(line, text, is_page_turned) for line, text in zip(lines, texts, strict=True)]


def _ordered(line: Sequence[LooseWord], text: str, is_page_turned: bool) -> list[LooseWord]:
    if text.isascii() and not is_page_turned:
        return list(line)
    letters = letters_by_script(text)
    own = sum(letters[script] for script in RIGHT_TO_LEFT)
    if not letters:
        return _turned(line) if is_page_turned else list(line)
    is_alone = own >= _ALONE * sum(letters.values()) and all(_is_near(*pair) for pair in pairwise(line))
    if is_alone or (own and is_page_turned):
        return _turned(line)
    return _with_turned_runs(line) if own else list(line)


def _with_turned_runs(line: Sequence[LooseWord]) -> list[LooseWord]:
    """A line that is read from the left: phrases in it that are read from the right, numbers inside them included."""
    ordered: list[LooseWord] = []
    run: list[LooseWord] = []
    waiting: list[LooseWord] = []  # numbers behind a run: part of it if it goes on
    for word in line:
        if runs_right_to_left(word[0]):
            run += [*waiting, word]
            waiting = []
        elif run and _is_number(word[0]) and _is_near(([*run, *waiting])[-1], word):
            waiting.append(word)
        else:
            ordered += [*_turned(run), *waiting, word]
            run, waiting = [], []
    return [*ordered, *_turned(run), *waiting]


def _turned(line: Sequence[LooseWord]) -> list[LooseWord]:
    runs: list[list[LooseWord]] = [[word] for word in line[:1]]
    for before, word in pairwise(line):
        if _stays(before, word):
            runs[-1].append(word)
        else:
            runs.append([word])
    return [word for run in reversed(runs) for word in run]


def _stays(before: LooseWord, word: LooseWord) -> bool:
    """Whether `word`, right of `before`, is also read after it: both in one phrase that runs left to right."""
    if not _is_near(before, word):
        return False
    if _has_other_letters(before[0]):
        return _has_other_letters(word[0]) or _is_number(word[0])
    return _is_number(before[0]) and _is_number(word[0]) and _goes_on(before[0], word[0])


def _is_near(before: LooseWord, word: LooseWord) -> bool:
    left, right = before[1].bounding_box, word[1].bounding_box
    return right.left - left.right <= _WIDE * max(left.height, right.height)


def _has_other_letters(text: str) -> bool:
    return any(script is not None and script not in RIGHT_TO_LEFT for script in map(script_of, text))


def _is_number(text: str) -> bool:
    return any(character.isdecimal() for character in text) and not any(character.isalpha() for character in text)


def _goes_on(before: str, after: str) -> bool:
    """ "1 254": groups of three digits behind a number."""
    return before[-1:].isdecimal() and len(before) <= 3 and after[:3].isdecimal() and not after[3:4].isdecimal()


def _is_presentation_form(character: str) -> bool:
    code = ord(character)
    return any(first <= code <= last for first, last in _PRESENTATION_FORMS)
