"""Classify and enhance on drawn pages: blank sheets, turned pages, crooked and badly lit ones."""

from typing import Any

import cv2
import numpy as np
import pytest

from extraction.local.paper import to_gray
from extraction.page_steps.classify_page import classify_page
from extraction.page_steps.enhance import enhance_page, even_light
from extraction.page_steps.imaging import estimate_skew, turn_by
from tests.unit.extraction.pages import FakeOcr, drawn_page, page_context

TEXT = [f"Line {n} of a page with quite ordinary words" for n in range(24)]


def facts_of(image: Any, **facts: Any) -> dict[str, Any]:
    return classify_page(page_context(image=image, facts=facts)).facts


def noisy(image: Any, strength: float) -> Any:
    noise = np.random.default_rng(7).normal(0, strength, image.shape)
    return np.clip(image.astype(float) + noise, 0, 255).astype(np.uint8)


def test_printed_pages_are_not_blank() -> None:
    assert facts_of(drawn_page(*TEXT))["is_blank"] is False
    assert facts_of(drawn_page("Paid in full"))["is_blank"] is False
    assert facts_of(drawn_page(*TEXT, ink=150, paper=235))["is_blank"] is False


def test_empty_sheets_are_blank_despite_noise_and_shadow() -> None:
    empty = drawn_page()
    assert facts_of(empty)["is_blank"] is True
    assert facts_of(noisy(empty, 12))["is_blank"] is True
    shadow = drawn_page(paper=240)
    shadow[:, :25] = 60
    for x, y in np.random.default_rng(3).integers(50, 950, (40, 2)):
        shadow[y : y + 2, x : x + 2] = 90
    assert facts_of(shadow)["is_blank"] is True
    reverse = cv2.GaussianBlur(drawn_page(*TEXT, ink=218), (0, 0), 2.5)[:, ::-1]
    assert facts_of(np.ascontiguousarray(reverse))["is_blank"] is True


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_the_engine_says_which_way_is_up(turns: int) -> None:
    upright = drawn_page(*TEXT)
    image = np.ascontiguousarray(np.rot90(upright, k=turns))
    result = classify_page(page_context(image=image, ocr=FakeOcr(turns=turns)))
    assert result.facts["quarter_turns"] == turns
    assert np.array_equal(image if result.image is None else result.image, upright)


def test_sideways_text_is_seen_by_its_profile_without_an_engine() -> None:
    class Plain:
        name = version = "plain"

    for image, turns in ((drawn_page(*TEXT), 0), (np.ascontiguousarray(np.rot90(drawn_page(*TEXT))), 1)):
        assert classify_page(page_context(image=image, ocr=Plain())).facts["quarter_turns"] == turns  # type: ignore[arg-type]


def test_a_born_digital_page_is_left_alone() -> None:
    context = page_context(image=turn_by(drawn_page(*TEXT), 2.0), facts={"render": {"is_text_layer_trusted": True}})
    assert classify_page(context).image is None
    assert enhance_page(context).image is None


def test_quality_tells_sharp_from_blurred_and_clean_from_noisy() -> None:
    sharp = facts_of(drawn_page(*TEXT))
    blurred = facts_of(cv2.GaussianBlur(drawn_page(*TEXT), (0, 0), 4))
    dirty = facts_of(noisy(drawn_page(*TEXT), 15))
    assert blurred["sharpness"] < 0.6 * sharp["sharpness"]
    assert dirty["noise"] > sharp["noise"] + 0.3
    assert all(
        0 <= facts[name] <= 1 for facts in (sharp, blurred, dirty) for name in ("sharpness", "contrast", "noise")
    )


@pytest.mark.parametrize("degrees", [-2.5, 1.5])
def test_a_crooked_page_is_straightened(degrees: float) -> None:
    crooked = turn_by(drawn_page(*TEXT), degrees)
    result = enhance_page(page_context(image=crooked))
    assert "skew" in result.facts["applied"] and result.image is not None
    assert result.image.shape == crooked.shape
    assert abs(estimate_skew(to_gray(result.image))) < 0.4


def test_uneven_light_is_evened_and_print_stays() -> None:
    page = drawn_page(*TEXT).astype(float)
    page *= np.linspace(0.35, 1.0, page.shape[1])[None, :, None]
    result = enhance_page(page_context(image=page.astype(np.uint8)))
    assert "light" in result.facts["applied"] and result.image is not None
    gray = to_gray(result.image)
    assert float(np.percentile(gray[:, 20:80], 50)) > 225
    assert int(gray.min()) < 90


def test_sparse_black_print_stays_black_in_even_light() -> None:
    """Where little is printed, the darkest half per cent is paper too: what is darker may not come out light."""
    page = np.full((1400, 1000, 3), 235, np.uint8)
    page[700:712, 300:420] = 0
    evened = to_gray(even_light(page))
    assert int(evened[706, 310:410].max()) < 40
    assert int(evened[100:200].min()) > 225


def test_a_good_page_is_not_touched() -> None:
    image = drawn_page(*TEXT)
    result = enhance_page(page_context(image=image, facts={"classify_page": facts_of(image)}))
    assert result.image is None and result.facts["applied"] == []


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 5000, 3), (5000, 1, 3), (2, 3, 3)])
def test_a_sliver_is_a_page_like_others(shape: tuple[int, ...]) -> None:
    """A strip of a page and the one pixel that e-mails count their readers with."""
    sliver = np.full(shape, 255, np.uint8)
    facts = facts_of(sliver)
    assert (facts["is_blank"], facts["marks"]) == (True, 0)
    enhance_page(page_context(image=sliver, facts={"classify_page": facts}))
