"""Whether an expression can have an answer: its names are known, and what it compares or adds up are of one kind."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from documents.domain.checks.expressions import NAMED, ExpressionError, field_name, parsed

UNKNOWN_NAME, WRONG_KINDS, NO_ANSWER, NOT_A_TABLE = "unknown name", "wrong kinds", "no yes or no", "not a table"


class Kind(StrEnum):
    """What an expression comes to."""

    NUMBER = "number"
    DATE = "date"
    TEXT = "text"
    FLAG = "flag"


@dataclass(frozen=True)
class Many:
    """A column or a list: several of one kind; None for a list of different ones."""

    kind: Kind | None


@dataclass(frozen=True)
class Known:
    """What a type has: the kinds of its fields, and of the columns of its tables."""

    fields: Mapping[str, Kind]
    tables: Mapping[str, Mapping[str, Kind]] = field(default_factory=dict)


def check_kinds(text: str, known: Known) -> tuple[str, ...]:
    """Raises ExpressionError, with the name or text that it is about as `detail`, unless the expression is a yes or no of
    known names. The calls of NAMED in it, as text: who knows their arguments checks them."""
    tree = parsed(text)
    kinds = _Kinds(known)
    if kinds.of(tree, {}) is not Kind.FLAG:
        raise ExpressionError(NO_ANSWER, detail=text)
    return tuple(kinds.named)


_ARGUMENTS: Mapping[str, tuple[Sequence[Kind], Kind]] = {  # of the functions that take and give one kind each
    "abs": ((Kind.NUMBER,), Kind.NUMBER),
    "round": ((Kind.NUMBER, Kind.NUMBER), Kind.NUMBER),
    "near": ((Kind.NUMBER, Kind.NUMBER, Kind.NUMBER), Kind.FLAG),
    "days": ((Kind.DATE, Kind.DATE), Kind.NUMBER),
    "length": ((Kind.TEXT,), Kind.NUMBER),
    "day": ((Kind.TEXT,), Kind.DATE),
    "or_zero": ((Kind.NUMBER,), Kind.NUMBER),
}


class _Kinds:
    def __init__(self, known: Known) -> None:
        self.known = known
        self.named: list[str] = []

    def of(self, node: ast.expr, row: Mapping[str, Kind]) -> Kind | Many:
        return getattr(self, f"_{type(node).__name__}")(node, row)  # type: ignore[no-any-return]

    def _one(self, node: ast.expr, row: Mapping[str, Kind], *wanted: Kind) -> Kind:
        found = self.of(node, row)
        if isinstance(found, Many) or (wanted and found not in wanted):
            raise _fault(WRONG_KINDS, node)
        return found

    def _Constant(self, node: ast.Constant, row: Any) -> Kind:  # noqa: N802 (named after the node)
        if isinstance(node.value, bool):
            return Kind.FLAG
        return Kind.TEXT if isinstance(node.value, str) else Kind.NUMBER

    def _Name(self, node: ast.Name, row: Mapping[str, Kind]) -> Kind:  # noqa: N802
        name = field_name(node.id)
        if name in row:
            return row[name]
        if name not in self.known.fields:
            raise _fault(UNKNOWN_NAME, node)
        return self.known.fields[name]

    def _Attribute(self, node: ast.Attribute, row: Any) -> Many:  # noqa: N802
        columns = self._table(node.value)
        if field_name(node.attr) not in columns:
            raise _fault(UNKNOWN_NAME, node)
        return Many(columns[field_name(node.attr)])

    def _Tuple(self, node: ast.Tuple | ast.List, row: Mapping[str, Kind]) -> Many:  # noqa: N802
        kinds = {self._one(one, row) for one in node.elts}
        return Many(kinds.pop() if len(kinds) == 1 else None)

    _List = _Tuple

    def _BoolOp(self, node: ast.BoolOp, row: Mapping[str, Kind]) -> Kind:  # noqa: N802
        for one in node.values:
            self._one(one, row, Kind.FLAG)
        return Kind.FLAG

    def _UnaryOp(self, node: ast.UnaryOp, row: Mapping[str, Kind]) -> Kind:  # noqa: N802
        return self._one(node.operand, row, Kind.FLAG if isinstance(node.op, ast.Not) else Kind.NUMBER)

    def _BinOp(self, node: ast.BinOp, row: Mapping[str, Kind]) -> Kind:  # noqa: N802
        first, second = self._one(node.left, row), self._one(node.right, row)
        both_days = first is second is Kind.DATE and isinstance(node.op, ast.Sub)
        if not both_days and (first is not Kind.NUMBER or second is not Kind.NUMBER):
            raise _fault(WRONG_KINDS, node)
        return Kind.NUMBER

    def _Compare(self, node: ast.Compare, row: Mapping[str, Kind]) -> Kind:  # noqa: N802
        first = self._one(node.left, row)
        for compared, other in zip(node.ops, node.comparators, strict=True):
            second = self.of(other, row)
            is_among = isinstance(compared, ast.In | ast.NotIn)
            kind = second.kind if isinstance(second, Many) else second
            if is_among is not isinstance(second, Many) or kind is not first:
                raise _fault(WRONG_KINDS, node)
        return Kind.FLAG

    def _IfExp(self, node: ast.IfExp, row: Mapping[str, Kind]) -> Kind:  # noqa: N802
        self._one(node.test, row, Kind.FLAG)
        kind = self._one(node.body, row)
        return self._one(node.orelse, row, kind)

    def _Call(self, node: ast.Call, row: Mapping[str, Kind]) -> Kind:  # noqa: N802
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in NAMED:
            self.named.append(ast.unparse(node))
            return Kind.FLAG
        if name in _ARGUMENTS:
            wanted, kind = _ARGUMENTS[name]
            for one, each in zip(node.args, wanted, strict=False):
                self._one(one, row, each)
            return kind
        return self._other_call(name, node, row)

    def _other_call(self, name: str, node: ast.Call, row: Mapping[str, Kind]) -> Kind:
        first, *rest = node.args
        if name == "count":
            self._table(first)
            return Kind.NUMBER
        if name in ("each", "some"):
            self._one(rest[0], {**row, **self._table(first)}, Kind.FLAG)
            return Kind.FLAG
        if name == "sum":
            if self.of(first, row) != Many(Kind.NUMBER):
                raise _fault(WRONG_KINDS, first)
            return Kind.NUMBER
        if name == "present":
            for one in node.args:
                self._one(one, row)
            return Kind.FLAG
        kind = self._one(first, row, Kind.NUMBER, Kind.DATE)  # min, max
        for one in rest:
            self._one(one, row, kind)
        return kind

    def _table(self, node: ast.expr) -> Mapping[str, Kind]:
        name = field_name(node.id) if isinstance(node, ast.Name) else ""
        if name not in self.known.tables:
            raise _fault(NOT_A_TABLE, node)
        return self.known.tables[name]


def _fault(said: str, node: ast.expr) -> ExpressionError:
    return ExpressionError(said, node.col_offset, ast.unparse(node))
