"""Checks that people write: `near(net + or_zero(tax), total, 0.01)`, `each(items, quantity * price == amount)`.

The notation is that of Python expressions; nothing of Python is run. An expression is parsed once and walked by this module:
decimal numbers, dates, texts, comparisons, `and`, `or`, `not`, a fixed list of functions. It has no loops, no attributes but the
columns of tables, at most 200 nodes, and 5 ms of computing. What needs a value that is missing has no result: the check is
not passed.
"""

from __future__ import annotations

import ast
import keyword
import operator
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, DecimalException
from functools import lru_cache
from typing import Any

LONGEST = 1000  # characters
MOST_NODES = 200
SECONDS = 0.005
_LONGEST_TEXT = 1000
TOO_LONG, NOT_UNDERSTOOD, NOT_OFFERED = "too long", "not understood", "not offered"
_NUMBERS = Context(prec=40)

Value = Decimal | date | str | bool
Row = Mapping[str, "Value | None"]


class ExpressionError(ValueError):
    """It cannot be understood; `place` is the column of the fault, from 0, `detail` the text that it is about."""

    def __init__(self, said: str, place: int = 0, detail: str = "") -> None:
        super().__init__(said)
        self.place, self.detail = place, detail


class MissingValue(Exception):
    """A value that it needs is not on the document: it has no result."""


@dataclass(frozen=True)
class Present:
    """What a document states: `fields` by name, `tables` as rows of cells by name. None: absent or not readable.
    `named` answers a call of one of NAMED, as text."""

    fields: Row
    tables: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    named: Callable[[str], bool | None] = lambda rule: None


@lru_cache(maxsize=512)
def parsed(text: str) -> ast.expr:
    """The expression. Raises ExpressionError for a text that is no expression, is too long, or uses what is not offered."""
    if len(text) > LONGEST:
        raise ExpressionError(TOO_LONG)
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError(NOT_UNDERSTOOD, (getattr(error, "offset", 0) or 1) - 1) from error
    nodes = list(ast.walk(tree))
    if len(nodes) > MOST_NODES:
        raise ExpressionError(TOO_LONG)
    for node in nodes:
        _check_node(node)
    return tree


def field_name(word: str) -> str:
    """The field that a word means: `from_` is one called `from`, which is a word of the language."""
    return word[:-1] if word.endswith("_") and keyword.iskeyword(word[:-1]) else word


def names_in(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """(fields and columns of the rows of `each`, columns as `table.column`) that an expression names; tables stand with both."""
    tree = parsed(text)
    columns = {
        f"{_name(node.value)}.{field_name(node.attr)}" for node in ast.walk(tree) if isinstance(node, ast.Attribute)
    }
    functions = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    names = {_name(node) for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in functions}
    return frozenset(names), frozenset(columns)


def holds(text: str, present: Present, row: Row | None = None) -> bool | None:
    """Whether the document, or that row of a table, meets the expression; None where a value is missing, or where it has no
    answer (a division by zero, a comparison of a date with a number, too much work). Raises ExpressionError."""
    walk = _Walk(present, time.thread_time() + SECONDS)
    try:
        found = walk.value(parsed(text), row or {})
    except (MissingValue, DecimalException, TypeError, OverflowError, TimeoutError, RecursionError):
        return None
    return found if isinstance(found, bool) else None


_BINARY: Mapping[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: _NUMBERS.add,
    ast.Sub: _NUMBERS.subtract,
    ast.Mult: _NUMBERS.multiply,
    ast.Div: _NUMBERS.divide,
}
_COMPARED: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda one, many: one in many,
    ast.NotIn: lambda one, many: one not in many,
}
_ALLOWED = (
    *(ast.Name, ast.Load, ast.Constant, ast.Attribute, ast.Call, ast.Compare, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp),
    *(ast.Not, ast.USub, ast.BinOp, ast.IfExp, ast.Tuple, ast.List, *_BINARY, *_COMPARED),
)
_ARGUMENTS = {  # function: how many arguments it takes, at least and at most
    "abs": (1, 1),
    "min": (1, 9),
    "max": (1, 9),
    "round": (1, 2),
    "near": (2, 3),
    "present": (1, 9),
    "or_zero": (1, 1),
    "sum": (1, 1),
    "count": (1, 1),
    "each": (2, 2),
    "some": (2, 2),
    "days": (2, 2),
    "length": (1, 1),
    "day": (1, 1),
}
NAMED = ("sum_equals", "net_or_gross", "product_equals", "column_sum_equals", "balance_equals", "date_order")
"""Functions that know more than their arguments: other printed amounts, prices with tax, rows without prices."""
_ARGUMENTS |= dict.fromkeys(NAMED, (2, 40))
FUNCTIONS = tuple(_ARGUMENTS)


def _check_node(node: ast.AST) -> None:
    place = getattr(node, "col_offset", 0)
    if not isinstance(node, _ALLOWED):
        raise ExpressionError(NOT_OFFERED, place, _source(node))
    if isinstance(node, ast.Attribute) and (not isinstance(node.value, ast.Name) or node.attr[:1] == "_" != node.attr):
        raise ExpressionError(NOT_OFFERED, place, _source(node))
    if isinstance(node, ast.Constant) and not isinstance(node.value, str | int | float | bool):
        raise ExpressionError(NOT_OFFERED, place, _source(node))
    if isinstance(node, ast.Call):
        least, most = _ARGUMENTS.get(_name(node.func), (0, -1))
        if node.keywords or not least <= len(node.args) <= most:
            raise ExpressionError(NOT_OFFERED, place, _source(node))


def _source(node: ast.AST) -> str:
    return ast.unparse(node)[:60] if isinstance(node, ast.expr) else type(node).__name__


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return field_name(node.id)
    raise ExpressionError(NOT_OFFERED, getattr(node, "col_offset", 0))


class _Walk:
    """One evaluation; `row` are the cells that `each` and `some` look at."""

    def __init__(self, present: Present, ends_at: float) -> None:
        self.present, self.ends_at = present, ends_at

    def value(self, node: ast.expr, row: Row) -> Any:
        if time.thread_time() > self.ends_at:
            raise TimeoutError
        return getattr(self, f"_{type(node).__name__}")(node, row)

    def _Constant(self, node: ast.Constant, row: Row) -> Any:  # noqa: N802 (named after the node)
        given = node.value
        return given if isinstance(given, bool | str) else Decimal(str(given))

    def _Name(self, node: ast.Name, row: Row) -> Any:  # noqa: N802
        name = field_name(node.id)
        found = row[name] if name in row else self.present.fields.get(name)
        if found is None:
            raise MissingValue(name)
        return found

    def _Attribute(self, node: ast.Attribute, row: Row) -> Any:  # noqa: N802
        return [cells.get(field_name(node.attr)) for cells in self._rows(node.value)]

    def _Tuple(self, node: ast.Tuple, row: Row) -> Any:  # noqa: N802
        return [self.value(one, row) for one in node.elts]

    _List = _Tuple

    def _BoolOp(self, node: ast.BoolOp, row: Row) -> bool:  # noqa: N802
        stops = isinstance(node.op, ast.Or)
        for one in node.values:
            if self._truth(one, row) is stops:
                return stops
        return not stops

    def _UnaryOp(self, node: ast.UnaryOp, row: Row) -> Any:  # noqa: N802
        return not self._truth(node.operand, row) if isinstance(node.op, ast.Not) else -self.value(node.operand, row)

    def _BinOp(self, node: ast.BinOp, row: Row) -> Any:  # noqa: N802
        first, second = self.value(node.left, row), self.value(node.right, row)
        if isinstance(first, date) and isinstance(second, date) and isinstance(node.op, ast.Sub):
            return Decimal((first - second).days)
        if not isinstance(first, Decimal) or not isinstance(second, Decimal):
            raise TypeError
        return _BINARY[type(node.op)](first, second)

    def _Compare(self, node: ast.Compare, row: Row) -> bool:  # noqa: N802
        first = self.value(node.left, row)
        for compared, other in zip(node.ops, node.comparators, strict=True):
            second = self.value(other, row)
            if not isinstance(second, list) and type(first) is not type(second):
                raise TypeError
            if not _COMPARED[type(compared)](first, second):
                return False
            first = second
        return True

    def _IfExp(self, node: ast.IfExp, row: Row) -> Any:  # noqa: N802
        return self.value(node.body if self._truth(node.test, row) else node.orelse, row)

    def _Call(self, node: ast.Call, row: Row) -> Any:  # noqa: N802
        name = _name(node.func)
        if name in ("each", "some"):
            test = (self._truth(node.args[1], cells) for cells in self._rows(node.args[0]))
            return all(test) if name == "each" else any(test)
        if name in ("present", "or_zero", "count"):
            return self._guarded(name, node.args, row)
        if name in NAMED:
            return self._named(node)
        return _FUNCTIONS[name](*(self.value(argument, row) for argument in node.args))

    def _guarded(self, name: str, arguments: Sequence[ast.expr], row: Row) -> Any:
        """Functions that do not mind what is missing."""
        if name == "count":
            return Decimal(len(self.present.tables.get(_name(arguments[0]), ())))
        try:
            found = [self.value(argument, row) for argument in arguments]
        except MissingValue:
            return Decimal(0) if name == "or_zero" else False
        return found[0] if name == "or_zero" else True

    def _named(self, node: ast.Call) -> bool:
        answer = self.present.named(ast.unparse(node))
        if answer is None:
            raise MissingValue
        return answer

    def _rows(self, node: ast.expr) -> Sequence[Row]:
        rows = self.present.tables.get(_name(node))
        if not rows:
            raise MissingValue(_name(node))
        return rows

    def _truth(self, node: ast.expr, row: Row) -> bool:
        found = self.value(node, row)
        if not isinstance(found, bool):
            raise TypeError
        return found


def _sum(column: list[Decimal | None]) -> Decimal:
    if None in column:
        raise MissingValue
    return sum((cell for cell in column if cell is not None), Decimal(0))


def _near(first: Decimal, second: Decimal, tolerance: Decimal = Decimal("0.01")) -> bool:
    return bool(abs(first - second) <= tolerance)


def _round(number: Decimal, places: Decimal = Decimal(0)) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-min(12, max(0, int(places)))), ROUND_HALF_UP)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise TypeError from error


_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "abs": abs,
    "min": min,
    "max": max,
    "round": _round,
    "near": _near,
    "sum": _sum,
    "days": lambda first, second: Decimal((second - first).days),
    "length": lambda text: Decimal(len(text[:_LONGEST_TEXT])),
    "day": _day,
}
