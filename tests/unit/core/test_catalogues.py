"""Catalogues are compiled without a gettext binary, and only languages that have both of them count."""

from __future__ import annotations

import gettext
import os
from pathlib import Path

import pytest

from idp_project.core.catalogues import catalogue_version, compile_catalogues, compiled_languages

TEXT = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Page"\nmsgstr "Seite"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "de" / "LC_MESSAGES"
    place.mkdir(parents=True)
    for domain in ("django", "djangojs"):
        (place / f"{domain}.po").write_text(TEXT)
    return tmp_path


def test_compiled_catalogue_translates(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert len(compile_catalogues(folder)) == 2
    assert gettext.translation("django", folder, ["de"]).gettext("Page") == "Seite"
    assert [path.suffix for path in (folder / "de" / "LC_MESSAGES").iterdir() if path.suffix == ".tmp"] == []


def test_only_what_is_newer_is_compiled_again(folder: Path) -> None:
    compile_catalogues(folder)
    assert compile_catalogues(folder) == []
    before = catalogue_version("de", "djangojs", folder)
    source = folder / "de" / "LC_MESSAGES" / "djangojs.po"
    source.write_text(TEXT.replace("Seite", "Blatt"))
    later = source.stat().st_mtime + 5
    os.utime(source, (later, later))
    assert [path.name for path in compile_catalogues(folder)] == ["djangojs.mo"]
    assert catalogue_version("de", "djangojs", folder) != before


def test_a_language_needs_both_catalogues(folder: Path) -> None:
    assert compiled_languages(folder) == [("de", "Deutsch")]
    place = folder / "fr" / "LC_MESSAGES"
    place.mkdir(parents=True)
    (place / "django.po").write_text(TEXT)
    assert compiled_languages(folder) == [("de", "Deutsch")]


def test_a_folder_that_cannot_be_written_has_what_was_compiled(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", refuse)
        assert compiled_languages(folder) == []
    compile_catalogues(folder)
    assert compiled_languages(folder) == [("de", "Deutsch")]
