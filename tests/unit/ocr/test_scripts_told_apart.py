"""Pages of scripts that the usual engine cannot read are noticed, told apart, and read where Tesseract's data is installed.

The samples are pages drawn at 200 dpi, 11 pt, with their text beside them. Where the data is not installed only the other
behaviour can be shown; CI installs it (`make languages`) and says so by REQUIRE_LANGUAGES.
"""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from documents.domain.file_reasons import PAGE_HARDLY_READ, PAGE_SCRIPT_UNREADABLE
from documents.domain.pipeline import PIPELINE, PageStepName
from extraction.page_steps.classify_page import classify_page
from extraction.page_steps.read_text import read_page_text
from extraction.pipeline import with_result
from extraction.results import PageStepResult
from idp_project.core.reasons import Reason
from idp_project.core.scripts import Script
from idp_project.providers import registry
from idp_project.providers.ocr.base import OcrEngine
from idp_project.providers.ocr.script_data import scripts_here
from idp_project.providers.ocr.script_readers import ScriptReaders
from tests.unit.extraction.pages import page_context

SAMPLES = Path(__file__).parents[2] / "samples" / "scripts"
LANGUAGES = {
    "ru": Script.CYRILLIC,
    "el": Script.GREEK,
    "ar": Script.ARABIC,
    "he": Script.HEBREW,
    "hi": Script.DEVANAGARI,
}
MOST_WRONG = 0.03  # of the characters


@cache
def rapidocr() -> OcrEngine:
    return registry.ocr_engine("rapidocr")


@cache
def sample(language: str) -> NDArray[np.uint8]:
    image = cv2.imread(str(SAMPLES / f"{language}.png"), cv2.IMREAD_COLOR)
    assert image is not None
    return np.ascontiguousarray(image[:, :, ::-1]).astype(np.uint8)


def scanned(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """As a scanner gives it: a little soft, grainy and packed as JPEG."""
    grain = np.random.default_rng(5).normal(0, 10, (*image.shape[:2], 1))
    soft = cv2.GaussianBlur(image, (0, 0), 0.8).astype(np.float32) * 0.93 + 10 + grain
    _, data = cv2.imencode(".jpg", np.clip(soft, 0, 255).astype(np.uint8)[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 70])
    decoded = cv2.imdecode(data, cv2.IMREAD_COLOR)
    assert decoded is not None
    return np.ascontiguousarray(decoded[:, :, ::-1]).astype(np.uint8)


def read(image: NDArray[np.uint8], **changes: Any) -> PageStepResult:
    """The page, turned upright as the pipeline does it, and read."""
    readers = ScriptReaders(None, rapidocr)  # type: ignore[arg-type]  # the engine has what tells scripts apart
    known = {"ocr": rapidocr(), "scripts": readers, **changes}
    context = page_context(content_type="image/png", image=image, **known)
    context = with_result(context, PIPELINE.step(PageStepName.CLASSIFY_PAGE), classify_page(context))
    return read_page_text(context)


def wrong_share(language: str, text: str) -> float:
    expected = " ".join((SAMPLES / f"{language}.txt").read_text().split())
    return Levenshtein.distance(expected, " ".join(text.split())) / len(expected)


@pytest.fixture
def no_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose Tesseract has no data at all."""
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))


def needs(script: Script) -> None:
    if script not in scripts_here() and not os.environ.get("REQUIRE_LANGUAGES"):
        pytest.skip(f"Tesseract has no data for {script.value} here: make languages")


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("is_scanned", [False, True], ids=["drawn", "scanned"])
def test_page_of_another_script_is_read(language: str, is_scanned: bool) -> None:
    needs(LANGUAGES[language])
    image = sample(language)
    result = read(scanned(image) if is_scanned else image)
    assert result.page_text is not None
    assert result.facts["script"] == LANGUAGES[language].value and "unread" not in result.facts
    assert wrong_share(language, result.page_text.text) <= MOST_WRONG
    assert all(word.span.of(result.page_text.text) == word.text for word in result.page_text.words)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["ar", "hi", "ru"])
@pytest.mark.parametrize("turns", [1, 2])
def test_turned_page_of_another_script_becomes_upright(language: str, turns: int) -> None:
    needs(LANGUAGES[language])
    result = read(np.ascontiguousarray(np.rot90(sample(language), k=-turns)))
    assert result.page_text is not None
    assert wrong_share(language, result.page_text.text) <= MOST_WRONG


@pytest.mark.slow
@pytest.mark.parametrize("language", ["el", "ru", "he"])
def test_tesseract_for_latin_hands_the_page_on(language: str) -> None:
    """An installation that chose another engine for Latin letters gets the same."""
    needs(LANGUAGES[language])
    result = read(sample(language), ocr=registry.ocr_engine("tesseract"))
    assert result.page_text is not None and result.facts["script"] == LANGUAGES[language].value
    assert wrong_share(language, result.page_text.text) <= MOST_WRONG


@pytest.mark.parametrize(
    "language", [pytest.param(name, marks=pytest.mark.slow if name != "ru" else ()) for name in LANGUAGES]
)
def test_script_without_data_is_refused_by_name(language: str, no_data: None) -> None:
    result = read(sample(language))
    reason = Reason.from_dict(result.facts["unread"])
    assert reason.code == PAGE_SCRIPT_UNREADABLE(page=1, script="").code
    assert LANGUAGES[language].value in str(reason).lower()
    assert result.facts["mean_confidence"] is None or result.facts["mean_confidence"] <= 0.6


@pytest.mark.slow
def test_numbers_of_a_right_to_left_page_keep_their_digits() -> None:
    needs(Script.ARABIC)
    result = read(sample("ar"))
    assert result.page_text is not None
    first = result.page_text.text.splitlines()[0]
    assert first.startswith("تم توقيع") and " 12 مارس 2024 " in first


def test_latin_page_costs_no_second_look() -> None:
    class NoScripts:
        def __getattr__(self, name: str) -> Any:
            raise AssertionError(f"{name} was asked for a page that was read")

    image = np.full((700, 1200, 3), 255, np.uint8)
    for number in range(8):
        cv2.putText(
            image,
            "Invoice 2024 over paper and ink",
            (60, 100 + 70 * number),
            cv2.FONT_HERSHEY_DUPLEX,
            1.4,
            (0, 0, 0),
            2,
        )
    context = page_context(content_type="image/png", ocr=rapidocr(), image=image, scripts=NoScripts())
    result = read_page_text(context)
    assert result.facts["unread_share"] == 0.0 and "unread" not in result.facts


@pytest.mark.slow
def test_scribble_is_hardly_read_and_of_no_script(no_data: None) -> None:
    """Print that is no letters of any script goes to a person too, and no script is blamed."""
    result = read(_without_letters())
    assert result.facts["unread_share"] > 0.4
    assert Reason.from_dict(result.facts["unread"]).code in {
        PAGE_HARDLY_READ(page=1, share=0.5).code,
        PAGE_SCRIPT_UNREADABLE(page=1, script="").code,
    }


def _without_letters() -> NDArray[np.uint8]:
    """The lines of a page, each cut into columns that are shuffled: print without meaning."""
    image, chance = sample("ru").copy(), np.random.default_rng(3)
    columns = np.arange(image.shape[1] // 6)
    chance.shuffle(columns)
    return np.ascontiguousarray(np.concatenate([image[:, 6 * n : 6 * n + 6] for n in columns], axis=1))


def test_reading_without_places_counts_marks_of_ink() -> None:
    """An engine that does not say where it failed: many marks of ink and hardly a character."""
    from extraction.page_steps.script_reading import unread_share
    from idp_project.core.page_text import PageText, TextSource

    empty = PageText.empty(source=TextSource.OCR, engine="other", engine_version="1")
    context = page_context(facts={"classify_page": {"marks": 287}}, image=np.zeros((10, 10, 3), np.uint8))
    assert unread_share(replace(empty, text="12 , 3"), context) > 0.8
    assert unread_share(replace(empty, text="letters of a page " * 10), context) == 0.0
