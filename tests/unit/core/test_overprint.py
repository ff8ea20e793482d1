"""Text drawn over other text is read apart; what is drawn in any order, without lying on anything, stays one layer."""

from __future__ import annotations

from typing import Any

import pytest

from idp_project.core.readers.overprint import layers_of

SIZE, WIDTH = 10.0, 6.0


def drawn(text: str, left: float, top: float = 100.0) -> list[dict[str, Any]]:
    return [
        {
            "text": sign,
            "x0": left + WIDTH * n,
            "x1": left + WIDTH * (n + 1),
            "top": top,
            "bottom": top + SIZE,
            "size": SIZE,
        }
        for n, sign in enumerate(text)
    ]


def read(*runs: list[dict[str, Any]]) -> list[str]:
    return ["".join(one["text"] for one in layer) for layer in layers_of([one for run in runs for one in run])]


def test_column_over_the_end_of_another_is_a_layer() -> None:
    number, bank = drawn("IE9754437C", 100), drawn("Bank details", 100 + 8.2 * WIDTH)
    assert read(number, bank, drawn("Page 1", 300, top=140)) == ["IE9754437CPage 1", "Bank details"]


def test_three_texts_at_one_place_are_three_layers() -> None:
    assert read(drawn("DRAFT", 100), drawn("COPY", 102), drawn("VOID", 101)) == ["DRAFT", "COPY", "VOID"]


@pytest.mark.parametrize(
    "runs",
    [
        [drawn("Total", 100), drawn("Net", 40), drawn("1,00", 200)],  # words in any order
        [drawn("Gr", 100), drawn("n", 118), drawn("ü", 112)],  # one letter by another font, in its gap
        [drawn("M", 100), drawn("´", 107.5), drawn("u", 106)],  # an accent before its letter
        [drawn("Total", 100), drawn("Total", 100, top=112)],  # the next line
        [drawn("____", 100), drawn("Ada", 103)],  # on the line of a form
    ],
)
def test_letters_that_lie_on_no_letter_are_one_layer(runs: list[list[dict[str, Any]]]) -> None:
    assert len(read(*runs)) == 1


def test_page_full_of_texts_at_one_place_has_few_layers() -> None:
    assert len(read(*(drawn("A", 100) for _ in range(500)))) <= 4
