"""Text layers of right-to-left scripts: letters instead of their forms, words in the order in which they are read."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from extraction.page_steps.right_to_left import plain_letters
from extraction.page_steps.text_layer import page_text_of
from idp_project.core.page_text import PageText
from tests.unit.extraction.pages import layer_of


def line_of(*words: str, gap: float = 5.0, more: Sequence[str] = ()) -> PageText:
    """One printed line, the words from left to right; `more` are lines of one word below it."""
    placed, left = [], 50.0
    for word in words:
        placed.append((word, left, 100.0))
        left += 6.0 * len(word) + gap
    placed += [(word, 300.0, 130.0 + 20 * number) for number, word in enumerate(more)]
    return page_text_of(layer_of(placed), 0)


def test_presentation_forms_become_letters() -> None:
    assert plain_letters("\ufeb7\ufeae\ufedb\ufe94") == "شركة"
    assert plain_letters("\ufefb") == "لا"
    assert plain_letters("ﬁn") == "ﬁn"  # of Latin letters nothing is changed here


def test_words_of_an_arabic_line_begin_at_the_right() -> None:
    assert line_of("للتجارة", "النخيل", "شركة").text == "شركة النخيل للتجارة"


@pytest.mark.parametrize(
    ("printed", "reading"),
    [
        (("ريال", "701.50", "المجموع"), "المجموع 701.50 ريال"),
        (("جدة", "Blue", "Palm", "Ltd", "شركة"), "شركة Blue Palm Ltd جدة"),
        (("ريال", "1", "254", "300.50", "المبلغ"), "المبلغ 1 254 300.50 ريال"),
        (("שקלים", "12,543.50", "הוא", "המחיר"), "המחיר הוא 12,543.50 שקלים"),
    ],
)
def test_numbers_and_latin_names_keep_their_direction(printed: tuple[str, ...], reading: str) -> None:
    page = line_of(*printed, more=["المملكة", "העברית", "السعودية"])
    assert page.text.splitlines()[0] == reading


@pytest.mark.parametrize(
    ("printed", "reading"),
    [
        (("Invoice", "No.", "NK-118", "الفاتورة", "رقم"), "Invoice No. NK-118 رقم الفاتورة"),
        (("Date", "من", "12", "يوم", "March"), "Date يوم 12 من March"),
        (("Seller", "רוח", "חברת", "2024"), "Seller חברת רוח 2024"),
    ],
)
def test_phrase_in_a_latin_line_is_turned_alone(printed: tuple[str, ...], reading: str) -> None:
    page = line_of(*printed, more=["International", "Agreements", "Description"])
    assert page.text.splitlines()[0] == reading


def test_latin_page_is_left_as_it_is() -> None:
    assert line_of("Total", "701.50", "SAR").text == "Total 701.50 SAR"


def test_spans_index_the_turned_text() -> None:
    text = line_of("للتجارة", "النخيل", "شركة")
    assert [word.span.of(text.text) for word in text.words] == [word.text for word in text.words]
    left_most = min(text.words, key=lambda word: word.polygon.bounding_box.left)
    assert left_most.text == "للتجارة"


def test_columns_of_numbers_are_read_from_the_right() -> None:
    page = page_text_of(
        layer_of(
            [
                *(("الكمية", 60.0, 100.0), ("السعر", 200.0, 100.0), ("الصنف", 400.0, 100.0)),
                *(("3", 80.0, 130.0), ("120.00", 200.0, 130.0), ("ورق", 410.0, 130.0)),
            ]
        ),
        0,
    )
    assert page.text.splitlines() == ["الصنف السعر الكمية", "ورق 120.00 3"]


def test_row_with_an_arabic_cell_is_read_from_the_left() -> None:
    page = page_text_of(
        layer_of(
            [
                *(("Description", 50.0, 100.0), ("Quantity", 300.0, 100.0), ("Amount", 450.0, 100.0)),
                *(("فاخرة", 50.0, 130.0), ("تمور", 85.0, 130.0), ("2", 300.0, 130.0), ("160.00", 450.0, 130.0)),
            ]
        ),
        0,
    )
    assert page.text.splitlines() == ["Description Quantity Amount", "تمور فاخرة 2 160.00"]
