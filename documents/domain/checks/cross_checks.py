"""Checks of values against each other: the kinds of CheckKind.

A check that lacks something is MISSING, which is not passed; it is not applicable only where there is nothing to compare.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from documents.domain.adjustments import explain_difference
from documents.domain.checks.checked_values import CheckedValues
from documents.domain.checks.present_values import PresentRow, cell_name, column_name
from documents.domain.checks.rule_checks import check_rule
from documents.domain.numbers import to_decimal
from documents.domain.reasons import (
    BALANCE_DIFFERS,
    COLUMN_SUM_DIFFERS,
    DATES_OUT_OF_ORDER,
    PRODUCT_DIFFERS,
    SUM_DIFFERS,
    SUM_DIFFERS_EITHER_WAY,
)
from documents.domain.rule_reasons import MESSAGE_BEFORE
from documents.domain.schema_spec import CheckKind, CheckSpec
from documents.domain.sum_reasons import (
    COLUMN_SUM_UNCHECKED,
    COLUMN_UNCHECKED,
    PRODUCT_UNCHECKED,
    PRODUCTS_UNCHECKED,
    SUM_UNCHECKED,
)
from documents.domain.values import CheckOutcome, CheckResult
from idp_project.core.reasons import Reason

GROSS_EQUALS = "gross_equals"
_NOTHING = Decimal(0)


def check_across(check: CheckSpec, values: CheckedValues) -> Iterator[CheckResult]:
    """The results of one cross-field check; one a row for PRODUCT_EQUALS and for `each`."""
    if check.kind is CheckKind.EXPRESSION:
        yield from check_rule(check, values, lambda inner: _named(inner, values))
    else:
        yield from (_with_message(check, result) for result in _CHECKS[check.kind](check, values))


def _named(check: CheckSpec, values: CheckedValues) -> list[CheckResult]:
    """A call inside an expression; none for one that cannot be understood."""
    return list(_CHECKS[check.kind](check, values)) if check.kind in _CHECKS else []


def _with_message(check: CheckSpec, result: CheckResult) -> CheckResult:
    """What the organisation says of a check that failed, before what the check itself says."""
    if not check.messages or result.outcome is not CheckOutcome.FAILED or result.reason is None:
        return result
    return replace(result, reason=MESSAGE_BEFORE(message=check.messages, reason=result.reason))


def _passed(check: CheckSpec, names: tuple[str, ...], notes: tuple[Reason, ...] = ()) -> CheckResult:
    return CheckResult(check.kind.value, CheckOutcome.PASSED, names, notes=notes)


def _failed(check: CheckSpec, names: tuple[str, ...], reason: Reason) -> CheckResult:
    return CheckResult(check.kind.value, CheckOutcome.FAILED, names, reason)


def _missing(check: CheckSpec, names: tuple[str, ...], reason: Reason) -> CheckResult:
    return CheckResult(check.kind.value, CheckOutcome.MISSING, names, reason)


def _not_applicable(check: CheckSpec, names: tuple[str, ...]) -> CheckResult:
    return CheckResult(check.kind.value, CheckOutcome.NOT_APPLICABLE, names)


@dataclass(frozen=True)
class _Addend:
    """One part of a sum. `amount` is None where it is missing; it counts as nothing then."""

    name: str
    label: str
    amount: Decimal | None
    notes: tuple[Reason, ...]


def _addend(values: CheckedValues, name: str) -> _Addend:
    amount, notes = values.counted(name)
    return _Addend(name, values.label(name), amount, notes)


def _sum_equals(check: CheckSpec, values: CheckedValues) -> Iterator[CheckResult]:
    *names, total_name = check.fields
    yield _sum_of(check, values, [_addend(values, name) for name in names], total_name)


def _net_or_gross(check: CheckSpec, values: CheckedValues) -> Iterator[CheckResult]:
    """Prices without tax add up with it, prices that include it without it; which of the two a receipt has varies. Other
    printed amounts are counted only where neither is right without them."""
    *names, tax_name, total_name = check.fields
    addends = [_addend(values, name) for name in names]
    net = [*addends, _addend(values, tax_name)]
    if all(addend.amount is None for addend in addends):  # a tax alone is no sum
        yield _nothing_to_add(check, values, net, total_name)
        return
    bare = replace(values, adjustments=())
    ways = [(scene, added) for scene in (bare, values) for added in (net, addends)]
    found = [_sum_of(check, scene, added, total_name) for scene, added in ways]
    for (_, added), result in zip(ways, found, strict=True):
        if result.outcome is not CheckOutcome.FAILED:
            is_gross = added is addends and net[-1].amount is not None
            present = tuple(addend.name for addend in net if addend.amount is not None)
            # two equal amounts prove little
            yield replace(result, check=GROSS_EQUALS, fields=(*present, total_name)) if is_gross else result
            return
    assert found[0].reason is not None
    either_way = SUM_DIFFERS_EITHER_WAY(difference=found[0].reason, tax=values.label(tax_name))
    yield replace(found[0], reason=either_way)


def _sum_of(check: CheckSpec, values: CheckedValues, addends: Sequence[_Addend], total_name: str) -> CheckResult:
    total = values.number(total_name)
    present = [addend for addend in addends if addend.amount is not None]
    if total is None or not present:
        return _nothing_to_add(check, values, addends, total_name)
    names = (*(addend.name for addend in present), total_name)
    added = sum((addend.amount or _NOTHING for addend in present), _NOTHING)
    notes = _explained(values, total - added, total, check, total_name)
    if notes is not None:
        return _passed(check, names, (*(note for addend in present for note in addend.notes), *notes))
    reason = SUM_DIFFERS(
        total=values.label(total_name),
        addends=[addend.label for addend in addends],
        sum=" + ".join(f"{addend.amount or _NOTHING:f}" for addend in addends),
        amount=f"{total:f}",
    )
    return _failed(check, names, reason)


def _nothing_to_add(
    check: CheckSpec, values: CheckedValues, addends: Sequence[_Addend], total_name: str
) -> CheckResult:
    """Of a sum without a total, or without its parts: only where both are missing there is nothing to check."""
    has_total = values.number(total_name) is not None
    has_addends = any(addend.amount is not None for addend in addends)
    if not has_total and not has_addends:
        return _not_applicable(check, check.fields)
    missing = ", ".join(addend.label for addend in addends if addend.amount is None)
    lacking = missing if has_total else values.label(total_name)
    return _missing(check, check.fields, SUM_UNCHECKED(total=values.label(total_name), missing=lacking))


def _explained(
    values: CheckedValues, difference: Decimal, total: Decimal, check: CheckSpec, total_name: str
) -> tuple[Reason, ...] | None:
    """What has to be said of a sum that is right, with other printed amounts where it needs them; None if it is wrong."""
    tolerance = Decimal(str(check.tolerance))
    if abs(difference) <= tolerance:
        return ()
    counted = explain_difference(difference, values.adjustments, tolerance, is_below_zero=total < 0)
    return tuple(each.note(values.label(total_name)) for each in counted) or None


def _balance_equals(check: CheckSpec, values: CheckedValues) -> Iterator[CheckResult]:
    opening, closing = values.number(check.fields[0]), values.number(check.fields[3])
    (came_in, in_notes), (went_out, out_notes) = (values.counted(name) for name in check.fields[1:3])
    labels = [values.label(name) for name in check.fields]
    if opening is None or closing is None or (came_in is None and went_out is None and opening != closing):
        yield _no_balance(check, values)
        return
    names = tuple(
        name
        for name, amount in zip(check.fields, (opening, came_in, went_out, closing), strict=True)
        if amount is not None
    )
    came_in, went_out = came_in or _NOTHING, went_out or _NOTHING
    if abs(opening + came_in - went_out - closing) <= Decimal(str(check.tolerance)):
        yield _passed(check, names, (*in_notes, *out_notes))
        return
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
    yield _failed(check, names, reason)


def _no_balance(check: CheckSpec, values: CheckedValues) -> CheckResult:
    missing = [values.label(name) for name in check.fields if values.counted(name)[0] is None]
    if len(missing) == len(check.fields):
        return _not_applicable(check, check.fields)
    reason = SUM_UNCHECKED(total=values.label(check.fields[3]), missing=", ".join(missing))
    return _missing(check, check.fields, reason)


def _column_sum_equals(check: CheckSpec, values: CheckedValues) -> Iterator[CheckResult]:
    name, total_name = check.fields
    names = (column_name(check.table, name), total_name)
    total, column = values.number(total_name), values.column_sum(check.table, name)
    labels = {"total": values.label(total_name), "column": values.column_label(check.table, name)}
    if total is None and column is None:
        yield _not_applicable(check, names)
    elif column is None or total is None:
        yield _half_of_column_sum(check, values, names, labels)
    else:
        notes = _explained(values, total - column.amount, total, check, total_name) if column.is_complete else None
        reason = COLUMN_SUM_DIFFERS(**labels, rows=column.rows, sum=f"{column.amount:f}", amount=f"{total:f}")
        yield _failed(check, names, reason) if notes is None else _passed(check, names, notes)


def _half_of_column_sum(
    check: CheckSpec, values: CheckedValues, names: tuple[str, ...], labels: dict[str, str]
) -> CheckResult:
    """An empty column adds up to nothing. Where the field is not printed, the sum that it is a part of proves the column."""
    total = values.number(check.fields[1])
    if total is not None:
        missing = _missing(check, names, COLUMN_UNCHECKED(**labels))
        return missing if total else _passed(check, names)
    for other in values.schema.checks:
        if other.kind in _OF_ADDENDS and check.fields[1] in other.fields[:-1]:
            result = next(_CHECKS[other.kind](other, values))
            if result.outcome is CheckOutcome.PASSED:
                return _passed(check, names, result.notes)
    return _missing(check, names, COLUMN_SUM_UNCHECKED(**labels))


def _product_equals(check: CheckSpec, values: CheckedValues) -> Iterator[CheckResult]:
    """One result per row. A table that lacks one of the three columns cannot be checked at all; one with amounts alone has
    nothing to compare."""
    rows = values.rows_of(check.table)
    absent = [name for name in check.fields if not any(name in row.cells for row in rows)]
    if rows and len(absent) == 1:
        product, missing = (values.column_label(check.table, name) for name in (check.fields[2], absent[0]))
        names = tuple(column_name(check.table, name) for name in check.fields)
        yield _missing(check, names, PRODUCTS_UNCHECKED(product=product, missing=missing))
        return
    for row in rows:
        yield _product_of(check, values, row)


def _product_of(check: CheckSpec, values: CheckedValues, row: PresentRow) -> CheckResult:
    names = tuple(cell_name(row.table, row.number, name) for name in check.fields)
    cells = {name: cell.value for name, cell in row.cells.items() if cell.value is not None}
    first, second, product = (to_decimal(cells.get(name)) for name in check.fields)
    labels = [values.column_label(check.table, name) for name in check.fields]
    if first is None or second is None or product is None:
        lacking = [name for name, amount in zip(check.fields, (first, second, product), strict=True) if amount is None]
        if len(lacking) > 1:  # a line with a text and its amount
            return _not_applicable(check, names)
        missing = values.column_label(check.table, lacking[0])
        return _missing(check, names, PRODUCT_UNCHECKED(row=row.number, product=labels[2], missing=missing))
    found = first * second if min(first, second) < 0 else (first * second).copy_sign(product)  # a credited row
    tolerance = Decimal(str(check.tolerance))
    if abs(found - product) <= tolerance:
        return _passed(check, names)
    if counted := explain_difference(
        product - found, values.adjustments, tolerance, is_below_zero=product < 0, row=row.number
    ):
        return _passed(check, names, tuple(each.note(labels[2]) for each in counted))
    reason = PRODUCT_DIFFERS(
        row=row.number,
        product=labels[2],
        first=labels[0],
        second=labels[1],
        first_amount=f"{first:f}",
        second_amount=f"{second:f}",
        product_amount=f"{product:f}",
    )
    return _failed(check, names, reason)


def _date_order(check: CheckSpec, values: CheckedValues) -> Iterator[CheckResult]:
    """One date alone has no order: most of the documents with a date of issue print no other one."""
    first, second = (values.text(name) for name in check.fields)
    if first is None or second is None:
        yield _not_applicable(check, check.fields)
        return
    labels = [values.label(name) for name in check.fields]
    reason = DATES_OUT_OF_ORDER(first=labels[0], second=labels[1], first_date=first, second_date=second)
    yield _passed(check, check.fields) if first <= second else _failed(check, check.fields, reason)


_OF_ADDENDS = (CheckKind.SUM_EQUALS, CheckKind.NET_OR_GROSS, CheckKind.BALANCE_EQUALS)
_CHECKS: dict[CheckKind, Callable[[CheckSpec, CheckedValues], Iterator[CheckResult]]] = {
    CheckKind.SUM_EQUALS: _sum_equals,
    CheckKind.NET_OR_GROSS: _net_or_gross,
    CheckKind.COLUMN_SUM_EQUALS: _column_sum_equals,
    CheckKind.PRODUCT_EQUALS: _product_equals,
    CheckKind.BALANCE_EQUALS: _balance_equals,
    CheckKind.DATE_ORDER: _date_order,
}
