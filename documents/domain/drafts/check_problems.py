"""What keeps the checks of a draft from being published: fields that are not there, or of the wrong type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from documents.domain.drafts import refusals as said
from documents.domain.field_types.base import CellKind
from documents.domain.field_types.registry import cell_kind
from documents.domain.schema_spec import CheckKind, CheckSpec, FieldSpec, SchemaSpec
from idp_project.core.reasons import Reason

_FIELDS = {
    CheckKind.SUM_EQUALS: (2, False),
    CheckKind.NET_OR_GROSS: (3, False),
    CheckKind.PRODUCT_EQUALS: (3, True),
    CheckKind.COLUMN_SUM_EQUALS: (2, True),
    CheckKind.BALANCE_EQUALS: (4, True),
    CheckKind.DATE_ORDER: (2, True),
}  # how many names the check takes, and whether it takes no more
_OF_ROWS = frozenset({CheckKind.PRODUCT_EQUALS, CheckKind.COLUMN_SUM_EQUALS})

_Found = Iterator[tuple[str, Reason]]


def problems_of_checks(spec: SchemaSpec) -> _Found:
    """(path, reason) for each."""
    for number, check in enumerate(spec.checks):
        yield from _of_check(f"checks/{number}", check, spec)


def _of_check(path: str, check: CheckSpec, spec: SchemaSpec) -> _Found:
    least, is_exact = _FIELDS[check.kind]
    if len(check.fields) < least or (is_exact and len(check.fields) > least):
        wanted = said.CHECK_NUMBER_OF_FIELDS if is_exact else said.CHECK_NEEDS_FIELDS
        yield f"{path}/fields", wanted(count=least)
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


def _of_names(path: str, names: tuple[str, ...], known: Mapping[str, FieldSpec], kind: CheckKind) -> _Found:
    for name in names:
        if name not in known:
            yield f"{path}/fields", said.CHECK_NAMES_NOBODY(name=name)
        elif kind is CheckKind.DATE_ORDER:
            if cell_kind(known[name]) is not CellKind.DATE:
                yield f"{path}/fields", said.CHECK_NEEDS_DATES(name=known[name].label or name)
        elif not cell_kind(known[name]).is_numeric:
            yield f"{path}/fields", said.CHECK_NEEDS_NUMBERS(name=known[name].label or name)
