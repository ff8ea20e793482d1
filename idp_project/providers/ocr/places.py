"""Finding a reading's words among words whose place is known: two readings of one page, aligned. Pure functions.

A language model reads well and cannot point; a local engine points well. A word that the second did not see keeps no
place: none is made up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel

from idp_project.core.geometry import Polygon
from idp_project.core.page_text import Word

_SAME = 0.75  # similarity of two texts (1: equal) from which, in their order, they are readings of one word
_WHOLE = 0.8  # the same for a word that the other reading has in several fragments
_MAX_FRAGMENTS = 3


@dataclass(frozen=True)
class Placed:
    """Where a word is, and how far both readings agree on it: the local confidence times the similarity, 0..1."""

    polygon: Polygon
    confidence: float


@dataclass(frozen=True)
class _Link:
    """`texts[read]` is `found[first:last]`."""

    read: int
    first: int
    last: int
    similarity: float


def place_words(texts: Sequence[str], found: Sequence[Word]) -> list[Placed | None]:
    """For each text, both sequences in reading order, the word or the neighbouring fragments that show the same."""
    placed: list[Placed | None] = [None] * len(texts)
    links = _aligned(texts, [word.text for word in found])
    for link in (*links, *_out_of_order(texts, found, links)):
        words = found[link.first : link.last]
        placed[link.read] = Placed(_around(words), round(_confidence(words) * link.similarity, 4))
    return placed


def _aligned(texts: Sequence[str], others: Sequence[str]) -> list[_Link]:
    """The links in order whose similarities add up to the most (Needleman and Wunsch, 1970, without penalties)."""
    rows, columns = len(texts), len(others)
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    taken: dict[tuple[int, int], _Link] = {}
    for row in range(1, rows + 1):
        for column in range(1, columns + 1):
            score, link = max(best[row - 1][column], best[row][column - 1]), None
            for option in _links_up_to(texts, others, row - 1, column):
                total = best[row - 1][option.first] + option.similarity * (option.last - option.first)
                if total > score:
                    score, link = total, option
            best[row][column] = score
            if link:
                taken[row, column] = link
    return _walked_back(best, taken)


def _links_up_to(texts: Sequence[str], others: Sequence[str], read: int, last: int) -> list[_Link]:
    text, options = texts[read], []
    for fragments in range(1, min(_MAX_FRAGMENTS, last) + 1):
        other = "".join(others[last - fragments : last])
        if fragments > 1 and len(other) > 2 * len(text):
            break
        similarity = Indel.normalized_similarity(text, other)
        if similarity >= (_SAME if fragments == 1 else _WHOLE):
            options.append(_Link(read, last - fragments, last, similarity))
    return options


def _walked_back(best: list[list[float]], taken: dict[tuple[int, int], _Link]) -> list[_Link]:
    links: list[_Link] = []
    row, column = len(best) - 1, len(best[0]) - 1
    while row and column:
        link = taken.get((row, column))
        if link:
            links.append(link)
            row, column = row - 1, link.first
        elif best[row - 1][column] >= best[row][column - 1]:
            row -= 1
        else:
            column -= 1
    return links[::-1]


def _out_of_order(texts: Sequence[str], found: Sequence[Word], links: Sequence[_Link]) -> list[_Link]:
    """Texts that both readings have exactly once among what is left: they differ in the order of columns."""
    read = {link.read for link in links}
    used = {index for link in links for index in range(link.first, link.last)}
    left = [text for index, text in enumerate(texts) if index not in read]
    free = {index: word.text for index, word in enumerate(found) if index not in used}
    places = {text: index for index, text in free.items()}
    return [
        _Link(index, places[text], places[text] + 1, 1.0)
        for index, text in enumerate(texts)
        if index not in read and left.count(text) == 1 and list(free.values()).count(text) == 1
    ]


def _around(words: Sequence[Word]) -> Polygon:
    if len(words) == 1:
        return words[0].polygon
    box = words[0].polygon.bounding_box
    for word in words[1:]:
        box = box.union(word.polygon.bounding_box)
    return box.to_polygon()


def _confidence(words: Sequence[Word]) -> float:
    """The least sure of them; an engine that reports none is taken at nothing."""
    return min(word.confidence or 0.0 for word in words)
