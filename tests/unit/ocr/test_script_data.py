"""What this machine can read, and what installs the rest."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest

from idp_project.core.scripts import NAMES, Script, letters_by_script, runs_right_to_left, without_direction_marks
from idp_project.operations.supervisor.places import CHECKOUT
from idp_project.providers.ocr.reading_order import OcrBox, OcrWord, Quad, lines_of
from idp_project.providers.ocr.script_data import codes_for, scripts_here
from idp_project.providers.ocr.word_gaps import without_false_spaces


def quad(left: float, right: float, top: float = 10.0) -> Quad:
    return (left, top), (right, top), (right, top + 20), (left, top + 20)


def test_every_script_has_a_name() -> None:
    assert set(NAMES) == set(Script)


def test_letters_belong_to_their_script() -> None:
    found = letters_by_script("Договор № 12 Acme ﺷﺮﻛﺔ 東京カ हिन्दी")
    assert found[Script.CYRILLIC] == 7 and found[Script.LATIN] == 4 and found[Script.ARABIC] == 4
    assert found[Script.HAN] == 3 and found[Script.DEVANAGARI] == 6


def test_direction_is_that_of_most_letters() -> None:
    assert runs_right_to_left("הסכם NK-12 זה") and not runs_right_to_left("Agreement 12 זה")
    assert without_direction_marks("\u200fשלום\u200e") == "שלום"


def test_best_data_that_is_here_is_taken() -> None:
    assert codes_for(Script.CYRILLIC, frozenset({"Cyrillic", "rus"})) == ("Cyrillic",)
    assert codes_for(Script.CYRILLIC, frozenset({"ukr", "rus", "eng"})) == ("rus", "ukr")
    assert codes_for(Script.HEBREW, frozenset({"eng"})) == ()


@pytest.mark.parametrize("program", ["tesseract-of-nobody", "tesseract"])
def test_machine_without_data_reads_latin_and_chinese(
    program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    assert scripts_here({"program": program}) == (Script.LATIN, Script.HAN)


def test_rows_of_a_right_to_left_page_begin_at_the_right() -> None:
    boxes = [
        OcrBox(quad(10, 90), (OcrWord("701.50", quad(10, 90), 0.9),)),
        OcrBox(quad(200, 300), (OcrWord("المجموع", quad(200, 300), 0.9),)),
        OcrBox(quad(10, 60, 60.0), (OcrWord("91.50", quad(10, 60, 60.0), 0.9),)),
        OcrBox(quad(200, 240, 60.0), (OcrWord("15", quad(200, 240, 60.0), 0.9),)),
    ]
    assert [[word.text for word in line] for line in lines_of(boxes)] == [["المجموع", "701.50"], ["15", "91.50"]]


def test_characters_of_scripts_without_spaces_are_joined() -> None:
    thai = [OcrWord("สั", quad(0, 10), 0.9), OcrWord("ญ", quad(12, 20), 0.8), OcrWord("ฉบับ", quad(40, 60), 0.9)]
    assert [word.text for word in without_false_spaces(thai)] == ["สัญ", "ฉบับ"]
    latin = [OcrWord("No", quad(0, 10), 0.9), OcrWord("1", quad(12, 20), 0.8)]
    assert [word.text for word in without_false_spaces(latin)] == ["No", "1"]


def command(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def make_languages(
    folder: Path, wanted: str, *, user: int, installed: str = "no such"
) -> subprocess.CompletedProcess[str]:
    """`requirements/languages` with stand-ins for what it would change the machine with."""
    command(folder, "id", f"echo {user}")
    command(folder, "dpkg-query", f'case "$*" in *{installed}*) echo "install ok installed";; *) exit 1;; esac')
    command(folder, "apt-get", f'echo "$@" >>"{folder}/calls"')
    environment = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}
    return subprocess.run(
        [str(CHECKOUT / "requirements" / "languages"), wanted],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_make_languages_installs_data_once_per_script(tmp_path: Path) -> None:
    done = make_languages(tmp_path, "ru,uk,he,zh", user=0)
    calls = (tmp_path / "calls").read_text()
    assert done.returncode == 0 and calls.count("tesseract-ocr-script-cyrl") == 1 and "tesseract-ocr-heb" in calls
    assert "chi" not in calls


def test_make_languages_tells_others_the_command(tmp_path: Path) -> None:
    done = make_languages(tmp_path, "el", user=1000)
    assert done.returncode == 1 and not (tmp_path / "calls").exists()
    assert "sudo apt-get install --no-install-recommends" in done.stderr and "tesseract-ocr-script-grek" in done.stderr


def test_make_languages_with_everything_there_changes_nothing(tmp_path: Path) -> None:
    done = make_languages(tmp_path, "ar", user=0, installed="tesseract")
    assert done.returncode == 0 and not (tmp_path / "calls").exists()


def test_make_languages_refuses_what_it_does_not_know(tmp_path: Path) -> None:
    done = make_languages(tmp_path, "ru,xx", user=0)
    assert done.returncode == 2 and "“xx”" in done.stderr and not (tmp_path / "calls").exists()
