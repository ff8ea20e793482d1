"""What a broken rule of an e-invoice means, in German and English, for people and for the letter to the supplier."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml

Language = Literal["de", "en"]
_TEXTS = Path(__file__).parent / "rule_texts.yaml"
_CODES = re.compile(r"BR-CL-\d+")
_DECIMALS = re.compile(r"BR-DEC-\d+")
_SUFFIX = re.compile(r"-[a-z]$")  # BR-DE-23-a and -b are one rule to people
_NAME = re.compile(r"^\s*\[[A-Za-z0-9-]+\]\s*-?\s*")
_FORM = ("A value is not in its code list", "Ein Wert steht nicht in seiner Codeliste")
_TOO_PRECISE = ("An amount has more than two decimals", "Ein Betrag hat mehr als zwei Nachkommastellen")
_OF_THE_SYNTAX = ("The XML does not follow its standard", "Das XML folgt seinem Standard nicht")


def sentence(rule: str, text: str, language: Language) -> str:
    """The rule in words; the publisher's own where it is not among the frequent ones, its name left out. Rules about code
    lists, decimals and syntax say their kind, then the publisher's words."""
    own = _NAME.sub("", text).strip()
    if (known := _known().get(_SUFFIX.sub("", rule))) is not None:
        return known[language == "de"]
    kind = _FORM if _CODES.fullmatch(rule) else _TOO_PRECISE if _DECIMALS.fullmatch(rule) else None
    if kind is None and not rule.startswith(("BR-", "PEPPOL-")):
        kind = _OF_THE_SYNTAX
    if kind is None:
        return own or rule
    return f"{kind[language == 'de']}: {own}" if own else f"{kind[language == 'de']}."


@lru_cache(maxsize=1)
def _known() -> Mapping[str, tuple[str, str]]:
    """(English, German) by rule."""
    texts = yaml.safe_load(_TEXTS.read_text())
    found = {rule: (words["en"], words["de"]) for rule, words in texts["rules"].items()}
    for category, name in texts["categories"].items():
        for number, words in texts["of_a_category"].items():
            found[f"BR-{category}-{number}"] = (
                f"VAT category “{name['en']}”: {words['en']}",
                f"Steuerkategorie „{name['de']}“: {words['de']}",
            )
    return found
