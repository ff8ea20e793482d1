"""Whether the true value was proposed at all: the bound of every ranking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmarks.quality.reading import ReadPage
from benchmarks.quality.scoring import Tally, contract_key, is_same_value, letters_and_digits
from benchmarks.quality.steps import SubDocument
from documents.domain.values import FieldCandidate
from extraction.local.page_view import build_page_view

CANDIDATES_OF = "candidates of "


def tally_candidates(
    pages: Sequence[ReadPage], parts: Sequence[SubDocument], expected: Mapping[str, Sequence[str]]
) -> dict[str, Tally]:
    """Of the labelled values whose letters and digits stand in the text that was read: how many a field's candidates have,
    those refused included. The others count as lost by OCR.
    """
    read = _text_of(pages)
    proposed: dict[str, list[FieldCandidate]] = {}
    for part in parts:
        for field in part.judged:
            proposed.setdefault(field.field, []).extend((*field.candidates, *field.refused))
    tallies: dict[str, Tally] = {}
    lost = total = 0
    for name, values in expected.items():
        right = standing = 0
        for value in values:
            is_proposed = any(_is_value(name, each, value) for each in proposed.get(name, ()))
            stands = is_proposed or any(_key(value) in text for text in read)
            right, standing, total, lost = right + is_proposed, standing + stands, total + 1, lost + (not stands)
        tallies[f"{CANDIDATES_OF}{name}"] = Tally(right, standing, standing)
    counts = [(tally.right, tally.given, tally.labelled) for tally in tallies.values()]
    tallies["candidates"] = Tally(*(sum(column) for column in zip(*counts, strict=True))) if counts else Tally(0, 0, 0)
    tallies["lost"] = Tally(lost, total, total)
    return tallies


def _is_value(name: str, candidate: FieldCandidate, value: str) -> bool:
    if is_same_value(candidate.value, candidate.raw_text, value) or _key(candidate.raw_text) == _key(value):
        return True
    return contract_key(name, candidate.value or candidate.raw_text) == contract_key(name, value)


def _key(value: str) -> str:
    return letters_and_digits(value.replace("_", " "))


def _text_of(pages: Sequence[ReadPage]) -> tuple[str, str]:
    """The letters and digits of all pages, in the order of the reader and in rows."""
    texts = [page.text for page in pages if page.text]
    rows = (row.text for text in texts for row in build_page_view(text).rows)
    return letters_and_digits("".join(text.text for text in texts)), letters_and_digits("".join(rows))
