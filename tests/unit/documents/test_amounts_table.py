"""The grammar of amounts by the table of amounts that the browser's copy is tested with too."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from documents.domain.notation import Notation
from documents.domain.numbers import read_number_in
from documents.selectors.tables import _side_words

TABLE = json.loads((Path(__file__).parents[1] / "browser" / "amounts.json").read_text())
LOCALES = {".": "en_GB", ",": "de_DE"}


@pytest.mark.parametrize(("text", "decimal", "value"), TABLE["amounts"])
def test_an_amount_is_what_the_table_says(text: str, decimal: str, value: float | None) -> None:
    read = read_number_in(text, Notation(LOCALES[decimal]))
    assert read == (None if value is None else Decimal(str(value)))


def test_the_desk_knows_the_words_of_the_table() -> None:
    assert set(_side_words()) == set(TABLE["side_words"])
