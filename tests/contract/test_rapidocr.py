"""RapidOCR keeps the contract of OCR engines, with its real weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from idp_project.providers import registry
from idp_project.providers.errors import ModelMissing, ProviderUnknown
from idp_project.providers.ocr import rapidocr
from idp_project.providers.ocr.base import OcrEngine
from tests.contract.ocr_engine import HEIGHT, WIDTH, OcrEngineContract, drawn_page, font


class TestRapidOcr(OcrEngineContract):
    @classmethod
    def load(cls) -> OcrEngine:
        return registry.ocr_engine("rapidocr")

    def test_text_that_runs_up_or_down_the_margin_is_read(self, engine: OcrEngine) -> None:
        note = Image.new("RGB", (300, 50), "white")
        ImageDraw.Draw(note).text((10, 5), "Copy for files", fill="black", font=font())
        for turns in (1, 3):
            page = drawn_page().image.copy()
            strip = np.rot90(np.array(note), -turns)
            page[350 : 350 + strip.shape[0], WIDTH - 60 : WIDTH - 60 + strip.shape[1]] = strip
            read = engine.recognize(page)
            assert "Copy for files" in read.text.splitlines()
            box = next(word for word in read.words if word.text == "Copy").polygon.bounding_box
            assert box.left * WIDTH > WIDTH - 70
            is_at_top = box.center[1] * HEIGHT < 500
            assert is_at_top == (turns == 1)

    def test_missing_weights_are_named(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        import rapidocr as library

        monkeypatch.setattr(library, "__file__", str(tmp_path / "__init__.py"))
        with pytest.raises(ModelMissing, match="PP-OCRv6"):
            rapidocr.engine_parameters()


def test_an_unknown_engine_is_a_clear_error() -> None:
    with pytest.raises(ProviderUnknown, match="rapidocr"):
        registry.ocr_engine("abacus")
