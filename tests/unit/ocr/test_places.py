"""A model's words get the place of what a local engine read there, and none where it read nothing like them."""

from __future__ import annotations

import pytest

from idp_project.core.geometry import BoundingBox
from idp_project.core.page_text import PageText, TextSource, Word
from idp_project.core.spans import Span
from idp_project.providers.ocr.places import place_words


def words(text: str) -> list[Word]:
    """Side by side, ten to a page's width."""
    return [
        Word(part, BoundingBox(index / 10, 0.0, index / 10 + 0.08, 0.1).to_polygon(), 0.9, Span(0, len(part)))
        for index, part in enumerate(text.split())
    ]


@pytest.mark.parametrize(
    ("read", "found", "places"),
    [
        ("Total 12.50", "Total 12.50", [0, 1]),
        ("Total 12.50", "Total 12.5O", [0, 1]),
        ("Total due 12.50", "Total 12.50", [0, None, 1]),
        ("Paid handwritten Watering", "Watering can", [None, None, 0]),
        ("INV-20417 paid", "INV- 20417 paid", [0, 2]),
        ("5 x 5 5", "5 5 5", [0, None, 1, 2]),
        ("left column right side", "right side left column", [2, 3, 0, 1]),
        ("nothing alike", "", [None, None]),
        ("", "some words", []),
    ],
)
def test_words_are_placed(read: str, found: str, places: list[int | None]) -> None:
    placed = place_words(read.split(), words(found))
    assert [item and round(item.polygon.bounding_box.left * 10) for item in placed] == places


def test_fragments_are_put_together_and_agreement_is_measured() -> None:
    whole, same, other = place_words(["INV-20417", "paid", "12.50"], words("INV- 20417 paid 12.5O"))
    assert whole and whole.polygon.bounding_box == BoundingBox(0.0, 0.0, 0.18, 0.1)
    assert same and same.confidence == 0.9
    assert other and 0.5 < other.confidence < 0.9


def test_words_without_a_place_are_in_the_text_alone() -> None:
    (seen,) = words("12.50")
    lines = [[("Total", None, None), ("12.50", seen.polygon, 0.9)], [("by", None, None), ("hand", None, None)]]
    text = PageText.from_lines(lines, source=TextSource.VISION, engine="vision", engine_version="1")  # type: ignore[arg-type]
    assert text.text == "Total 12.50\nby hand"
    assert [(word.text, word.span) for word in text.words] == [("12.50", Span(6, 11))]
    assert [(line.first_word, line.last_word, line.span) for line in text.lines] == [(0, 1, Span(0, 11))]
    assert PageText.from_dict(text.to_dict()) == text
