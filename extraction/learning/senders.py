"""Knowing a sender again: by its numbers, its name, or its letterhead, with some letters misread."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz

from documents.domain.learned import LearnedDocument
from documents.domain.plain_text import plain

_WORD = re.compile(r"[^\W\d_]{2,}")
_MOST_WORDS = 24  # of a head, that signs are made of
_LONG = 7  # letters of a word that is a sign by itself
_LONGEST_SIGN = 80
_SAME_HEAD = 82.0  # per cent: letterheads with other names and numbers in them
_SIMILAR_HEAD = 45.0  # per cent, where a number of the sender is the same: a number alone may be the receiver's
_SAME_NAME = 90.0
_SHORTEST_NAME = 5


@dataclass(frozen=True)
class SenderSigns:
    """What a document shows of its sender. `codes` are VAT numbers and IBANs, `names` what may be its name."""

    codes: frozenset[str]
    names: tuple[str, ...]
    head: str

    @property
    def index(self) -> tuple[str, ...]:
        """The keys by which earlier documents are looked up; any one in common is enough to compare them."""
        return index_signs(self.codes, self.names, self.head)


def index_signs(codes: Iterable[str], names: Iterable[str], head: str) -> tuple[str, ...]:
    """Keys of a document: its codes, the words of names and head in pairs, and long words alone."""
    found = [f"#{code}" for code in sorted(codes)]
    for text in (*names, head):
        found += _pairs(words_of_head(text)[:_MOST_WORDS])
    return tuple(dict.fromkeys(sign[:_LONGEST_SIGN] for sign in found))


def _pairs(words: Sequence[str]) -> Iterator[str]:
    yield from (f"{first} {second}" for first, second in pairwise(words))
    yield from (word for word in words if len(word) >= _LONG)


def words_of_head(text: str) -> list[str]:
    """Words without digits, in lower case: days and numbers differ from one document to the next."""
    return _WORD.findall(plain(text))


def is_same_sender(signs: SenderSigns, known: LearnedDocument) -> bool:
    """Whether a document is of the sender of a decided one."""
    alike = _head_likeness(signs.head, known.head)
    if alike >= _SAME_HEAD:
        return True
    if alike >= _SIMILAR_HEAD and signs.codes.intersection(known.codes):
        return True
    return _is_named(known.name, signs)


def _head_likeness(one: str, other: str) -> float:
    first, second = words_of_head(one), words_of_head(other)
    if len(first) < 2 or len(second) < 2:
        return 0.0
    return float(fuzz.ratio(" ".join(first), " ".join(second)))


def _is_named(name: str, signs: SenderSigns) -> bool:
    """Whether one of the names, or the head, says that name."""
    wanted = " ".join(words_of_head(name))
    if len(wanted) < _SHORTEST_NAME:
        return False
    if any(fuzz.ratio(wanted, " ".join(words_of_head(each))) >= _SAME_NAME for each in signs.names):
        return True
    head = " ".join(words_of_head(signs.head))
    return len(head) >= len(wanted) and fuzz.partial_ratio(wanted, head) >= _SAME_NAME
