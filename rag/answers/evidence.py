"""How much of a text's meaning another text holds, by words: shared by quotation and by the check of a model's answer."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from rapidfuzz import fuzz, process

from rag.domain.codes import is_code, names, years
from rag.domain.keywords import folded, keywords, numbers
from rag.domain.passages import Passage

_ALIKE = 86  # rapidfuzz's ratio: one wrong letter in seven, as OCR reads
_CODE_WEIGHT = 2.0


def coverage(wanted: Sequence[str], text: str) -> float:
    """The share 0..1 of the wanted keywords that the text holds, spelled the same or nearly; codes count double."""
    if not wanted:
        return 0.0
    weights = {word: _CODE_WEIGHT if is_code(word) else 1.0 for word in wanted}
    return sum(weights[word] for word in held(wanted, text)) / sum(weights.values())


def held(wanted: Sequence[str], text: str) -> set[str]:
    """Those of the wanted keywords that the text holds."""
    present = set(keywords(text)) | set(re.split(r"[\W_]+", folded(text)))
    present |= {year for word in present for year in years(word)}
    return {word for word in wanted if _holds(present, word)}


def rarities(wanted: Sequence[str], texts_hold: Sequence[set[str]]) -> dict[str, float]:
    """A weight a keyword: what few of the texts hold says more of one of them (inverse document frequency)."""
    count = len(texts_hold)
    return {word: math.log(1 + count / (0.5 + sum(word in text for text in texts_hold))) for word in wanted}


def holds_numbers(wanted: set[str], text: str) -> bool:
    """Whether every number of `wanted` stands in the text, however it is punctuated; 2022 holds FY2022."""
    present, joined = numbers(text), re.sub(r"\W|_", "", folded(text))
    return all(
        number in present or number in joined or (years(number) and years(number) <= present) for number in wanted
    )


def passages_naming(identifiers: Sequence[str], passages: Sequence[Passage]) -> list[Passage]:
    """Those on pages (as far as they were found) or of files that name what the question names.

    Pages that name all of it where there are any, else those that name some of it. None where nothing of it is named: the
    question is about something that is not there. Without identifiers all passages.
    """
    known: dict[object, str] = {}
    for passage in passages:
        known[passage.page_id] = f"{known.get(passage.page_id, passage.file_name)}\n{passage.text}"
    named = {page: sum(names(text, identifier) for identifier in identifiers) for page, text in known.items()}
    most = max(named.values(), default=0)
    if identifiers and not most:
        return []
    fewest = most if most == len(identifiers) else 1
    return [passage for passage in passages if named[passage.page_id] >= fewest]


def _holds(present: set[str], word: str) -> bool:
    if word in present:
        return True
    if any(character.isdigit() for character in word):
        if (named := years(word)) and named <= present:
            return True
        plain = re.sub(r"\W|_", "", word)
        return any(plain == re.sub(r"\W|_", "", other) for other in present)
    if len(word) >= 5 and any(
        other.startswith(word[:-1]) or word.startswith(other) for other in present if len(other) >= 4
    ):
        return True
    return len(word) >= 5 and process.extractOne(word, present, scorer=fuzz.ratio, score_cutoff=_ALIKE) is not None
