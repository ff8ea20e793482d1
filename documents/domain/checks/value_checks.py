"""Checks of one value by itself: type, pattern, choice, check digits, a plausible date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from documents.domain.checks.present_values import PresentValue
from documents.domain.schema_spec import FieldSpec, FieldType
from documents.domain.values import CheckOutcome, CheckResult

_EARLIEST, _LATEST = date(1900, 1, 1), date(2100, 1, 1)
_TYPE_NAMES = {
    FieldType.DATE: "a date",
    FieldType.AMOUNT: "an amount",
    FieldType.NUMBER: "a number",
    FieldType.CURRENCY: "a currency",
    FieldType.IBAN: "an IBAN",
    FieldType.VAT_NUMBER: "a VAT number",
    FieldType.EMAIL: "an e-mail address",
    FieldType.PHONE: "a phone number",
}
_MIXED_UP = str.maketrans("OoIlSB", "001158")


def check_value(spec: FieldSpec, name: str, present: PresentValue, locale: str) -> Iterator[CheckResult]:
    """Results for the field or cell called `name`; further checks only where the value could be read as its type."""
    if present.value is None:
        kind = _TYPE_NAMES.get(spec.type, "a value of its type")
        message = f"{spec.label} could not be read as {kind}: “{present.raw_text}”."
        if spec.type is FieldType.CHOICE:
            message = f"{spec.label} is none of the allowed values ({', '.join(spec.choices)}): “{present.raw_text}”."
        yield CheckResult("choice" if spec.type is FieldType.CHOICE else "type", CheckOutcome.FAILED, (name,), message)
        return
    yield CheckResult("type", CheckOutcome.PASSED, (name,))
    if spec.pattern:
        yield _check_pattern(spec, name, present)
    if spec.choices and spec.type is not FieldType.CHOICE and present.value not in spec.choices:
        message = f"{spec.label} is none of the allowed values ({', '.join(spec.choices)}): “{present.value}”."
        yield CheckResult("choice", CheckOutcome.FAILED, (name,), message)
    yield from _check_meaning(spec, name, present.value, locale)


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


def _check_meaning(spec: FieldSpec, name: str, value: str, locale: str) -> Iterator[CheckResult]:
    match spec.type:
        case FieldType.IBAN:
            yield _check_iban(spec, name, value)
        case FieldType.VAT_NUMBER:
            yield _check_vat(spec, name, value, locale)
        case FieldType.DATE:
            yield _check_date(spec, name, value)
        case _:
            return


def _check_iban(spec: FieldSpec, name: str, value: str) -> CheckResult:
    from stdnum import iban

    if iban.is_valid(value):
        return CheckResult("check_digits", CheckOutcome.PASSED, (name,))
    repaired = value[:2] + value[2:].translate(_MIXED_UP)
    hint = f" “{repaired}” would be valid." if repaired != value and iban.is_valid(repaired) else ""
    return CheckResult(
        "check_digits", CheckOutcome.FAILED, (name,), f"{spec.label} has wrong check digits: {value}.{hint}"
    )


def _check_vat(spec: FieldSpec, name: str, value: str, locale: str) -> CheckResult:
    """Known: numbers with an EU country's prefix, and Indian GST numbers. Of others nothing can be said."""
    from stdnum.eu import vat
    from stdnum.in_ import gstin

    if value[:2].lower() in vat.MEMBER_STATES or value[:2] == "EL":
        is_valid = bool(vat.is_valid(value))
    elif locale.endswith("_IN") and len(value) == 15:
        is_valid = bool(gstin.is_valid(value))
    else:
        return CheckResult("check_digits", CheckOutcome.NOT_APPLICABLE, (name,))
    if is_valid:
        return CheckResult("check_digits", CheckOutcome.PASSED, (name,))
    return CheckResult("check_digits", CheckOutcome.FAILED, (name,), f"{spec.label} has wrong check digits: {value}.")


def _check_date(spec: FieldSpec, name: str, value: str) -> CheckResult:
    day = date.fromisoformat(value)
    if _EARLIEST <= day <= _LATEST:
        return CheckResult("plausible_date", CheckOutcome.PASSED, (name,))
    return CheckResult("plausible_date", CheckOutcome.FAILED, (name,), f"{spec.label} is not plausible: {value}.")
