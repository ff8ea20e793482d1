"""Tesseract keeps the contract of OCR engines, where the program is installed."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import numpy as np
import pytest

from idp_project.providers import registry
from idp_project.providers.errors import EngineMissing, ModelMissing, OcrFailed
from idp_project.providers.ocr.base import OcrEngine
from tests.contract.ocr_engine import OcrEngineContract, drawn_page

IS_INSTALLED = shutil.which("tesseract") is not None
needs_tesseract = pytest.mark.skipif(
    not IS_INSTALLED, reason="the program tesseract is not installed (Debian: apt-get install tesseract-ocr)"
)


def program(folder: Path, script: str) -> str:
    """An executable that answers like Tesseract where `script` does not say otherwise."""
    path = folder / "tesseract"
    path.write_text(
        "#!/bin/sh\n"
        'case "$1" in --version) echo "tesseract 9.9"; exit;; --list-langs) printf "List (2):\\neng\\nosd\\n"; exit;; esac\n'
        f"{script}\n"
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


@needs_tesseract
@pytest.mark.slow
class TestTesseract(OcrEngineContract):
    @classmethod
    def load(cls) -> OcrEngine:
        return registry.ocr_engine("tesseract")

    def test_a_missing_language_is_named_with_its_package(self) -> None:
        with pytest.raises(ModelMissing, match="tesseract-ocr-chi-sim"):
            registry.ocr_engine("tesseract", {"languages": ("eng", "chi_sim")})

    def test_the_program_gets_one_thread_and_none_of_our_environment(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("SECRET_KEY", "crimson")
        seen = tmp_path / "seen"
        path = program(tmp_path, f'env >"{seen}"; ulimit -v >>"{seen}"; cat >/dev/null; echo "<html/>"')
        registry.ocr_engine("tesseract", {"program": path}).recognize(drawn_page().image)
        assert "OMP_THREAD_LIMIT=1" in seen.read_text() and "crimson" not in seen.read_text()
        assert "unlimited" not in seen.read_text()


def test_a_program_that_is_not_there_is_named() -> None:
    with pytest.raises(EngineMissing, match="apt-get install tesseract-ocr"):
        registry.ocr_engine("tesseract", {"program": "tesseract-of-nobody"})


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("cat >/dev/null; exit 3", "code 3"),
        ("cat >/dev/null; echo half of an answ", "cannot be read"),
        ("exec sleep 30", "longer than 1 s"),
    ],
)
def test_a_program_that_breaks_down_or_hangs_fails_the_page(tmp_path: Path, script: str, reason: str) -> None:
    options = {"program": program(tmp_path, script), "seconds": 1.0}
    engine = registry.ocr_engine("tesseract", options)
    with pytest.raises(OcrFailed, match=reason) as caught:
        engine.recognize(np.zeros((50, 50, 3), dtype=np.uint8))
    assert not caught.value.is_retryable
