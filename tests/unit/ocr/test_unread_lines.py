"""What the recogniser passed over on a line is named; rules, dots and spaces are no print."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from idp_project.providers.ocr.ctc_words import DecodedLine
from idp_project.providers.ocr.unread_lines import unread_parts

WIDTH, HEIGHT = 400, 40
QUAD = ((0.0, 0.0), (400.0, 0.0), (400.0, 40.0), (0.0, 40.0))


def line(*columns: int) -> DecodedLine:
    """Characters at these of 100 columns."""
    return DecodedLine("x" * len(columns), [0.9] * len(columns), list(columns), 100.0)


def drawn(text: str = "", rule: bool = False) -> NDArray[np.uint8]:
    crop = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    cv2.putText(crop, text, (5, 30), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (0, 0, 0), 2)
    if rule:
        cv2.line(crop, (0, 34), (WIDTH, 34), (0, 0, 0), 2)
    return crop


def test_line_with_hardly_a_character_is_unread() -> None:
    assert list(unread_parts(drawn("Words of no meaning"), QUAD, line(50), is_read=True)) == [QUAD]
    assert list(unread_parts(drawn("Words of no meaning"), QUAD, line(), is_read=False)) == [QUAD]


def test_line_that_was_read_has_no_unread_part() -> None:
    assert not list(unread_parts(drawn("Words of no meaning"), QUAD, line(*range(0, 100, 5)), is_read=True))


def test_stretch_between_characters_with_print_is_unread() -> None:
    (part,) = unread_parts(drawn("Words of no meaning"), QUAD, line(1, 4, 7, 10, 13, 16, 19, 98), is_read=True)
    assert 60 < part[0][0] < 120 and part[1][0] > 350


def test_space_and_rule_between_characters_are_no_print() -> None:
    for crop in (drawn("No."), drawn("No.", rule=True)):
        assert not list(unread_parts(crop, QUAD, line(1, 4, 7, 10, 13, 16, 19, 98), is_read=True))


def test_short_box_tells_nothing() -> None:
    square = ((0.0, 0.0), (40.0, 0.0), (40.0, 40.0), (0.0, 40.0))
    assert not list(unread_parts(drawn("W")[:, :40], square, line(), is_read=False))
