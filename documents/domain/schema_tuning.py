"""Small changes to a published schema: how its fields are labelled, and how sure the machine must be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from documents.domain.refusals import ALIASES_TOO_MANY, LABEL_LENGTH, THRESHOLD_OF_TYPE_RANGE, THRESHOLD_RANGE
from documents.domain.schema_spec import FieldSpec, SchemaSpec, TableSpec
from idp_project.core.errors import InvalidInput
from idp_project.core.reasons import Reason

# Bounds of what a person adds. What a schema already has stays, however long or many: it was published with it.
LONGEST_LABEL = 120
MOST_ALIASES = 30


@dataclass(frozen=True)
class FieldTuning:
    """Takes the place of what the field has. `threshold` is 0..1; None: the schema's."""

    label: str
    aliases: tuple[str, ...]
    threshold: float | None


@dataclass(frozen=True)
class SchemaTuning:
    """`fields` by path: `total` for a field, `line_items.total` for a column. Fields that are not named stay."""

    threshold: float | None
    fields: Mapping[str, FieldTuning]


def field_paths(spec: SchemaSpec) -> Iterator[tuple[str, FieldSpec, TableSpec | None]]:
    """Every field, then every column, as (path, field, its table)."""
    for field in spec.fields:
        yield field.name, field, None
    for table in spec.tables:
        for column in table.columns:
            yield f"{table.name}.{column.name}", column, table


def next_minor(version: str) -> str:
    """`1.9` → `1.10`."""
    major, _, minor = version.partition(".")
    return f"{major}.{int(minor or 0) + 1}"


def tuned(spec: SchemaSpec, tuning: SchemaTuning) -> SchemaSpec:
    """The next minor version. Raises InvalidInput for a new value that is out of bounds."""
    if tuning.threshold != spec.threshold:
        _check_threshold(THRESHOLD_OF_TYPE_RANGE(), tuning.threshold)
    return replace(
        spec,
        version=next_minor(spec.version),
        threshold=tuning.threshold,
        fields=tuple(_tuned_field(field.name, field, tuning) for field in spec.fields),
        tables=tuple(
            replace(
                table,
                columns=tuple(_tuned_field(f"{table.name}.{column.name}", column, tuning) for column in table.columns),
            )
            for table in spec.tables
        ),
    )


def changed_paths(old: SchemaSpec, new: SchemaSpec) -> list[str]:
    """Which fields, columns or "threshold" differ."""
    before = {path: field for path, field, _ in field_paths(old)}
    paths = [path for path, field, _ in field_paths(new) if before.get(path) != field]
    return (["threshold"] if old.threshold != new.threshold else []) + paths


def _tuned_field(path: str, field: FieldSpec, tuning: SchemaTuning) -> FieldSpec:
    wanted = tuning.fields.get(path)
    if wanted is None:
        return field
    label = field.label if wanted.label == field.label else _label(path, wanted.label)
    if wanted.threshold != field.threshold:
        _check_threshold(THRESHOLD_RANGE(label=label), wanted.threshold)
    return replace(field, label=label, aliases=_aliases(field, label, wanted.aliases), threshold=wanted.threshold)


def _label(path: str, typed: str) -> str:
    label = " ".join(typed.split())
    if not 0 < len(label) <= LONGEST_LABEL:
        raise InvalidInput(LABEL_LENGTH(path=path, most=LONGEST_LABEL))
    return label


def _aliases(field: FieldSpec, label: str, aliases: tuple[str, ...]) -> tuple[str, ...]:
    """Each once, whatever its case, and none that repeats the label; unchanged where nothing was changed."""
    if label == field.label and aliases == field.aliases:
        return aliases
    seen, kept = {label.casefold()}, []
    for alias in (" ".join(alias.split()) for alias in aliases):
        if alias and alias.casefold() not in seen:
            seen.add(alias.casefold())
            kept.append(alias)
    most = max(MOST_ALIASES, len(field.aliases))
    if len(kept) > most or any(len(alias) > LONGEST_LABEL for alias in set(kept) - set(field.aliases)):
        raise InvalidInput(ALIASES_TOO_MANY(label=label, most=most, longest=LONGEST_LABEL))
    return tuple(kept)


def _check_threshold(refusal: Reason, threshold: float | None) -> None:
    if threshold is not None and not 0 <= threshold <= 1:
        raise InvalidInput(refusal)
