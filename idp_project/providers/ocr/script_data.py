"""Which scripts can be read from pictures on this machine, and by which of Tesseract's data. Light: no image library."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from idp_project.core.scripts import Script
from idp_project.providers.errors import EngineMissing
from idp_project.providers.ocr.tesseract_program import languages_here

READ_BY_RAPIDOCR = frozenset({Script.LATIN, Script.HAN})
# Tesseract's codes, the better data first: of each tuple those that are installed are used together. Measured on
# `tests/samples/scripts` and `benchmarks.quality.scripts`.
_DATA: Mapping[Script, tuple[tuple[str, ...], ...]] = {
    Script.CYRILLIC: (("Cyrillic",), ("rus", "ukr", "bul", "bel", "srp", "mkd")),
    Script.GREEK: (("Greek",), ("ell",)),
    Script.ARABIC: (("ara",), ("Arabic",), ("fas",), ("urd",)),
    Script.HEBREW: (("heb",), ("Hebrew",)),
    Script.DEVANAGARI: (("Devanagari",), ("hin", "mar", "nep")),
    Script.BENGALI: (("Bengali",), ("ben", "asm")),
    Script.GURMUKHI: (("Gurmukhi",), ("pan",)),
    Script.TAMIL: (("Tamil",), ("tam",)),
    Script.TELUGU: (("Telugu",), ("tel",)),
    Script.KANNADA: (("Kannada",), ("kan",)),
    Script.MALAYALAM: (("Malayalam",), ("mal",)),
    Script.THAI: (("tha",), ("Thai",)),
    Script.KHMER: (("Khmer",), ("khm",)),
    Script.MYANMAR: (("Myanmar",), ("mya",)),
    Script.GEORGIAN: (("Georgian",), ("kat",)),
    Script.ARMENIAN: (("Armenian",), ("hye",)),
    Script.ETHIOPIC: (("Ethiopic",), ("amh",)),
    Script.HANGUL: (("kor",), ("Hangul",)),
}


def scripts_here(options: Mapping[str, Any] | None = None) -> tuple[Script, ...]:
    """The scripts that this machine reads from pictures, in the order of `Script`."""
    try:
        installed = languages_here(**(options or {}))
    except EngineMissing:
        installed = frozenset()
    return tuple(script for script in Script if script in READ_BY_RAPIDOCR or codes_for(script, installed))


def codes_for(script: Script, installed: frozenset[str]) -> tuple[str, ...]:
    """Tesseract's codes for the script among those `installed`; empty without any."""
    for codes in _DATA.get(script, ()):
        if found := tuple(code for code in codes if code in installed):
            return found
    return ()
