"""Reasons: what people are told, as a code and parameters. The one catalogue has the sentence of each code.

A reason is stored as JSON and becomes text where it is shown, in the reader's language. Nothing compares or parses the
text. The modules that give reasons define them with `define`, next to what they describe.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import reduce
from string import Formatter
from typing import Any, Self, cast

from idp_project.core.translation import gettext_noop as _

LEGACY = "legacy"
"""The code of a sentence from before there were codes: it is shown as it was stored."""


class Param(StrEnum):
    """What a parameter of a sentence is, and how it is written."""

    TEXT = "text"
    NUMBER = "number"  # written as it is: of a page, a row, a year
    COUNT = "count"  # how many: with separators
    BYTES = "bytes"  # a size of files
    PERCENT = "percent"  # 0..1
    PERCENT_BELOW = (
        "percent_below"  # the same rounded down: what is below a threshold does not read as if it were equal
    )
    LABEL = "label"  # a field's label within a sentence: in lower case where the language writes nouns so
    SUM = "sum"  # several such labels, added up
    TEXTS = "texts"  # several texts, one beside the other
    WORD = "word"  # a text that is translated by itself: the name of a permission, of a type
    REASON = "reason"
    REASONS = "reasons"  # several, one sentence after the other
    BY_LANGUAGE = "by_language"  # a text that an organisation wrote, by the code of its language


@dataclass(frozen=True)
class Reason:
    """A code of the catalogue with its parameters. `str()` is its text in the language of the reader."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.code, json.dumps(self.to_dict(), sort_keys=True)))

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The sentence in the language that is active now."""
        return _rendered(self, "template", _translator)

    @property
    def text_beside_label(self) -> str:
        """The same where the name of the field stands beside it."""
        return _rendered(self, "beside_label", _translator)

    @property
    def codes(self) -> frozenset[str]:
        """Its own and those of the reasons in it."""
        inner = [one for value in self.params.values() for one in (value if isinstance(value, tuple) else (value,))]
        return frozenset({self.code}).union(*(one.codes for one in inner if isinstance(one, Reason)))

    @property
    def source_text(self) -> str:
        """The sentence in the source language: for logs, and for what is kept as it was written."""
        return _rendered(self, "template", _SOURCE)

    def to_dict(self) -> dict[str, Any]:
        """Returns the reason as JSON."""
        return {"code": self.code, "params": {name: _stored(value) for name, value in self.params.items()}}

    def shown(self) -> dict[str, Any]:
        """For programs: code, parameters and text."""
        return self.to_dict() | {"text": self.text}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any] | str) -> Self:
        """Reads a reason from JSON. A bare string, which releases before 0.2 stored, becomes a legacy reason."""
        if isinstance(data, str):
            return cls(LEGACY, {"text": data})
        return cls(data["code"], {name: _loaded(value) for name, value in data.get("params", {}).items()})


def reason_of(data: Mapping[str, Any] | str | None) -> Reason | None:
    """Reads a reason from JSON that may be empty; None then."""
    return Reason.from_dict(data) if data else None


def reasons_of(data: Iterable[Mapping[str, Any] | str] | None) -> tuple[Reason, ...]:
    """Reads the reasons of a list as JSON."""
    return tuple(Reason.from_dict(entry) for entry in data or ())


def text_of(reason: Reason | None) -> str:
    """Its text; empty for None."""
    return reason.text if reason else ""


def legacy(text: str) -> Reason:
    """Makes a reason of a sentence that has no code."""
    return Reason(LEGACY, {"text": text})


@dataclass(frozen=True)
class Sentence:
    """A code's entry: calling it with the parameters gives the reason. `params` says what each parameter is.

    `beside_label` is the shorter sentence for a place where the name of the field is shown already.
    """

    code: str
    template: str
    beside_label: str
    params: Mapping[str, Param]

    def __call__(self, **values: Any) -> Reason:
        """Raises TypeError where a parameter is missing or unknown."""
        if values.keys() != self.params.keys():
            raise TypeError(f"{self.code} takes {sorted(self.params)}, not {sorted(values)}")
        return Reason(self.code, {name: _CONVERTED[self.params[name]](value) for name, value in values.items()})


CATALOG: dict[str, Sentence] = {}


def define(code: str, template: str, *, beside_label: str = "", **params: Param) -> Sentence:
    """Adds a code to the catalogue. Raises ValueError where it is there already, or lacks a parameter of its sentence."""
    if code in CATALOG:
        raise ValueError(f"the reason {code} is defined twice")
    for text in filter(None, (template, beside_label)):
        if not placeholders(text) <= params.keys():
            raise ValueError(f"{code}: parameters {placeholders(text)}, described are {sorted(params)}")
    CATALOG[code] = Sentence(code, template, beside_label or template, params)
    return CATALOG[code]


def placeholders(template: str) -> set[str]:
    """The names in braces."""
    return {name for _literal, name, _spec, _conversion in Formatter().parse(template) if name is not None}


def _text(value: object) -> str:
    return str(value)


_CONVERTED: Mapping[Param, Callable[[Any], Any]] = {
    Param.TEXT: _text,
    Param.WORD: _text,
    Param.LABEL: _text,
    Param.SUM: lambda labels: tuple(str(label) for label in labels),
    Param.TEXTS: lambda texts: tuple(str(text) for text in texts),
    Param.NUMBER: int,
    Param.COUNT: int,
    Param.BYTES: int,
    Param.PERCENT: lambda value: round(float(value), 4),
    Param.PERCENT_BELOW: lambda value: round(float(value), 4),
    Param.REASON: lambda value: value,
    Param.REASONS: tuple,
    Param.BY_LANGUAGE: lambda texts: {str(language): str(text) for language, text in texts.items()},
}


@dataclass(frozen=True)
class Translator:
    """How texts and numbers are written in the language of the reader."""

    translate: Callable[[str], str]
    count: Callable[[int], str]
    size: Callable[[int], str]
    has_lower_case_nouns: Callable[[], bool]
    language: Callable[[], str] = lambda: "en"


def _size(number: int) -> str:
    if number < 1024:
        return "1 byte" if number == 1 else f"{number} bytes"
    power = min(5, int(math.log(number, 1024)))
    return f"{number / 1024**power:,.1f} {('KB', 'MB', 'GB', 'TB', 'PB')[power - 1]}"


_SOURCE = Translator(
    translate=lambda text: text, count=lambda number: f"{number:,}", size=_size, has_lower_case_nouns=lambda: True
)
_translator = _SOURCE


def translate_with(translator: Translator) -> None:
    """Django's translations, once it is set up; without it everything is in the source language."""
    global _translator
    _translator = translator


def _rendered(reason: Reason, form: str, translator: Translator) -> str:
    if (sentence := CATALOG.get(reason.code)) is None:  # of a newer release
        return str(reason.params.get("text") or reason.code)
    shown = {name: _shown(sentence.params.get(name), value, translator) for name, value in reason.params.items()}
    template = getattr(sentence, form)
    try:
        return translator.translate(template).format(**shown)
    except (KeyError, IndexError, ValueError):  # a translation or a stored row lacks a parameter
        return cast("str", template)


def _shown(param: Param | None, value: Any, translator: Translator) -> str:
    if isinstance(value, Reason):
        return _rendered(value, "template", translator)
    if param is Param.LABEL:
        return _in_sentence(value, translator)
    if param is Param.SUM:
        return _added(value, translator)
    if param is Param.TEXTS:
        return " · ".join(value)
    if param is Param.BY_LANGUAGE and isinstance(value, Mapping):
        return str(value.get(translator.language()) or next(iter(value.values()), ""))
    if isinstance(value, tuple):
        return " ".join(_rendered(one, "template", translator) for one in value)
    if param is Param.COUNT:
        return translator.count(value)
    if param is Param.BYTES:
        return translator.size(value)
    if param is Param.PERCENT:
        return _percent(round(value * 100), translator)
    if param is Param.PERCENT_BELOW:
        return _percent(math.floor(value * 100 + 1e-9), translator)
    return translator.translate(value) if param is Param.WORD and value else str(value)


def _in_sentence(label: str, translator: Translator) -> str:
    """ "Net Amount" becomes "net amount"; "VAT" and "IBAN" stay."""
    if not translator.has_lower_case_nouns():
        return label
    return " ".join(word.lower() if word[1:].islower() or len(word) == 1 else word for word in label.split())


def _added(labels: Iterable[str], translator: Translator) -> str:
    both = translator.translate(_("{first} plus {second}"))
    shown = (_in_sentence(label, translator) for label in labels)
    return reduce(lambda first, second: both.format(first=first, second=second), shown)


def _percent(number: int, translator: Translator) -> str:
    return translator.translate(_("{number}%")).format(number=number)


def _stored(value: Any) -> Any:
    if isinstance(value, Reason):
        return value.to_dict()
    return [_stored(one) for one in value] if isinstance(value, tuple) else value


def _loaded(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_loaded(one) for one in value)
    return Reason.from_dict(value) if isinstance(value, Mapping) and "code" in value else value


define(LEGACY, "{text}", text=Param.TEXT)
OWN_WORDS = define("own_words", "{text}", text=Param.TEXT)
"""What a person wrote."""
