"""Sums of money: a decimal point, no grouping, 1234.50."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from documents.domain.field_types.base import (
    CellKind,
    FieldTypeRules,
    FoundValue,
    Match,
    PageLines,
    PdbColumn,
    Scene,
    clean,
)
from documents.domain.field_types.matching import match_in
from documents.domain.field_types.roles import Role
from documents.domain.notation import Notation
from documents.domain.notes_of_values import notes_of_number
from documents.domain.numbers import (
    amount_pattern,
    has_decimals,
    is_open_number,
    read_number,
    read_number_in,
    to_decimal,
    write_number,
)
from documents.domain.reasons import DECIMALS_AMBIGUOUS
from documents.domain.schema_spec import FieldSpec, FieldType
from documents.domain.signs_of_print import as_ascii_digits
from documents.domain.values import CheckResult
from documents.domain.words import Words, alternatives, phrase_pattern, word_set
from idp_project.core.reasons import Reason
from idp_project.core.translation import gettext_noop

_SIGN = re.compile(r"[^\W\d]|[$€£¥₹]")


class DecimalRules(FieldTypeRules):
    """What amounts and quantities have in common."""

    doubt = DECIMALS_AMBIGUOUS

    def read(self, text: str, locale: str, choices: Sequence[str]) -> str | None:
        value = read_number(text, locale)
        return write_number(value) if value is not None else None

    def read_in(self, raw_text: str, notation: Notation, choices: Sequence[str] = ()) -> str | None:
        value = read_number_in(clean(raw_text), notation)
        return write_number(value) if value is not None else None

    def other_readings(self, raw_text: str, notation: Notation) -> tuple[str, ...]:
        if not is_open_number(raw_text, notation):
            return ()
        others = (self.read_in(raw_text, replace(notation, decimal=mark)) for mark in ",.")
        return tuple(other for other in others if other and other != self.read_in(raw_text, notation))

    def notes(self, raw_text: str, value: str, notation: Notation, decided_by: str) -> Iterator[Reason]:
        yield from notes_of_number(raw_text, value, notation, decided_by)

    def find(self, page: PageLines, spec: FieldSpec, locale: str) -> Iterator[Match]:
        pattern = amount_pattern(page.notation)
        for line, text in enumerate(page.texts):
            for match in pattern.finditer(as_ascii_digits(text)):
                found = match_in(self, spec, line, text, match.span(), page.notation)
                if found.value is not None:
                    yield found

    def features(self, scene: Scene, found: FoundValue) -> dict[str, float]:
        """Arithmetic outweighs a rival's label in the line of the total's own: a rounded total may stand beside "Rounding"."""
        value = to_decimal(found.value) or Decimal(0)
        is_exact = has_decimals(found.raw_text)
        return {
            "decimals": float(is_exact),
            "odd_format": 0.0 if is_exact else scene.share_with_decimals,
            "has_sign": 1.0 if _SIGN.search(found.raw_text) else 0.0,
            "largest": 1.0 if value and value == scene.largest else 0.0,
            "settled": 1.0 if value in scene.proof.settled else 0.0,
            "rounded": 1.0 if value in scene.proof.rounded else 0.0,
            "unrounded": 1.0 if value in scene.proof.unrounded else 0.0,
            "rightmost": float(scene.is_rightmost(found)),
            "is_zero": 1.0 if value == 0 else 0.0,
            "is_negative": 1.0 if value < 0 else 0.0,
            "is_base": 1.0 if _is_base(scene, found) else 0.0,
            "summary_below": float(scene.is_in_tax_summary(found)),
        }

    def check(self, spec: FieldSpec, name: str, value: str, locale: str) -> Iterator[CheckResult]:
        yield from ()

    def merge_key(self, text: str) -> str:
        whole, _, decimals = text.partition(".")
        return f"{whole}.{decimals.rstrip('0')}"


def _is_base(scene: Scene, found: FoundValue) -> bool:
    """What a rate is of, and not what comes of it: "VAT 20 % on 100.00"."""
    ahead = scene.row_text(found).partition(found.raw_text)[0]
    return base_pattern(scene.words).search(ahead) is not None


@lru_cache(maxsize=64)
def base_pattern(words: Words) -> re.Pattern[str]:
    """Matches the end of a text after which the base of a rate is printed."""
    return re.compile(rf"%.*(?<!\w)(?:{alternatives(words, 'base_word')})\W*$", re.IGNORECASE)


class AmountRules(DecimalRules):
    type = FieldType.AMOUNT
    label = gettext_noop("Amount")
    with_article = gettext_noop("an amount")
    hint = gettext_noop("Money, with its sign; stored as 1234.50.")
    placeholder = "0.00"
    notation = "digits and separators as printed, without the currency"
    pdb_column = PdbColumn.NUMBER
    cell_kind = CellKind.AMOUNT
    family = "amount"
    rivals = ("total", "subtotal", "tax", "payment", "other_amount")
    after_label = None
    has_choices = has_lines = is_headed = tells_documents_apart = False

    def role(self, names: tuple[str, ...], words: Words) -> Role:
        first = " ".join(names[:2])
        for role, labels, parts in (
            (Role.SUBTOTAL, "subtotal", "subtotal_name"),
            (Role.TAX, "tax", "tax_name"),
            (Role.TOTAL, "total", "total_name"),
        ):
            if not word_set(words, labels).isdisjoint(names[:2]) or phrase_pattern(words, parts).search(first):
                return role
        return Role.TOTAL if names[0] == "amount" else Role.OTHER
