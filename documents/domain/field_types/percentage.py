"""Percentages: per cent without the sign, a decimal point, no zeros at the end. 12,5 % is 12.5."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from documents.domain.field_types.after_label import TextAfterLabel
from documents.domain.field_types.base import (
    CellKind,
    FieldTypeRules,
    FoundValue,
    Match,
    PageLines,
    PdbColumn,
    Scene,
)
from documents.domain.field_types.matching import find_pattern
from documents.domain.field_types.roles import Role
from documents.domain.notation import Notation
from documents.domain.numbers import read_number, to_decimal
from documents.domain.reading_notes import PER_MILLE_CONVERTED
from documents.domain.reasons import PERCENTAGE_TOO_LARGE
from documents.domain.schema_spec import FieldSpec, FieldType
from documents.domain.values import CheckOutcome, CheckResult
from documents.domain.words import Words, alternatives
from documents.domain.words.in_force import words_in_force
from idp_project.core.reasons import Reason
from idp_project.core.translation import gettext_noop

_MOST = 100
_PER_MILLE = "‰"
_NUMBER = r"(?:(?<!\d )[-+−–] ?)?(?:\d[\d.,'’]*|[.,]\d+)"
_SIGN_OF_LABEL = re.compile(r"[\s(]*[%٪％]")
_BARE = re.compile(rf"{_NUMBER}(?=\s*$)")


@lru_cache(maxsize=64)
def _sign(words: Words) -> str:
    return rf"(?:[%٪％{_PER_MILLE}]|(?i:{alternatives(words, 'per_cent')})(?!\w))"


@lru_cache(maxsize=64)
def _printed(words: Words) -> re.Pattern[str]:
    """Matches a number with its sign, as in "12,5 %"; Turkish prints "%18"."""
    return re.compile(rf"(?<![\w.,/%‰])(?<!\d[-–])(?:{_NUMBER} ?{_sign(words)}|%\d[\d.,]*(?<=\d))")


@lru_cache(maxsize=64)
def _whole(words: Words) -> re.Pattern[str]:
    """Matches a text that is a percentage; a person may leave the sign out."""
    sign, year = _sign(words), alternatives(words, "per_year")
    return re.compile(rf"\(?(?:{sign} ?)?(?P<number>{_NUMBER})(?: ?{sign})?\)?(?: ?(?i:{year})(?!\w))?")


@dataclass(frozen=True)
class PercentageAfterLabel(TextAfterLabel):
    """A number without a sign, because its label has it: "VAT %: 19"."""

    def start(self, text: str, position: int) -> int:
        sign = _SIGN_OF_LABEL.match(text, position)
        return super().start(text, sign.end() if sign else position)

    def end(self, text: str, start: int) -> int:
        match = _BARE.match(text, start)
        return match.end() if match else start

    def is_plausible(self, value: str) -> bool:
        return abs(Decimal(value)) <= _MOST


def says_per_cent(text: str) -> bool:
    """Whether a sign or a word for per cent is printed in the text."""
    return re.search(_sign(words_in_force()), text) is not None


class PercentageRules(FieldTypeRules):
    type = FieldType.PERCENTAGE
    label = gettext_noop("Percentage")
    with_article = gettext_noop("a percentage")
    hint = gettext_noop("Per cent; stored without the sign.")
    placeholder = "0 %"
    notation = "digits and separators as printed, with the sign"
    pdb_column = PdbColumn.NUMBER
    cell_kind = CellKind.NUMBER
    family = "percentage"
    rivals = ()
    after_label = PercentageAfterLabel()
    has_choices = has_lines = is_headed = tells_documents_apart = False

    def read(self, text: str, locale: str, choices: Sequence[str]) -> str | None:
        match = _whole(words_in_force()).fullmatch(text)
        value = _read(match["number"], locale) if match else None
        if value is None:
            return None
        return _written(value / 10 if _PER_MILLE in text else value)

    def notes(self, raw_text: str, value: str, notation: Notation, decided_by: str) -> Iterator[Reason]:
        if _PER_MILLE in raw_text:
            yield PER_MILLE_CONVERTED(text=raw_text)

    def find(self, page: PageLines, spec: FieldSpec, locale: str) -> Iterator[Match]:
        yield from find_pattern(self, page, _printed(page.words), spec, locale)

    def features(self, scene: Scene, found: FoundValue) -> dict[str, float]:
        return {"has_sign": 0.0 if found.raw_text[-1:].isdigit() else 1.0}

    def check(self, spec: FieldSpec, name: str, value: str, locale: str) -> Iterator[CheckResult]:
        """More than a hundred is a lost decimal mark; a field whose pattern says what it takes is left alone."""
        if spec.pattern:
            return
        if abs(Decimal(value)) <= _MOST:
            yield CheckResult("percentage", CheckOutcome.PASSED, (name,))
        else:
            reason = PERCENTAGE_TOO_LARGE(label=spec.label, value=value)
            yield CheckResult("percentage", CheckOutcome.FAILED, (name,), reason)

    def merge_key(self, text: str) -> str:
        value = to_decimal(text)
        return _written(value) if value is not None else text

    def role(self, names: tuple[str, ...], words: Words) -> Role:
        return Role.OTHER


def _written(value: Decimal) -> str:
    return f"{value.normalize() + 0:f}"  # + 0: no negative zero


def _read(number: str, locale: str) -> Decimal | None:
    """Of one mark what follows are decimals, three digits too: a rate of 4,125 is usual, one of 4125 is not."""
    body = number.replace(" ", "").replace("−", "-").replace("–", "-")
    if sum(mark in ".,'’" for mark in body) == 1 and body[-1].isdigit():
        return to_decimal(re.sub(r"[,'’]", ".", body))
    return read_number(body, locale)
