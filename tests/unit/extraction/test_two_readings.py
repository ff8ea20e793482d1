"""A page that two engines read: each is believed where it can read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extraction.page_steps.two_readings import combined, filled
from idp_project.core.geometry import Polygon
from idp_project.core.page_text import PageText, TextSource
from idp_project.core.scripts import Script

Placed = tuple[str, float, float, float]  # text, left, top, confidence


def box(text: str, left: float, top: float) -> Polygon:
    right = left + 0.01 * len(text)
    return Polygon(((left, top), (right, top), (right, top + 0.02), (left, top + 0.02)))


def reading(*lines: Sequence[Placed], engine: str = "tesseract") -> PageText:
    return PageText.from_lines(
        [[(text, box(text, left, top), confidence) for text, left, top, confidence in line] for line in lines],
        source=TextSource.OCR,
        engine=engine,
        engine_version="1",
    )


def test_doubtful_number_is_taken_from_the_other_reading() -> None:
    own = reading([("Счёт", 0.1, 0.1, 0.95), ("NK-2O24", 0.3, 0.1, 0.5)])
    other = reading([("NK-2024", 0.3, 0.1, 0.98)], engine="rapidocr")
    assert combined(own, other, Script.CYRILLIC).text == "Счёт NK-2024"


def test_sure_word_stands_against_letters_that_look_alike() -> None:
    own = reading([("МАРТА", 0.1, 0.1, 0.9)])
    other = reading([("MAPTA", 0.1, 0.1, 0.99)], engine="rapidocr")
    assert combined(own, other, Script.CYRILLIC).text == "МАРТА"


def test_word_that_only_the_other_engine_saw_is_taken_in() -> None:
    own = reading([("Счёт", 0.1, 0.1, 0.95)], [("Итого", 0.1, 0.3, 0.95)])
    other = reading([("Acme", 0.1, 0.2, 0.97)], [("120.00", 0.5, 0.3, 0.97)], engine="rapidocr")
    assert combined(own, other, Script.CYRILLIC).text == "Счёт\nAcme\nИтого 120.00"


def test_number_is_taken_in_at_its_place_of_a_right_to_left_line() -> None:
    own = reading([("المجموع", 0.7, 0.1, 0.95), ("ريال", 0.2, 0.1, 0.95)])
    other = reading([("701.50", 0.4, 0.1, 0.97)], engine="rapidocr")
    assert combined(own, other, Script.ARABIC).text == "المجموع 701.50 ريال"


def test_what_the_other_engine_failed_to_read_counts_for_nothing() -> None:
    own = reading([("Продавец", 0.1, 0.1, 0.6)])
    other = replace(reading([("Tpo7aBe4", 0.1, 0.1, 0.99)], engine="rapidocr"), unread=(box("Продавец", 0.1, 0.1),))
    assert combined(own, other, Script.CYRILLIC).text == "Продавец"


def test_few_unread_places_are_filled_and_all_else_is_kept() -> None:
    first = replace(
        reading([("Seller:", 0.1, 0.1, 0.99), ("12", 0.4, 0.1, 0.7)], [("Total", 0.1, 0.2, 0.99)], engine="rapidocr"),
        unread=(box("شركة النخيل للتجارة", 0.4, 0.1),),
    )
    own = reading(
        [("شركة", 0.55, 0.1, 0.9), ("النخيل", 0.47, 0.1, 0.9), ("ىلل", 0.1, 0.1, 0.3)], [("٦ا", 0.1, 0.2, 0.3)]
    )
    assert filled(first, own).text == "Seller: شركة النخيل\nTotal"
