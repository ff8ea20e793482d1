"""Spaces that a reader lost: "NO.12,JALAN ABC 47400PETALING" gets them back from commas, digits and words seen elsewhere.

Only the value gets them; the raw text stays as it was read. No dictionary: a word is split into words that the document
itself prints apart, or that documents use in addresses and names.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from documents.domain.words import Words
from extraction.local.candidates import Found
from extraction.local.page_view import PageView
from idp_project.core.page_text import TextSource

_SHORTEST = 3  # letters of a part
_LONGEST = 40
_FEWEST = 7  # letters of a word that may be two
_COMMA = re.compile(r"(?<=[^\W_]),(?=[^\W\d_]{2})|(?<=[^\W\d_]),(?=\d)")
_POSTCODE = re.compile(r"(?<![\w.,/-])(\d{5})(?=[^\W\d_]{3})")
_WORD = re.compile(rf"[^\W\d_]{{{_FEWEST},{_LONGEST}}}")
_WORD_THEN_CODE = re.compile(r"([^\W\d_]{4,})(?=\d)")
_CASE = re.compile(r"(?<=[a-zß-ÿ])(?=[A-ZÀ-ÖØ-Þ])")


def with_spaces(view: PageView, found: Found) -> Found:
    """The value with its spaces, where the page was recognised; a text layer knows its own."""
    if found.value is None or view.page_text.source is not TextSource.OCR:
        return found
    restored = restore_spaces(found.value, seen_words(view), view.words)
    return found if restored == found.value else replace(found, value=restored)


def restore_spaces(text: str, seen: frozenset[str], words: Words) -> str:
    """`seen` are words of the document in lower case."""
    text = _COMMA.sub(", ", text)
    text = _POSTCODE.sub(r"\1 ", text)
    known = seen | _usual(words)
    text = _WORD_THEN_CODE.sub(lambda match: f"{match[1]} " if match[1].lower() in _streets(words) else match[1], text)
    return _WORD.sub(lambda match: _apart(match.group(0), known), text)


def _apart(word: str, known: frozenset[str]) -> str:
    """The word in two or three known ones; itself where it is known or cannot be split."""
    if word.lower() in known:
        return word
    boundaries = [match.start() for match in _CASE.finditer(word)]
    if boundaries and not word.isupper():
        return _at_case(word, boundaries, known)
    parts = _split(word.lower(), known, 3)
    if not parts:
        return word
    cut, position = [], 0
    for part in parts:
        cut.append(word[position : position + len(part)])
        position += len(part)
    return " ".join(cut)


def _at_case(word: str, boundaries: list[int], known: frozenset[str]) -> str:
    """ "EnterpriseSdn" where "sdn" is a word; "VistaPrint" stays."""
    for at in boundaries:
        first, second = word[:at], word[at:]
        if len(second) >= _SHORTEST and second.lower() in known and len(first) >= _SHORTEST:
            return f"{first} {second}"
    return word


def _split(word: str, known: frozenset[str], most: int) -> list[str] | None:
    for length in range(len(word) - _SHORTEST, _SHORTEST - 1, -1):
        first, rest = word[:length], word[length:]
        if first not in known:
            continue
        if rest in known:
            return [first, rest]
        if most > 2 and (further := _split(rest, known, most - 1)):
            return [first, *further]
    return None


@lru_cache(maxsize=2)
def seen_words(view: PageView) -> frozenset[str]:
    """Words that the page prints by themselves."""
    return frozenset(
        text.lower()
        for word in view.page_text.words
        if len(text := word.text.strip(".,;:()")) > _SHORTEST and text.isalpha()
    )


@lru_cache(maxsize=16)
def _usual(words: Words) -> frozenset[str]:
    phrases = words.of(("street", "place", "business", "company_ending", "legal_form", "institution"))
    return frozenset(part for phrase in phrases for part in phrase.split() if len(part) >= _SHORTEST and part.isalpha())


@lru_cache(maxsize=16)
def _streets(words: Words) -> frozenset[str]:
    return frozenset(word for word in words.street if len(word) > _SHORTEST)
