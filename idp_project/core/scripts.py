"""Scripts that text is written in: Latin, Cyrillic, Arabic …; which one a letter belongs to, and which run right to left."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache

from idp_project.core.translation import gettext_noop as _


class Script(StrEnum):
    """A writing system, as far as machines here tell it from others. Chinese and Japanese are one: they share characters."""

    LATIN = "latin"
    CYRILLIC = "cyrillic"
    GREEK = "greek"
    ARABIC = "arabic"
    HEBREW = "hebrew"
    DEVANAGARI = "devanagari"
    BENGALI = "bengali"
    GURMUKHI = "gurmukhi"
    TAMIL = "tamil"
    TELUGU = "telugu"
    KANNADA = "kannada"
    MALAYALAM = "malayalam"
    THAI = "thai"
    KHMER = "khmer"
    MYANMAR = "myanmar"
    GEORGIAN = "georgian"
    ARMENIAN = "armenian"
    ETHIOPIC = "ethiopic"
    HANGUL = "hangul"
    HAN = "han"


NAMES: Mapping[Script, str] = {
    Script.LATIN: _("Latin"),
    Script.CYRILLIC: _("Cyrillic"),
    Script.GREEK: _("Greek"),
    Script.ARABIC: _("Arabic"),
    Script.HEBREW: _("Hebrew"),
    Script.DEVANAGARI: _("Devanagari"),
    Script.BENGALI: _("Bengali"),
    Script.GURMUKHI: _("Gurmukhi"),
    Script.TAMIL: _("Tamil"),
    Script.TELUGU: _("Telugu"),
    Script.KANNADA: _("Kannada"),
    Script.MALAYALAM: _("Malayalam"),
    Script.THAI: _("Thai"),
    Script.KHMER: _("Khmer"),
    Script.MYANMAR: _("Burmese"),
    Script.GEORGIAN: _("Georgian"),
    Script.ARMENIAN: _("Armenian"),
    Script.ETHIOPIC: _("Ethiopic"),
    Script.HANGUL: _("Korean"),
    Script.HAN: _("Chinese and Japanese"),
}
"""For people; each is translated where it is shown."""
RIGHT_TO_LEFT = frozenset({Script.ARABIC, Script.HEBREW})
_BY_NAME = {  # first word of a character's Unicode name
    **{script.name: script for script in Script},
    **dict.fromkeys(("CJK", "HIRAGANA", "KATAKANA"), Script.HAN),
}
_DIRECTIONAL = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@lru_cache(maxsize=8192)
def script_of(character: str) -> Script | None:
    """Script of a letter or a vowel sign; None for digits, punctuation and letters of scripts that are not in `Script`."""
    if unicodedata.category(character)[0] not in "LM":
        return None
    return _BY_NAME.get(unicodedata.name(character, "").partition(" ")[0])


def letters_by_script(text: str) -> Counter[Script]:
    """How many letters of each script the text has."""
    return Counter(script for character in text if (script := script_of(character)) is not None)


def runs_right_to_left(text: str) -> bool:
    """Whether most of its letters belong to a script that is read from right to left."""
    if text.isascii():
        return False
    letters = letters_by_script(text)
    return 2 * sum(letters[script] for script in RIGHT_TO_LEFT) > sum(letters.values())


def without_direction_marks(text: str) -> str:
    """Invisible marks that steer the direction of display are no part of what is printed."""
    return text if text.isascii() else "".join(character for character in text if character not in _DIRECTIONAL)
