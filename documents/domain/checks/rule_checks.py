"""Checks that are expressions of a person's own, on the values of one document: their results and what people are told."""

from __future__ import annotations

import ast
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from documents.domain.check_spec import CheckSpec
from documents.domain.checks.checked_values import CheckedValues
from documents.domain.checks.expressions import ExpressionError, Present, Value, field_name, holds, parsed
from documents.domain.checks.present_values import PresentRow, cell_name, column_name
from documents.domain.field_types.base import CellKind
from documents.domain.field_types.registry import cell_kind
from documents.domain.numbers import to_decimal
from documents.domain.rule_reasons import MESSAGE_NOT_MET, RULE_NOT_MET, RULE_UNCHECKED, RULE_WITHOUT_ANSWER
from documents.domain.schema_spec import FieldSpec
from documents.domain.values import CheckOutcome, CheckResult
from idp_project.core.reasons import Reason

_MOST_SHOWN = 8  # values in one reason
_LONGEST_SHOWN = 60
_SECONDS_OF_ROWS = 0.5  # for all rows of one check; the expression itself has 5 ms in each

Named = Callable[[CheckSpec], Sequence[CheckResult]]


def check_rule(check: CheckSpec, values: CheckedValues, named: Named) -> Iterator[CheckResult]:
    """One result; of `each(table, …)` one per row. `named` answers the calls of the six functions that it may hold."""
    present = present_in(values, named)
    try:
        tree = parsed(check.rule)
    except ExpressionError:
        yield CheckResult(check.kind.value, CheckOutcome.MISSING, (), RULE_WITHOUT_ANSWER(rule=check.rule, values="–"))
        return
    if (rows := _rows_of(tree, values)) is not None:
        table, test, mine = rows
        ends_at = time.thread_time() + _SECONDS_OF_ROWS
        for row, cells in zip(mine, present.tables.get(table, ()), strict=True):
            answer = holds(test, present, cells) if time.thread_time() < ends_at else None
            yield _result(check, values, _Look(test, table, row), answer)
        if mine:
            return
    yield _result(check, values, _Look(check.rule), holds(check.rule, present))


def present_in(values: CheckedValues, named: Named) -> Present:
    """The document's values with their types; each column stands in each row."""
    fields = {spec.name: _typed(spec, values.text(spec.name)) for spec in values.schema.fields}
    tables = {
        table.name: [
            {
                spec.name: _typed(spec, row.cells[spec.name].value if spec.name in row.cells else None)
                for spec in table.columns
            }
            for row in values.rows_of(table.name)
        ]
        for table in values.schema.tables
    }
    return Present(fields, tables, lambda rule: _answer(named(CheckSpec.of(rule))))


def _answer(results: Sequence[CheckResult]) -> bool | None:
    outcomes = {result.outcome for result in results}
    if CheckOutcome.FAILED in outcomes:
        return False
    return True if CheckOutcome.PASSED in outcomes and CheckOutcome.MISSING not in outcomes else None


def _typed(spec: FieldSpec, text: str | None) -> Value | None:
    if text is None or text == "":
        return None
    kind = cell_kind(spec)
    if kind.is_numeric:
        return to_decimal(text)
    if kind is not CellKind.DATE:
        return text
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


class _Look:
    """What an expression looks at: the whole document, or one row of a table."""

    def __init__(self, rule: str, table: str = "", row: PresentRow | None = None) -> None:
        self.rule, self.table, self.row = rule, table, row

    def seen(self, values: CheckedValues) -> dict[str, tuple[str, str | None]]:
        """(label, text) by the name under which results speak of a field, cell or column; text None: missing."""
        columns = self._columns(values)
        found: dict[str, tuple[str, str | None]] = {}
        for node in sorted(ast.walk(parsed(self.rule)), key=lambda node: getattr(node, "col_offset", 0)):
            word = field_name(node.id) if isinstance(node, ast.Name) else ""
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                found.update(_column_seen(values, field_name(node.value.id), field_name(node.attr)))
            elif self.row is not None and word in columns:
                cell = self.row.cells.get(word)
                name = cell_name(self.table, self.row.number, word)
                found[name] = (values.column_label(self.table, word), cell.value if cell else None)
            elif any(spec.name == word for spec in values.schema.fields):
                found[word] = (values.label(word), values.text(word))
        return found

    def _columns(self, values: CheckedValues) -> frozenset[str]:
        return frozenset(
            column.name for table in values.schema.tables if table.name == self.table for column in table.columns
        )


def _column_seen(values: CheckedValues, table: str, column: str) -> dict[str, tuple[str, str | None]]:
    """A whole column: its sum where it has one."""
    total = values.column_sum(table, column)
    cells = [row.cells[column].value for row in values.rows_of(table) if column in row.cells]
    is_whole = len(cells) == len(values.rows_of(table)) and None not in cells and bool(cells)
    text = f"{total.amount:f}" if total and total.is_complete else str(len(cells))
    return {column_name(table, column): (values.column_label(table, column), text if is_whole else None)}


def _rows_of(tree: ast.expr, values: CheckedValues) -> tuple[str, str, list[PresentRow]] | None:
    """(table, test, rows) of an expression that is `each(table, test)` and nothing else."""
    if not isinstance(tree, ast.Call) or not isinstance(tree.func, ast.Name) or tree.func.id != "each":
        return None
    table, test = tree.args
    if not isinstance(table, ast.Name):
        return None
    return field_name(table.id), ast.unparse(test), values.rows_of(field_name(table.id))


def _result(check: CheckSpec, values: CheckedValues, look: _Look, answer: bool | None) -> CheckResult:
    seen = look.seen(values)
    if answer:
        return CheckResult(check.kind.value, CheckOutcome.PASSED, tuple(seen))
    if answer is None:
        return CheckResult(check.kind.value, CheckOutcome.MISSING, tuple(seen), _why_unanswered(check, seen))
    row = look.row.number if look.row else 0
    return CheckResult(check.kind.value, CheckOutcome.FAILED, tuple(seen), _why_failed(check, _shown(seen), row))


def _why_failed(check: CheckSpec, values: str, row: int) -> Reason:
    if row:
        values = f"#{row} · {values}"
    return (
        MESSAGE_NOT_MET(message=check.messages, values=values)
        if check.messages
        else RULE_NOT_MET(rule=check.rule, values=values)
    )


def _why_unanswered(check: CheckSpec, seen: Mapping[str, tuple[str, str | None]]) -> Reason:
    missing = [label for label, text in seen.values() if text is None]
    if missing:
        return RULE_UNCHECKED(missing=", ".join(dict.fromkeys(missing)), rule=check.rule)
    return RULE_WITHOUT_ANSWER(rule=check.rule, values=_shown(seen))


def _shown(seen: Mapping[str, tuple[str, str | None]]) -> str:
    shown = (f"{label} {_cut(text)}" for label, text in list(seen.values())[:_MOST_SHOWN])
    return " · ".join(shown) or "–"


def _cut(text: str | None) -> str:
    shown = "–" if text is None else text
    return shown if len(shown) <= _LONGEST_SHOWN else f"{shown[:_LONGEST_SHOWN]}…"
