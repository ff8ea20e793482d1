"""What keeps the checks of a draft from being published: fields that are not there, or of the wrong type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from documents.domain.checks import expression_kinds as kinds
from documents.domain.checks import expressions
from documents.domain.checks.expression_kinds import Kind, Known, check_kinds
from documents.domain.drafts import refusals as said
from documents.domain.field_types.base import CellKind
from documents.domain.field_types.registry import cell_kind
from documents.domain.schema_spec import CheckKind, CheckSpec, FieldSpec, SchemaSpec
from idp_project.core.reasons import Reason, Sentence

_FIELDS = {
    CheckKind.SUM_EQUALS: (2, False),
    CheckKind.NET_OR_GROSS: (3, False),
    CheckKind.PRODUCT_EQUALS: (3, True),
    CheckKind.COLUMN_SUM_EQUALS: (2, True),
    CheckKind.BALANCE_EQUALS: (4, True),
    CheckKind.DATE_ORDER: (2, True),
}  # how many names the check takes, and whether it takes no more
LONGEST_MESSAGE = 300
_OF_ROWS = frozenset({CheckKind.PRODUCT_EQUALS, CheckKind.COLUMN_SUM_EQUALS})

_Found = Iterator[tuple[str, Reason]]


def problems_of_checks(spec: SchemaSpec) -> _Found:
    """(path, reason) for each."""
    for number, check in enumerate(spec.checks):
        yield from _of_check(f"checks/{number}", check, spec)


def _of_check(path: str, check: CheckSpec, spec: SchemaSpec) -> _Found:
    yield from _of_messages(path, check)
    if check.kind is CheckKind.EXPRESSION:
        yield from _of_expression(path, check, spec)
        return
    least, is_exact = _FIELDS[check.kind]
    if len(check.fields) < least or (is_exact and len(check.fields) > least):
        wanted = said.CHECK_NUMBER_OF_FIELDS if is_exact else said.CHECK_NEEDS_FIELDS
        yield f"{path}/fields", wanted(count=least)
        return
    if not all(check.fields):
        yield f"{path}/fields", said.CHECK_FIELD_OPEN()
        return
    if check.tolerance < 0:
        yield f"{path}/tolerance", said.TOLERANCE_NEGATIVE()
    fields = {field.name: field for field in spec.fields}
    columns = {column.name: column for table in spec.tables if table.name == check.table for column in table.columns}
    if check.kind in _OF_ROWS and not columns:
        yield f"{path}/table", said.CHECK_NEEDS_TABLE()
        return
    if check.kind is CheckKind.COLUMN_SUM_EQUALS:
        yield from _of_names(path, check.fields[:1], columns, check.kind)
        yield from _of_names(path, check.fields[1:], fields, check.kind)
    else:
        yield from _of_names(path, check.fields, columns if check.kind in _OF_ROWS else fields, check.kind)


def _of_messages(path: str, check: CheckSpec) -> _Found:
    if any(len(text) > LONGEST_MESSAGE for text in check.messages.values()):
        yield f"{path}/message", said.TOO_LONG(most=LONGEST_MESSAGE)


def _of_expression(path: str, check: CheckSpec, spec: SchemaSpec) -> _Found:
    """Of the text, then of the calls in it of functions that have kinds of their own."""
    if not check.text:
        yield f"{path}/rule", said.RULE_MISSING()
        return
    try:
        named = check_kinds(check.text, known_in(spec))
    except expressions.ExpressionError as error:
        fault, given = _FAULTS[error.args[0]], {"place": error.place + 1, "fragment": error.detail}
        yield f"{path}/rule", fault(**{name: given[name] for name in fault.params})
        return
    for call in named:
        inner = CheckSpec.of(call)
        if inner.kind is CheckKind.EXPRESSION:
            yield f"{path}/rule", said.RULE_NAMES_ONLY(fragment=call)
        else:
            yield from ((f"{path}/rule", reason) for _, reason in _of_check(path, inner, spec))


def known_in(spec: SchemaSpec) -> Known:
    """What an expression may name; a list of texts has no single value."""
    fields = {field.name: _kind(field) for field in spec.fields if not field.is_list or cell_kind(field).is_numeric}
    tables = {table.name: {column.name: _kind(column) for column in table.columns} for table in spec.tables}
    return Known(fields, tables)


def _kind(spec: FieldSpec) -> Kind:
    cell = cell_kind(spec)
    if cell.is_numeric:
        return Kind.NUMBER
    return Kind.DATE if cell is CellKind.DATE else Kind.TEXT


_FAULTS: Mapping[str, Sentence] = {
    expressions.TOO_LONG: said.RULE_TOO_LONG,
    expressions.NOT_UNDERSTOOD: said.RULE_NOT_UNDERSTOOD,
    expressions.NOT_OFFERED: said.RULE_NOT_OFFERED,
    kinds.UNKNOWN_NAME: said.RULE_UNKNOWN_NAME,
    kinds.WRONG_KINDS: said.RULE_WRONG_KINDS,
    kinds.NO_ANSWER: said.RULE_NO_ANSWER,
    kinds.NOT_A_TABLE: said.RULE_NOT_A_TABLE,
}


def _of_names(path: str, names: tuple[str, ...], known: Mapping[str, FieldSpec], kind: CheckKind) -> _Found:
    for name in names:
        if name not in known:
            yield f"{path}/fields", said.CHECK_NAMES_NOBODY(name=name)
        elif kind is CheckKind.DATE_ORDER:
            if cell_kind(known[name]) is not CellKind.DATE:
                yield f"{path}/fields", said.CHECK_NEEDS_DATES(name=known[name].label or name)
        elif not cell_kind(known[name]).is_numeric:
            yield f"{path}/fields", said.CHECK_NEEDS_NUMBERS(name=known[name].label or name)
