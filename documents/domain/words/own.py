"""An organisation's own words: how they are checked and stored, one entry per word.

The language of a word is for the list that people see: words of all languages are looked for on every page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from uuid import UUID, uuid5

import yaml

from documents.domain import words as built_in
from documents.domain.plain_text import plain
from documents.domain.refusals import (
    OWN_WORD_FORM,
    OWN_WORD_GROUP,
    OWN_WORD_KNOWN,
    OWN_WORD_LANGUAGE,
    OWN_WORD_MONTH,
    OWN_WORDS_TOO_MANY,
)
from documents.domain.words import EXTENDABLE, UnusableWords, Words, languages, words_with

MOST_WORDS = 1000
LONGEST_WORD = 80
MONTHS = tuple(str(number) for number in range(1, 13))
MONTH_NAME = "month_name"
_NAMESPACE = UUID("5a1d3f0e-6f6b-4d0f-9f39-0f6f5d3c9b7e")


@dataclass(frozen=True)
class OwnWord:
    """`language` is empty for a word of no language in particular; `meaning` is 1 to 12 for the name of a month."""

    group: str
    word: str
    language: str = ""
    meaning: str = ""

    @property
    def id(self) -> UUID:
        """The same for the same word of the same group."""
        return uuid5(_NAMESPACE, f"{self.group} {self.word}")

    def to_dict(self) -> dict[str, str]:
        return {name: value for name, value in asdict(self).items() if value}


def checked_word(wanted: OwnWord) -> OwnWord:
    """In lower case with single spaces, as it is stored. Raises UnusableWords with what is wrong with it."""
    if wanted.group not in EXTENDABLE:
        raise UnusableWords(OWN_WORD_GROUP(group=wanted.group))
    if wanted.language and wanted.language not in languages():
        raise UnusableWords(OWN_WORD_LANGUAGE(language=wanted.language))
    word = " ".join(wanted.word.lower().split())
    if not plain(word) or len(word) > LONGEST_WORD or not word.isprintable():
        raise UnusableWords(OWN_WORD_FORM(most=LONGEST_WORD))
    if wanted.meaning not in (MONTHS if wanted.group == MONTH_NAME else ("",)):
        raise UnusableWords(OWN_WORD_MONTH())
    return OwnWord(wanted.group, word, wanted.language, wanted.meaning)


def added_to(words: Iterable[OwnWord], wanted: OwnWord) -> tuple[OwnWord, ...]:
    """The words with one more. Raises UnusableWords for one that is known already, and above the most that are kept."""
    checked, present = checked_word(wanted), tuple(words)
    if checked.word in getattr(words_of_own(present), checked.group):
        raise UnusableWords(OWN_WORD_KNOWN(word=checked.word))
    if len(present) >= MOST_WORDS:
        raise UnusableWords(OWN_WORDS_TOO_MANY(most=MOST_WORDS))
    return (*present, checked)


def own_words_from(stored: object) -> tuple[OwnWord, ...]:
    """What an organisation's settings hold; what this version does not understand is left out."""
    entries = stored if isinstance(stored, list) else []
    found = (_read(entry) for entry in entries)
    return tuple(word for word in found if word is not None)


def _read(entry: object) -> OwnWord | None:
    if not isinstance(entry, Mapping):
        return None
    texts = {name: str(entry.get(name, "")) for name in ("group", "word", "language", "meaning")}
    try:
        return checked_word(OwnWord(**texts))
    except UnusableWords:
        return None


def words_of_own(own: Iterable[OwnWord]) -> Words:
    """The built-in words and these; the same object for the same words."""
    added: dict[str, dict[str, str]] = {}
    for word in own:
        added.setdefault(word.group, {})[word.word] = word.meaning
    return words_with({group: found if group == MONTH_NAME else tuple(found) for group, found in added.items()})


@lru_cache(maxsize=1)
def built_in_by_language() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """By language, and in it by group, what the files of the language and of its countries hold."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for path in sorted(Path(built_in.__file__).parent.glob("*.yaml")):
        groups = found.setdefault(path.stem.split("_")[0], {})
        for group, words in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            groups[group] = tuple(dict.fromkeys((*groups.get(group, ()), *words)))
    return found
