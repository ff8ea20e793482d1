"""A page turned by a known angle comes out straight."""

import cv2
import numpy as np
import pytest

from extraction.page_steps.imaging import estimate_skew, turn_by


@pytest.mark.parametrize("degrees", [-3.0, -1.2, 1.2, 3.0])
def test_turning_back_by_the_estimate_leaves_no_skew(degrees: float) -> None:
    page = np.full((1400, 1000), 255, np.uint8)
    for line in range(120, 1300, 36):
        cv2.putText(page, "The quick brown fox jumps over the dog", (80, line), cv2.FONT_HERSHEY_SIMPLEX, 1.1, 0, 2)
    turned = turn_by(page, degrees)
    skew = estimate_skew(turned)
    assert skew == pytest.approx(-degrees, abs=0.4)
    assert estimate_skew(turn_by(turned, skew)) == pytest.approx(0, abs=0.4)
