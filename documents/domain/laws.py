"""Whose law a contract is under, and whose courts: the place or the law in a sentence that says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from documents.domain.words import Words, alternatives, phrase_pattern

_CAPITAL = "A-ZÀ-ÖØ-ÞŠŽČĆŁŚ"
_TOKEN = rf"[{_CAPITAL}][\w.'’-]*"
_MOST_WORDS = 6
_SURE, _LIKELY, _POSSIBLE = 1.0, 0.7, 0.45
_END = re.compile(r"[\s.,;:]+$")


def find_laws(sentence: str, words: Words) -> Iterator[tuple[int, int, float]]:
    """`(start, end, strength)` of the law that a sentence names: "the laws of the State of Ohio" is "Ohio", "deutsches
    Recht" is itself. `strength` 0..1 is greatest where the sentence says that it governs.
    """
    is_said = phrase_pattern(words, "law_verb").search(sentence) is not None
    spans = set()
    for match in _law_of(words).finditer(sentence):
        if span := place_at(sentence, match.end(), words):
            spans.add(span)
            yield *span, _SURE if is_said else _POSSIBLE
    if not is_said or spans:
        return
    for match in _law_by_adjective(words).finditer(sentence):
        yield match.start("law"), match.end("law"), _LIKELY


def find_courts(sentence: str, words: Words) -> Iterator[tuple[int, int, float]]:
    """The same of the place whose courts decide: "Gerichtsstand ist Berlin"."""
    for match in phrase_pattern(words, "court_cue").finditer(sentence):
        span = place_at(sentence, match.end(), words)
        if span and not phrase_pattern(words, "court_name").search(sentence[slice(*span)]):  # the heading's next line
            yield *span, _LIKELY


def place_at(text: str, position: int, words: Words) -> tuple[int, int] | None:
    """`[start, end)` of the name of a place that begins at `position`, without "the State of"; None where none does."""
    lead = _lead(words).match(text, position)
    start = lead.end() if lead else position
    match = _run().match(text, start)
    if match is None:
        return None
    end = match.end()
    if stop := _stop(words).search(text, start, end):
        end = stop.start()
    end -= len(text[start:end]) - len(_END.sub("", text[start:end]))
    return (start, end) if end - start > 1 else None


@lru_cache(maxsize=1)
def _run() -> re.Pattern[str]:
    joint = r"(?:of|and|the|und|der|de|del|des|du|do|da|e|et|y)"
    return re.compile(rf"{_TOKEN}(?:\s+(?:{joint}\s+)?(?:{joint}\s+)?{_TOKEN}){{0,{_MOST_WORDS - 1}}}")


@lru_cache(maxsize=64)
def _law_of(words: Words) -> re.Pattern[str]:
    nouns, joints = alternatives(words, "law_noun"), alternatives(words, "law_joint")
    return re.compile(rf"(?<!\w)(?:{nouns})(?:\s*\([^)]{{0,120}}\))?,?\s+(?:{joints})\s+", re.IGNORECASE)


@lru_cache(maxsize=64)
def _law_by_adjective(words: Words) -> re.Pattern[str]:
    """ "English law"; "deutsches Recht"; "droit français"."""
    nouns, ends = alternatives(words, "law_noun"), alternatives(words, "nation_ending")
    before = rf"(?:{_TOKEN}|[^\W\d_]{{3,}}(?:{ends}))\s+(?i:{nouns})(?!\w)"
    behind = rf"(?i:{nouns})\s+[^\W\d_]{{3,}}(?:{ends})(?!\w)"
    return re.compile(rf"(?<!\w)(?P<law>{before}|{behind})")


@lru_cache(maxsize=64)
def _lead(words: Words) -> re.Pattern[str]:
    return re.compile(rf"\s*(?:(?:{alternatives(words, 'place_lead')})\s+)*", re.IGNORECASE)


@lru_cache(maxsize=64)
def _stop(words: Words) -> re.Pattern[str]:
    return re.compile(rf"\s+(?:{alternatives(words, 'place_stop')})(?!\w)", re.IGNORECASE)
