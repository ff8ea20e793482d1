"""Checks of one value by itself: type, pattern, choices, and what its type knows of it."""

from __future__ import annotations

from collections.abc import Iterator

from documents.domain.checks.present_values import PresentValue
from documents.domain.field_types.registry import field_type
from documents.domain.patterns import matches_whole
from documents.domain.reasons import NOT_LISTED, PATTERN_INVALID, PATTERN_NOT_MET, WRONG_TYPE
from documents.domain.schema_spec import FieldSpec
from documents.domain.values import CheckOutcome, CheckResult


def check_value(spec: FieldSpec, name: str, present: PresentValue, locale: str) -> Iterator[CheckResult]:
    """Results for the field or cell called `name`; further checks only where the value could be read as its type."""
    rules = field_type(spec.type)
    if present.value is None:
        if rules.has_choices:
            yield _not_listed(spec, name, present.raw_text)
        else:
            reason = WRONG_TYPE(label=spec.label, kind=rules.with_article, text=present.raw_text)
            yield CheckResult("type", CheckOutcome.FAILED, (name,), reason)
        return
    yield CheckResult("type", CheckOutcome.PASSED, (name,))
    if spec.pattern:
        yield _check_pattern(spec, name, present)
    if spec.choices and not rules.has_choices and present.value not in spec.choices:
        yield _not_listed(spec, name, present.value)
    yield from rules.check(spec, name, present.value, locale)


def _not_listed(spec: FieldSpec, name: str, text: str) -> CheckResult:
    reason = NOT_LISTED(label=spec.label, choices=", ".join(spec.choices), text=text)
    return CheckResult("choice", CheckOutcome.FAILED, (name,), reason)


def _check_pattern(spec: FieldSpec, name: str, present: PresentValue) -> CheckResult:
    found = [matches_whole(spec.pattern, text) for text in (present.raw_text, present.value or "")]
    if None in found:
        return CheckResult("pattern", CheckOutcome.MISSING, (name,), PATTERN_INVALID(label=spec.label))
    if any(found):
        return CheckResult("pattern", CheckOutcome.PASSED, (name,))
    reason = PATTERN_NOT_MET(label=spec.label, text=present.raw_text)
    return CheckResult("pattern", CheckOutcome.FAILED, (name,), reason)
