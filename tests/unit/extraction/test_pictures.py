"""Pictures on a page with a trusted text layer: a letterhead is read, what is no letterhead is left alone."""

from typing import Any

import numpy as np
import pytest

from extraction.page_steps.pictures import words_in_pictures
from extraction.page_steps.text_layer import page_text_of
from tests.unit.extraction.pages import FakeOcr, drawn_page, layer_of, page_context, page_of

WORDS = [("Invoice", 50.0, 300.0), ("R-88", 110.0, 300.0)]


def context_with(ocr: FakeOcr, *, seed: int) -> Any:
    """Each test has a picture of its own: what was read of a picture is remembered."""
    image = drawn_page(*(f"letterhead {seed} {line}" for line in range(20)))
    return page_context(ocr=ocr, image=image, facts={"render": {"dpi": 110, "is_text_layer_trusted": True}})


def test_letterhead_in_a_picture_becomes_words_of_the_page() -> None:
    ocr = FakeOcr(page_of("Seilerei Brandt"))
    layer = layer_of(WORDS, images=[[59.5, 84.2, 357.0, 168.4]])
    words = words_in_pictures(context_with(ocr, seed=1), layer, 0)
    text = page_text_of(layer, 0, words)
    assert text.text.splitlines() == ["Seilerei Brandt", "Invoice R-88"]
    box = text.words[0].polygon.bounding_box
    assert 0.1 <= box.left <= 0.6 and 0.1 <= box.top <= 0.2
    assert text.words[0].confidence == 0.99 and text.words[-1].confidence is None


def test_same_picture_is_read_once() -> None:
    ocr = FakeOcr(page_of("Seilerei Brandt"))
    layer = layer_of(WORDS, images=[[59.5, 84.2, 357.0, 168.4]])
    context = context_with(ocr, seed=2)
    assert words_in_pictures(context, layer, 0) == words_in_pictures(context, layer, 0)
    assert ocr.calls == 1


@pytest.mark.parametrize(
    "box",
    [
        [0.0, 0.0, 595.0, 842.0],  # the whole page
        [59.5, 380.0, 357.0, 460.0],  # in the middle: a figure
        [59.5, 84.2, 70.0, 90.0],  # a sign
    ],
)
def test_other_pictures_are_left_alone(box: list[float]) -> None:
    ocr = FakeOcr()
    assert words_in_pictures(context_with(ocr, seed=3), layer_of(WORDS, images=[box]), 0) == []
    assert ocr.calls == 0


def test_picture_behind_words_is_a_background() -> None:
    ocr = FakeOcr()
    layer = layer_of([("Seilerei", 80.0, 100.0), ("Brandt", 150.0, 100.0)], images=[[59.5, 84.2, 357.0, 168.4]])
    assert words_in_pictures(context_with(ocr, seed=4), layer, 0) == []
    assert ocr.calls == 0


def test_empty_picture_is_not_read() -> None:
    ocr = FakeOcr()
    context = page_context(ocr=ocr, image=np.full((1400, 1000, 3), 255, np.uint8))
    assert words_in_pictures(context, layer_of(WORDS, images=[[59.5, 84.2, 357.0, 168.4]]), 0) == []
    assert ocr.calls == 0


def test_space_of_no_width_does_not_part_a_number() -> None:
    layer = layer_of()
    for text, left in (("Nr.", 50.0), ("4", 80.0), ("71102", 86.0), ("vom", 130.0)):
        layer["words"].append([text, left, 50.0, left + 6.0 * len(text), 61.0, 0, 11.0, True])
    assert page_text_of(layer, 0).text == "Nr. 471102 vom"
