"""Values looked up in a column of master data: which entry is meant, and which come nearest. Plain Python.

Names, texts and addresses are compared by likeness, because papers abbreviate and OCR misreads; everything else letter by letter
and digit by digit, because a number that is nearly right is another number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from documents.domain.checks.present_values import PresentRow, PresentValue, cell_name, present_items
from documents.domain.field_types.registry import field_type
from documents.domain.list_reasons import LIST_MISSING, NOT_LISTED_AT_ALL, NOT_LISTED_NEAREST
from documents.domain.plain_text import plain
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec
from documents.domain.values import CheckOutcome, CheckResult
from documents.domain.words import built_in_words

LISTED_CHECK = "listed"
SHOWN = 5  # nearest entries
_FUZZY = frozenset({FieldType.TEXT, FieldType.NAME, FieldType.ADDRESS, FieldType.CLAUSE})
_ALIKE = 90.0  # of 100: one misread letter in ten
_AHEAD = 3.0  # of the next best, else it is not known which one is meant
_NEAR = 55.0
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class ListColumn:
    """The entries of one column in their order, each once, prepared for one type of field; `name` is that of the list."""

    name: str
    entries: tuple[str, ...]
    keys: tuple[str, ...]
    exact: Mapping[str, str]
    is_fuzzy: bool


@dataclass(frozen=True)
class Found:
    """`entry` is the one that is meant, None where none is; `nearest` come closest, the likeliest first."""

    entry: str | None
    nearest: tuple[str, ...] = ()


EntriesOf = Callable[[FieldSpec], ListColumn | None]
"""Gives the column that a field names; None where the list or its column is not there."""


def prepared(name: str, entries: Sequence[str], kind: FieldType, locale: str) -> ListColumn:
    """The column, for values of that type; entries of numbers and dates are read as the type's language writes them."""
    once = tuple(dict.fromkeys(entry for entry in entries if entry))
    keys = tuple(_key(entry, kind, locale) for entry in once)
    exact: dict[str, str] = {}
    for key, entry in zip(keys, once, strict=True):
        if key:
            exact.setdefault(key, entry)
    return ListColumn(name, once, keys, exact, kind in _FUZZY)


def look_up(column: ListColumn, value: str, kind: FieldType) -> Found:
    """The entry that a normalised value means. A name is also found by its likeness, where one entry is clearly the likeliest
    and every number in it is the same."""
    key = _key_of_value(value, kind)
    if (known := column.exact.get(key)) is not None:
        return Found(known)
    scored = process.extract(key, column.keys, scorer=_likeness, limit=SHOWN + 1, score_cutoff=_NEAR) if key else []
    nearest = tuple(column.entries[index] for _, _, index in scored[:SHOWN])
    if not column.is_fuzzy or not scored or scored[0][1] < _ALIKE:
        return Found(None, nearest)
    is_ahead = len(scored) == 1 or scored[0][1] - scored[1][1] >= _AHEAD
    same_numbers = sorted(_DIGITS.findall(scored[0][0])) == sorted(_DIGITS.findall(key))
    return Found(nearest[0] if is_ahead and same_numbers else None, nearest)


def listed_checks(
    schema: SchemaSpec, fields: Mapping[str, PresentValue], rows: Sequence[PresentRow], entries_of: EntriesOf
) -> tuple[CheckResult, ...]:
    """A result for every value of a field or column that names a list: not in it is a failed check, with the nearest entries.

    Takes fields and rows as `check_values` does. What could not be read as its type is another check's.
    """
    return tuple(_all_checks(schema, fields, rows, entries_of))


def _all_checks(
    schema: SchemaSpec, fields: Mapping[str, PresentValue], rows: Sequence[PresentRow], entries_of: EntriesOf
) -> Iterator[CheckResult]:
    for spec in schema.fields:
        if spec.listed_in:
            for name, present in present_items(fields, spec.name).items():
                yield from _check(spec, name, present, entries_of)
    for table in schema.tables:
        columns = {column.name: column for column in table.columns if column.listed_in}
        for row in rows:
            for name in columns.keys() & row.cells.keys() if row.table == table.name else ():
                yield from _check(columns[name], cell_name(row.table, row.number, name), row.cells[name], entries_of)


def _check(spec: FieldSpec, name: str, present: PresentValue, entries_of: EntriesOf) -> Iterator[CheckResult]:
    if not present.value:
        return
    column = entries_of(spec)
    if column is None:
        reason = LIST_MISSING(label=spec.label, list=spec.listed_in, column=spec.listed_column)
        yield CheckResult(LISTED_CHECK, CheckOutcome.MISSING, (name,), reason)
        return
    found = look_up(column, present.value, spec.type)
    if found.entry is not None:
        yield CheckResult(LISTED_CHECK, CheckOutcome.PASSED, (name,))
        return
    said = {"label": spec.label, "text": present.value, "list": column.name}
    reason = NOT_LISTED_NEAREST(**said, nearest=found.nearest) if found.nearest else NOT_LISTED_AT_ALL(**said)
    yield CheckResult(LISTED_CHECK, CheckOutcome.FAILED, (name,), reason)


def _likeness(one: str, other: str, *, score_cutoff: float | None = None, **_: object) -> float:
    return max(fuzz.ratio(one, other), fuzz.token_sort_ratio(one, other))


def _key(entry: str, kind: FieldType, locale: str) -> str:
    """Of an entry as it stands in the list."""
    if kind in _FUZZY or kind is FieldType.IDENTIFIER:
        return _key_of_value(entry, kind)
    value = field_type(kind).normalize(entry, locale, ())
    return _key_of_value(entry if value is None else value, kind)


def _key_of_value(value: str, kind: FieldType) -> str:
    """Of a normalised value. Of names legal forms are left out: "Kühn GmbH" is "Kühn"; of a name of nothing else they stay."""
    if kind in _FUZZY:
        words = plain(value).split()
        legal = built_in_words().legal_words if kind is FieldType.NAME else frozenset()
        return " ".join([word for word in words if word not in legal] or words)
    if kind in (FieldType.AMOUNT, FieldType.NUMBER, FieldType.PERCENTAGE):
        return value
    return "".join(plain(value).split())
