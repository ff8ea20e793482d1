"""A check across fields: one expression (see `documents.domain.checks.expressions`), with messages for people.

Six functions of that language are kinds of their own: `sum_equals(net, tax, total, 0.02)`. Extraction knows them too. What
releases before stored, a kind with its fields, is read as the call of that function.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as default
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Self

from documents.domain.checks.expressions import ExpressionError, field_name, names_in

LANGUAGES = ("en", "de")
"""Those in which a check has a message."""
OPEN = "_"  # a field that is not chosen yet
_TOLERANCE = 0.01
_CALL = re.compile(r"\s*([a-z_]+)\(\s*([^()]*?)\s*\)\s*")


class CheckKind(StrEnum):
    """What a check is. Arguments are names in `CheckSpec.fields`."""

    SUM_EQUALS = "sum_equals"  # fields[:-1] add up to fields[-1]; an absent addend counts as zero
    NET_OR_GROSS = "net_or_gross"  # the same, or without the tax fields[-2], where the prices include it
    PRODUCT_EQUALS = "product_equals"  # within each row of `table`: fields[0] × fields[1] = fields[2]
    COLUMN_SUM_EQUALS = "column_sum_equals"  # the column fields[0] of `table` adds up to the field fields[1]
    BALANCE_EQUALS = "balance_equals"  # fields: opening balance, what came in, what went out, closing balance
    DATE_ORDER = "date_order"  # fields[0] is not after fields[1]
    EXPRESSION = "expression"  # any other one: `fields` are the fields and `table.column` that it names


_OF_CELLS = {CheckKind.PRODUCT_EQUALS: 3, CheckKind.COLUMN_SUM_EQUALS: 1}  # how many arguments are columns


@dataclass(frozen=True)
class CheckSpec:
    """A check; `tolerance` in the fields' unit. `text` is the expression where it is of no other kind (else `rule` makes it);
    `messages` say by language what people are told where it is not met."""

    kind: CheckKind
    fields: tuple[str, ...] = ()
    table: str = ""
    tolerance: float = _TOLERANCE
    text: str = ""
    messages: Mapping[str, str] = default(default_factory=dict, hash=False)

    @property
    def rule(self) -> str:
        """The check as one expression."""
        if self.kind is CheckKind.EXPRESSION:
            return self.text
        columns = _OF_CELLS.get(self.kind, 0)
        table = self.table or OPEN
        names = [
            f"{table}.{name or OPEN}" if place < columns else name or OPEN for place, name in enumerate(self.fields)
        ]
        tolerance = [] if self.tolerance == _TOLERANCE else [f"{Decimal(str(self.tolerance)):f}"]
        return f"{self.kind.value}({', '.join([*names, *tolerance])})"

    @classmethod
    def of(cls, rule: str, messages: Mapping[str, str] | None = None) -> Self:
        """Of an expression; one that cannot be understood is kept as it is."""
        said = {language: text for language, text in (messages or {}).items() if text}
        found = _CALL.fullmatch(rule)
        named = _named(found[1], found[2]) if found else None
        if named is not None:
            return cls(**named, messages=said)
        try:
            names, columns = names_in(rule)
        except ExpressionError:
            names, columns = frozenset(), frozenset()
        return cls(CheckKind.EXPRESSION, tuple(sorted(names | columns)), text=rule.strip(), messages=said)

    def to_dict(self) -> dict[str, Any]:
        return {"rule": self.rule, **({"message": dict(self.messages)} if self.messages else {})}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Also of what releases before stored: `kind`, `fields`, `table`, `tolerance`."""
        if "rule" in data:
            return cls.of(data["rule"], data.get("message"))
        kind, fields = CheckKind(data["kind"]), tuple(name for name in data["fields"])
        return cls(kind, fields, data.get("table", ""), float(data.get("tolerance", _TOLERANCE)))


def _named(name: str, inside: str) -> dict[str, Any] | None:
    """The parts of a call of one of the six functions with nothing but names in it; None for anything else."""
    if name not in set(CheckKind) - {CheckKind.EXPRESSION}:
        return None
    kind = CheckKind(name)
    words = [word.strip() for word in inside.split(",")] if inside else []
    tolerance = _decimal(words[-1]) if words else None
    if tolerance is not None:
        words.pop()
    columns = _OF_CELLS.get(kind, 0)
    tables = {word.partition(".")[0] for word in words[:columns]}
    names = [word.partition(".")[2] if place < columns else word for place, word in enumerate(words)]
    if len(tables) > 1 or not all(re.fullmatch(r"\w+", word) for word in [*names, *tables]):
        return None
    return {
        "kind": kind,
        "fields": tuple("" if word == OPEN else field_name(word) for word in names),
        "table": "".join(field_name(word) for word in tables - {OPEN}),
        "tolerance": _TOLERANCE if tolerance is None else float(tolerance),
    }


def _decimal(word: str) -> Decimal | None:
    try:
        return Decimal(word) if re.fullmatch(r"-?[0-9.]+", word) else None
    except InvalidOperation:
        return None
