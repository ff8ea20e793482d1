"""Checks of one value by itself: type, pattern, choices, and what its type knows of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.domain.checks.present_values import PresentValue
from documents.domain.field_types.registry import field_type
from documents.domain.schema_spec import FieldSpec
from documents.domain.values import CheckOutcome, CheckResult


def check_value(spec: FieldSpec, name: str, present: PresentValue, locale: str) -> Iterator[CheckResult]:
    """Results for the field or cell called `name`; further checks only where the value could be read as its type."""
    rules = field_type(spec.type)
    if present.value is None:
        if rules.has_choices:
            yield _not_listed(spec, name, present.raw_text)
        else:
            message = f"{spec.label} could not be read as {rules.with_article}: “{present.raw_text}”."
            yield CheckResult("type", CheckOutcome.FAILED, (name,), message)
        return
    yield CheckResult("type", CheckOutcome.PASSED, (name,))
    if spec.pattern:
        yield _check_pattern(spec, name, present)
    if spec.choices and not rules.has_choices and present.value not in spec.choices:
        yield _not_listed(spec, name, present.value)
    yield from rules.check(spec, name, present.value, locale)


def _not_listed(spec: FieldSpec, name: str, text: str) -> CheckResult:
    message = f"{spec.label} is not one of the allowed values ({', '.join(spec.choices)}): “{text}”."
    return CheckResult("choice", CheckOutcome.FAILED, (name,), message)


def _check_pattern(spec: FieldSpec, name: str, present: PresentValue) -> CheckResult:
    try:
        pattern = re.compile(spec.pattern)
    except re.error:
        return CheckResult(
            "pattern", CheckOutcome.NOT_APPLICABLE, (name,), f"The pattern of {spec.label} is not valid."
        )
    if pattern.fullmatch(present.raw_text) or pattern.fullmatch(present.value or ""):
        return CheckResult("pattern", CheckOutcome.PASSED, (name,))
    message = f"{spec.label} does not have the expected form: “{present.raw_text}”."
    return CheckResult("pattern", CheckOutcome.FAILED, (name,), message)
