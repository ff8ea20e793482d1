"""What is wrong with the lists of master data that a draft names."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

from documents.domain.drafts import refusals as said
from documents.domain.field_types.registry import field_type
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec
from idp_project.core.reasons import Reason

_NEVER_LISTED = frozenset({FieldType.TICK_BOX, FieldType.SIGNATURE})


def problems_of_lists(spec: SchemaSpec, lists: Mapping[str, Container[str]] | None) -> Iterator[tuple[str, Reason]]:
    """Each with its path. `lists` has the columns of every list that may be named; None leaves that unchecked."""
    for number, field in enumerate(spec.fields):
        yield from _of_field(f"fields/{number}", field, lists)
    for number, table in enumerate(spec.tables):
        for position, column in enumerate(table.columns):
            yield from _of_field(f"tables/{number}/columns/{position}", column, lists)


def _of_field(path: str, spec: FieldSpec, lists: Mapping[str, Container[str]] | None) -> Iterator[tuple[str, Reason]]:
    if not spec.listed_in:
        if spec.listed_column:
            yield f"{path}/listed_in", said.LIST_NOT_NAMED()
    elif spec.type in _NEVER_LISTED or field_type(spec.type).has_choices:
        yield f"{path}/listed_in", said.LIST_UNUSED()
    elif not spec.listed_column:
        yield f"{path}/listed_column", said.LIST_COLUMN_MISSING()
    elif lists is not None and spec.listed_in not in lists:
        yield f"{path}/listed_in", said.LIST_UNKNOWN(name=spec.listed_in)
    elif lists is not None and spec.listed_column not in lists[spec.listed_in]:
        yield f"{path}/listed_column", said.LIST_COLUMN_UNKNOWN(list=spec.listed_in, name=spec.listed_column)
