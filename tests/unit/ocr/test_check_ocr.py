"""`manage.py check_ocr` tells a person what is usable, what is missing, and where it goes."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command

from extraction.runner import engines
from tests.contract.test_tesseract import program


@pytest.fixture(autouse=True)
def _nothing_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "_loaded", {})


def said(capsys: pytest.CaptureFixture[str], *names: str) -> tuple[str, int]:
    with pytest.raises(SystemExit) as ended:
        call_command("check_ocr", *names)
    return capsys.readouterr().out, int(str(ended.value.code))


def test_missing_weights_are_listed_with_digest_source_and_place(capsys, settings, tmp_path: Path) -> None:
    settings.OCR_OPTIONS = {"easyocr": {"folder": tmp_path, "languages": ["de", "en"]}}
    (tmp_path / "craft_mlt_25k.pth").write_bytes(b"another file")
    text, code = said(capsys, "easyocr")
    assert code == 1 and text.startswith("easyocr: NOT USABLE.")
    assert "craft_mlt_25k.pth: is another file than the published one; SHA-256 4a5efbfb48b4" in text
    assert "latin_g2.pth: is missing; SHA-256 aaa95be1c4a9" in text
    assert "tag v1.3: unpack latin_g2.zip and put the file at" in text and str(tmp_path / "latin_g2.pth") in text


def test_a_usable_engine_states_version_and_languages(capsys, settings, tmp_path: Path) -> None:
    settings.OCR_OPTIONS = {"tesseract": {"program": program(tmp_path, "")}}
    text, code = said(capsys, "tesseract")
    assert code == 0
    assert text.startswith("tesseract: usable, version 9.9 eng/2") and "languages with data here: eng" in text
    assert "scripts that are read from pictures: latin, han\n" in text and "go to a person: cyrillic, greek" in text


def test_a_missing_program_and_a_name_of_no_engine_are_named(capsys, settings, tmp_path: Path) -> None:
    settings.OCR_OPTIONS = {"tesseract": {"program": str(tmp_path / "nothing")}}
    text, code = said(capsys, "tesseract", "abacus", "vision")
    assert code == 1
    assert "tesseract: NOT USABLE" in text and "abacus: NOT USABLE" in text and "vision: read by the AI model" in text
