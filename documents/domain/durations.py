"""How long something runs, as contracts write it: "two (2) years", "18 months", "sechs Wochen", "the second anniversary"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from documents.domain.signs_of_print import as_ascii_digits
from documents.domain.words import Words, word_set
from documents.domain.words.in_force import words_in_force

INDEFINITE = "indefinite"
_LARGEST = 999
_TENS = 20  # from here on English joins tens and units: "twenty-four"
_ANNIVERSARY = "anniversary"


def find_durations(text: str, words: Words) -> Iterator[tuple[int, int, str]]:
    """`(start, end, value)` of every duration in a text; the value is a number and a unit in English: "2 years"."""
    plain = as_ascii_digits(text)
    for match in _pattern(words).finditer(plain):
        if (value := _value(match, words)) is not None:
            yield match.start(), match.end(), value
    for match in _indefinite(words).finditer(plain):
        yield match.start(), match.end(), INDEFINITE


def read_duration(text: str, words: Words | None = None) -> str | None:
    """The duration that a whole text is, None for anything else."""
    known = words or words_in_force()
    wanted = as_ascii_digits(text).strip(" .,;:()")
    if wanted.lower() == INDEFINITE or _indefinite(known).fullmatch(wanted):
        return INDEFINITE
    match = _pattern(known).fullmatch(wanted)
    return _value(match, known) if match else None


@lru_cache(maxsize=64)
def _pattern(words: Words) -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, words.number_name), key=len, reverse=True))
    ordinals = "|".join(sorted(map(re.escape, words.ordinal_name), key=len, reverse=True))
    units = "|".join(
        re.escape(unit).replace(r"\ ", r"\s+") for unit in sorted(words.duration_unit, key=len, reverse=True)
    )
    between = "|".join(sorted(map(re.escape, word_set(words, "duration_filler")), key=len, reverse=True))
    number = rf"(?:(?P<word>(?:{names})(?:[\s-](?:{names}))?)|(?P<digits>(?<![\d.,/§])\d{{1,3}}))"
    aside = r"(?:\s*[(\[]\s*(?:(?P<aside>\d{1,3})|[^()\[\]\d]{2,20})\s*[)\]])?"
    return re.compile(
        rf"(?<!\w)(?:{number}|\((?P<bare>\d{{1,3}})\)|(?P<ordinal>{ordinals})){aside}"
        rf"[\s-]{{1,3}}(?:(?:{between})\s+)?(?P<unit>{units})['’]?(?!\w)(?:\s*\(s\))?",
        re.IGNORECASE,
    )


@lru_cache(maxsize=64)
def _indefinite(words: Words) -> re.Pattern[str]:
    phrases = "|".join(re.escape(phrase).replace(r"\ ", r"\s+") for phrase in words.indefinite)
    return re.compile(rf"(?<!\w)(?:{phrases})(?!\w)", re.IGNORECASE)


def _value(match: re.Match[str], words: Words) -> str | None:
    unit = words.duration_unit[" ".join(match["unit"].lower().split())]
    is_ordinal = match["ordinal"] is not None
    if is_ordinal != (unit == _ANNIVERSARY):
        return None
    number = int(words.ordinal_name[match["ordinal"].lower()]) if is_ordinal else _number(match, words)
    if number is None or not 0 < number <= _LARGEST:
        return None
    unit = "year" if is_ordinal else unit
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _number(match: re.Match[str], words: Words) -> int | None:
    if digits := match["aside"] or match["digits"] or match["bare"]:
        return int(digits)
    numbers = [int(words.number_name[name]) for name in _known_names(match["word"].lower(), words)]
    if len(numbers) == 1:
        return numbers[0]
    return sum(numbers) if len(numbers) == 2 and numbers[0] >= _TENS and numbers[1] < 10 else None


def _known_names(word: str, words: Words) -> list[str]:
    return [word] if word in words.number_name else [name for name in re.split(r"[\s-]", word) if name]
