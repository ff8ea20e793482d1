"""Regular expressions that people write: bounded in length and time, so that none holds a document up.

Matched by the `regex` library, which takes a time limit; the notation is that of Python's `re`.
"""

from __future__ import annotations

from functools import lru_cache

import regex

LONGEST_PATTERN = 200
SECONDS = 0.05  # for one text; a line of print takes microseconds
_PROBES = ("a" * 60 + "!", "1" * 60 + "!", "a1" * 40 + "!", " " * 60 + "!", "A-" * 40 + "!", "0." * 40 + "x")


class SlowPattern(ValueError):
    """It takes too long on a text that a page may have."""


@lru_cache(maxsize=512)
def compiled(pattern: str) -> regex.Pattern[str] | None:
    """None where it is no valid regular expression."""
    try:
        return regex.compile(pattern, regex.VERSION0)
    except (regex.error, RecursionError, OverflowError):
        return None


def matches_whole(pattern: str, text: str) -> bool | None:
    """Whether the whole text matches. None where the pattern is invalid or takes too long."""
    known = compiled(pattern)
    if known is None:
        return None
    try:
        return known.fullmatch(text, timeout=SECONDS) is not None
    except TimeoutError:
        return None


def check_pattern(pattern: str) -> None:
    """Raises ValueError for an invalid or too long one, SlowPattern for one that takes too long."""
    if len(pattern) > LONGEST_PATTERN or compiled(pattern) is None:
        raise ValueError(pattern)
    literals = "".join(mark for mark in pattern if mark.isalnum())[:20]
    for probe in (*_PROBES, (literals or "x") * 8 + "!", *(f"{mark * 80}!" for mark in sorted(set(literals)))):
        if matches_whole(pattern, probe) is None:
            raise SlowPattern(pattern)
