"""Checks of values against each other: the kinds of CheckKind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from documents.domain.checks.present_values import PresentRow, PresentValue, cell_name, column_name
from documents.domain.numbers import to_decimal
from documents.domain.reasons import (
    BALANCE_DIFFERS,
    COLUMN_SUM_DIFFERS,
    DATES_OUT_OF_ORDER,
    PRODUCT_DIFFERS,
    SUM_DIFFERS,
    SUM_DIFFERS_EITHER_WAY,
)
from documents.domain.schema_spec import CheckKind, CheckSpec, SchemaSpec
from documents.domain.values import CheckOutcome, CheckResult
from idp_project.core.reasons import Reason


def check_across(
    check: CheckSpec, schema: SchemaSpec, fields: Mapping[str, PresentValue], rows: Sequence[PresentRow]
) -> Iterator[CheckResult]:
    """The results of one cross-field check; one a row for PRODUCT_EQUALS."""
    yield from _CHECKS[check.kind](check, schema, fields, rows)


def _values(present: Mapping[str, PresentValue]) -> dict[str, str]:
    return {name: found.value for name, found in present.items() if found.value is not None}


def _label(schema: SchemaSpec, name: str) -> str:
    return next((spec.label for spec in schema.fields if spec.name == name), name.replace("_", " "))


def _column_label(schema: SchemaSpec, table: str, name: str) -> str:
    columns = [column for spec in schema.tables if spec.name == table for column in spec.columns]
    return next((column.label for column in columns if column.name == name), name.replace("_", " "))


def _result(check: CheckSpec, is_good: bool, names: tuple[str, ...], reason: Reason) -> CheckResult:
    outcome = CheckOutcome.PASSED if is_good else CheckOutcome.FAILED
    return CheckResult(check.kind.value, outcome, names, None if is_good else reason)


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
    reason = SUM_DIFFERS(
        total=_label(schema, total_name),
        addends=[_label(schema, name) for name in addends],
        sum=" + ".join(f"{present.get(name, Decimal(0)):f}" for name in addends),
        amount=f"{total:f}",
    )
    yield _result(check, is_good, (*present, total_name), reason)


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
    reason = BALANCE_DIFFERS(
        closing=labels[3],
        opening=labels[0],
        came_in=labels[1],
        went_out=labels[2],
        opening_amount=f"{opening:f}",
        in_amount=f"{came_in:f}",
        out_amount=f"{went_out:f}",
        closing_amount=f"{closing:f}",
    )
    yield _result(check, is_good, tuple(name for name in check.fields if name in values), reason)


def _net_or_gross(
    check: CheckSpec, schema: SchemaSpec, fields: Mapping[str, PresentValue], rows: Sequence[PresentRow]
) -> Iterator[CheckResult]:
    """Prices without tax add up with it, prices that include it without it; which of the two a receipt has varies."""
    result = next(_sum_equals(check, schema, fields, rows))
    if result.reason is None:  # passed, or there is nothing to compare
        yield result
        return
    *addends, tax_name, total_name = check.fields
    inclusive = next(_sum_equals(replace(check, fields=(*addends, total_name)), schema, fields, rows))
    if inclusive.outcome is CheckOutcome.FAILED:
        yield replace(result, reason=SUM_DIFFERS_EITHER_WAY(difference=result.reason, tax=_label(schema, tax_name)))
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
    reason = COLUMN_SUM_DIFFERS(
        total=_label(schema, total_name),
        column=_column_label(schema, check.table, column),
        rows=len(cells),
        sum=f"{added:f}",
        amount=f"{total:f}",
    )
    yield _result(check, is_good, names, reason)


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
        reason = PRODUCT_DIFFERS(
            row=row.number,
            product=labels[2],
            first=labels[0],
            second=labels[1],
            first_amount=f"{first:f}",
            second_amount=f"{second:f}",
            product_amount=f"{product:f}",
        )
        yield _result(check, is_good, names, reason)


def _date_order(
    check: CheckSpec, schema: SchemaSpec, fields: Mapping[str, PresentValue], rows: Sequence[PresentRow]
) -> Iterator[CheckResult]:
    values = _values(fields)
    first, second = (values.get(name) for name in check.fields)
    if first is None or second is None:
        yield _not_applicable(check, check.fields)
        return
    labels = [_label(schema, name) for name in check.fields]
    reason = DATES_OUT_OF_ORDER(first=labels[0], second=labels[1], first_date=first, second_date=second)
    yield _result(check, first <= second, check.fields, reason)


_Check = Callable[[CheckSpec, SchemaSpec, Mapping[str, PresentValue], Sequence[PresentRow]], Iterator[CheckResult]]
_CHECKS: dict[CheckKind, _Check] = {
    CheckKind.SUM_EQUALS: _sum_equals,
    CheckKind.NET_OR_GROSS: _net_or_gross,
    CheckKind.COLUMN_SUM_EQUALS: _column_sum_equals,
    CheckKind.PRODUCT_EQUALS: _product_equals,
    CheckKind.BALANCE_EQUALS: _balance_equals,
    CheckKind.DATE_ORDER: _date_order,
}
