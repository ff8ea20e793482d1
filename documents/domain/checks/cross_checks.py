"""Checks of values against each other: the kinds of CheckKind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from documents.domain.checks.present_values import PresentRow, PresentValue, cell_name, column_name
from documents.domain.numbers import to_decimal
from documents.domain.schema_spec import CheckKind, CheckSpec, SchemaSpec
from documents.domain.values import CheckOutcome, CheckResult


def check_across(
    check: CheckSpec, schema: SchemaSpec, fields: Mapping[str, PresentValue], rows: Sequence[PresentRow]
) -> Iterator[CheckResult]:
    """The results of one cross-field check; one a row for PRODUCT_EQUALS."""
    yield from _CHECKS[check.kind](check, schema, fields, rows)


def _values(present: Mapping[str, PresentValue]) -> dict[str, str]:
    return {name: found.value for name, found in present.items() if found.value is not None}


def _label(schema: SchemaSpec, name: str) -> str:
    return next((spec.label for spec in schema.fields if spec.name == name), name.replace("_", " "))


def _in_sentence(label: str) -> str:
    """ "Net Amount" becomes "net amount"; "VAT" and "IBAN" stay."""
    return " ".join(word.lower() if word[1:].islower() or len(word) == 1 else word for word in label.split())


def _column_label(schema: SchemaSpec, table: str, name: str) -> str:
    columns = [column for spec in schema.tables if spec.name == table for column in spec.columns]
    return next((column.label for column in columns if column.name == name), name.replace("_", " "))


def _result(check: CheckSpec, is_good: bool, names: tuple[str, ...], message: str) -> CheckResult:
    outcome = CheckOutcome.PASSED if is_good else CheckOutcome.FAILED
    return CheckResult(check.kind.value, outcome, names, "" if is_good else message)


def _not_applicable(check: CheckSpec, names: tuple[str, ...]) -> CheckResult:
    return CheckResult(check.kind.value, CheckOutcome.NOT_APPLICABLE, names)


def _sum_equals(
    check: CheckSpec, schema: SchemaSpec, fields: Mapping[str, PresentValue], rows: Sequence[PresentRow]
) -> Iterator[CheckResult]:
    values = _values(fields)
    *addends, total_name = check.fields
    total = to_decimal(values.get(total_name))
    numbers = {name: to_decimal(values.get(name)) for name in addends}
    present = {name: number for name, number in numbers.items() if number is not None}
    if total is None or not present:
        yield _not_applicable(check, check.fields)
        return
    is_good = abs(sum(present.values()) - total) <= Decimal(str(check.tolerance))
    labels = " plus ".join(_in_sentence(_label(schema, name)) for name in addends)
    shown = " + ".join(f"{present.get(name, Decimal(0)):f}" for name in addends)
    message = f"{_label(schema, total_name)} does not equal {labels}: {shown} ≠ {total:f}"
    yield _result(check, is_good, (*present, total_name), message)


def _balance_equals(
    check: CheckSpec, schema: SchemaSpec, fields: Mapping[str, PresentValue], rows: Sequence[PresentRow]
) -> Iterator[CheckResult]:
    values = _values(fields)
    opening, came_in, went_out, closing = (to_decimal(values.get(name)) for name in check.fields)
    if opening is None or closing is None or (came_in is None and went_out is None):
        yield _not_applicable(check, check.fields)
        return
    came_in, went_out = came_in or Decimal(0), went_out or Decimal(0)
    is_good = abs(opening + came_in - went_out - closing) <= Decimal(str(check.tolerance))
    labels = [_label(schema, name) for name in check.fields]
    message = (
        f"{labels[3]} does not equal {_in_sentence(labels[0])} plus {_in_sentence(labels[1])} minus "
        f"{_in_sentence(labels[2])}: {opening:f} + {came_in:f} - {went_out:f} ≠ {closing:f}"
    )
    yield _result(check, is_good, tuple(name for name in check.fields if name in values), message)


def _net_or_gross(
    check: CheckSpec, schema: SchemaSpec, fields: Mapping[str, PresentValue], rows: Sequence[PresentRow]
) -> Iterator[CheckResult]:
    """Prices without tax add up with it, prices that include it without it; which of the two a receipt has varies."""
    result = next(_sum_equals(check, schema, fields, rows))
    if result.outcome is not CheckOutcome.FAILED:
        yield result
        return
    *addends, tax_name, total_name = check.fields
    inclusive = next(_sum_equals(replace(check, fields=(*addends, total_name)), schema, fields, rows))
    if inclusive.outcome is CheckOutcome.FAILED:
        tax = _in_sentence(_label(schema, tax_name))
        yield replace(result, message=f"{result.message}, nor does it without {tax}")
    else:
        yield replace(inclusive, check="gross_equals", fields=result.fields)  # two equal amounts prove little


def _column_sum_equals(
    check: CheckSpec, schema: SchemaSpec, fields: Mapping[str, PresentValue], rows: Sequence[PresentRow]
) -> Iterator[CheckResult]:
    column, total_name = check.fields
    total = to_decimal(_values(fields).get(total_name))
    cells = [to_decimal(row.cells[column].value) for row in rows if row.table == check.table and column in row.cells]
    names = (column_name(check.table, column), total_name)
    numbers = [number for number in cells if number is not None]
    if total is None or not numbers:
        yield _not_applicable(check, names)
        return
    added = sum(numbers, Decimal(0))
    is_good = len(numbers) == len(cells) and abs(added - total) <= Decimal(str(check.tolerance))
    label = _column_label(schema, check.table, column)
    message = f"{_label(schema, total_name)} does not equal the sum of “{label}” over {len(cells)} rows: {added:f} ≠ {total:f}"
    yield _result(check, is_good, names, message)


def _product_equals(
    check: CheckSpec, schema: SchemaSpec, fields: Mapping[str, PresentValue], rows: Sequence[PresentRow]
) -> Iterator[CheckResult]:
    for row in rows:
        if row.table != check.table:
            continue
        values = _values(row.cells)
        names = tuple(cell_name(row.table, row.number, name) for name in check.fields)
        first, second, product = (to_decimal(values.get(name)) for name in check.fields)
        if first is None or second is None or product is None:
            yield _not_applicable(check, names)
            continue
        found = first * second if min(first, second) < 0 else (first * second).copy_sign(product)  # a credited row
        is_good = abs(found - product) <= Decimal(str(check.tolerance))
        labels = [_column_label(schema, check.table, name) for name in check.fields]
        product_label, first_label, second_label = (_in_sentence(label) for label in (labels[2], labels[0], labels[1]))
        message = (
            f"Row {row.number}: {product_label} does not equal {first_label} times {second_label}: "
            f"{first:f} × {second:f} ≠ {product:f}"
        )
        yield _result(check, is_good, names, message)


def _date_order(
    check: CheckSpec, schema: SchemaSpec, fields: Mapping[str, PresentValue], rows: Sequence[PresentRow]
) -> Iterator[CheckResult]:
    values = _values(fields)
    first, second = (values.get(name) for name in check.fields)
    if first is None or second is None:
        yield _not_applicable(check, check.fields)
        return
    message = f"{_label(schema, check.fields[0])} is after {_in_sentence(_label(schema, check.fields[1]))}: {first} > {second}"
    yield _result(check, first <= second, check.fields, message)


_Check = Callable[[CheckSpec, SchemaSpec, Mapping[str, PresentValue], Sequence[PresentRow]], Iterator[CheckResult]]
_CHECKS: dict[CheckKind, _Check] = {
    CheckKind.SUM_EQUALS: _sum_equals,
    CheckKind.NET_OR_GROSS: _net_or_gross,
    CheckKind.COLUMN_SUM_EQUALS: _column_sum_equals,
    CheckKind.PRODUCT_EQUALS: _product_equals,
    CheckKind.BALANCE_EQUALS: _balance_equals,
    CheckKind.DATE_ORDER: _date_order,
}
