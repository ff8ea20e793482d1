"""Sentences that earlier releases stored, as reasons. For migrations only: nothing else may parse a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from string import Formatter
from typing import Any

from idp_project.core.reasons import CATALOG, Param, Reason, Sentence, legacy

_FORMS: Mapping[Param, str] = {
    Param.NUMBER: r"-?\d+",
    Param.COUNT: r"[\d,]+",
    Param.PERCENT: r"\d+%",
    Param.PERCENT_BELOW: r"\d+%",
}
_ANY = r".+?"
_NOT_TOLD = (Param.BYTES, Param.REASONS)  # what was rounded, or joined without a mark between


def matched(text: str) -> Reason:
    """The reason whose sentence in the source language is exactly this text; a legacy reason where no sentence fits."""
    for sentence, pattern in _patterns():
        if found := pattern.fullmatch(text):
            values = {name: _READ.get(sentence.params[name], str)(value) for name, value in found.groupdict().items()}
            reason = sentence(**values)
            if reason.source_text == text:
                return reason
    return legacy(text)


@cache
def _patterns() -> list[tuple[Sentence, re.Pattern[str]]]:
    """Sentences that begin with words come first, then the longer ones: the others would take them for a parameter."""
    found = [
        (sentence, _pattern(sentence))
        for sentence in CATALOG.values()
        if _literal(sentence) > 3 and not set(sentence.params.values()) & set(_NOT_TOLD)
    ]
    return sorted(found, key=lambda entry: (entry[0].template.startswith("{"), -_literal(entry[0])))


def _literal(sentence: Sentence) -> int:
    return sum(len(text) for text, *_ in Formatter().parse(sentence.template))


def _pattern(sentence: Sentence) -> re.Pattern[str]:
    parts, named = [], set()
    for literal, name, *_ in Formatter().parse(sentence.template):
        parts.append(re.escape(literal))
        if name is not None:
            form = _FORMS.get(sentence.params[name], _ANY)
            parts.append(f"(?P={name})" if name in named else f"(?P<{name}>{form})")
            named.add(name)
    return re.compile("".join(parts), re.DOTALL)


def _count(text: str) -> int:
    return int(text.replace(",", ""))


def _percent(text: str) -> float:
    return int(text.removesuffix("%")) / 100


_READ: Mapping[Param, Callable[[str], Any]] = {
    Param.NUMBER: int,
    Param.COUNT: _count,
    Param.PERCENT: _percent,
    Param.PERCENT_BELOW: _percent,
    Param.SUM: lambda text: text.split(" plus "),
    Param.REASON: matched,
}
