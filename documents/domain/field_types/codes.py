"""What codes and short texts have in common: features of their letters and digits, one spelling for one value."""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.domain.field_types.base import FieldTypeRules, FoundValue, Scene, letters_and_digits
from documents.domain.field_types.roles import Role
from documents.domain.reasons import CHECK_DIGITS_REPAIRABLE, CHECK_DIGITS_WRONG
from documents.domain.schema_spec import FieldSpec
from documents.domain.values import CheckOutcome, CheckResult
from documents.domain.words import Words


class CodeRules(FieldTypeRules):
    """A code or a text that plays no part of its own and that nothing but its pattern checks."""

    def features(self, scene: Scene, found: FoundValue) -> dict[str, float]:
        text = found.raw_text
        return {
            "pattern": scene.pattern_rarity,
            "has_letters_and_digits": 1.0 if re.search(r"[A-Za-z]", text) and re.search(r"\d", text) else 0.0,
            "bare_digits": 1.0 if text.replace(" ", "").isdigit() else 0.0,
        }

    def check(self, spec: FieldSpec, name: str, value: str, locale: str) -> Iterator[CheckResult]:
        yield from ()

    def merge_key(self, text: str) -> str:
        return letters_and_digits(text)

    def role(self, names: tuple[str, ...], words: Words) -> Role:
        return Role.OTHER


def digits_checked(spec: FieldSpec, name: str, value: str, is_valid: bool, repaired: str = "") -> CheckResult:
    """What the check digits of a code say; `repaired` would be valid."""
    if is_valid:
        return CheckResult("check_digits", CheckOutcome.PASSED, (name,))
    wrong = {"label": spec.label, "value": value}
    reason = CHECK_DIGITS_REPAIRABLE(**wrong, repaired=repaired) if repaired else CHECK_DIGITS_WRONG(**wrong)
    return CheckResult("check_digits", CheckOutcome.FAILED, (name,), reason)
