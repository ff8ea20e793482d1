"""How a value read by one definition differs from that read by another."""

from __future__ import annotations

from dataclasses import replace

from documents.domain.schema_spec import FieldSpec, SchemaSpec

SAME, CHANGED, APPEARED, DISAPPEARED = "same", "changed", "appeared", "disappeared"
DIFFERENCES = (CHANGED, APPEARED, DISAPPEARED)


def state_of(old: str, new: str) -> str:
    """Of two values in the form in which they are compared; empty for none."""
    if old == new:
        return SAME
    return CHANGED if old and new else APPEARED if new else DISAPPEARED


def read_alike(one: SchemaSpec, other: SchemaSpec) -> bool:
    """Whether both definitions find the same candidates on every page: they differ, if at all, in what is made of them."""
    return _reading_of(one) == _reading_of(other)


def _reading_of(spec: SchemaSpec) -> SchemaSpec:
    """Without thresholds, checks and what chooses the type."""
    return replace(
        spec,
        version="",
        fields=tuple(_field(each) for each in spec.fields),
        tables=tuple(
            replace(table, is_required=False, columns=tuple(_field(each) for each in table.columns))
            for table in spec.tables
        ),
        checks=(),
        keywords=(),
        kinds=(),
        threshold=None,
        engine={},
    )


def _field(spec: FieldSpec) -> FieldSpec:
    return replace(spec, threshold=None, examples=())
