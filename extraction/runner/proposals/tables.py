"""Tables of examples as proposals: those with a head, the same in several examples by the labels of their columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from rapidfuzz import fuzz

from documents.domain.drafts.names import name_for
from documents.domain.drafts.problems import LONGEST_LABEL
from documents.domain.notation import Notation
from documents.domain.page_layout import Box, DocumentTable, PageLayout, join_tables
from documents.domain.plain_text import plain
from documents.domain.schema_spec import FieldType
from documents.domain.words import Words
from extraction.runner.proposals.inference import type_of_all
from extraction.runner.proposals.sightings import is_label, tidy

MOST = 5
_LEAST_COLUMNS = 3
_SAME_HEAD = 0.6  # of the columns, by their labels
_ALIKE = 85.0
_SHOWN_ROWS = 3
_MOST_COLUMNS = 20


@dataclass
class _Column:
    label: str
    texts: list[str]
    aliases: list[str] = field(default_factory=list)


@dataclass
class _Table:
    columns: list[_Column]
    rows: int
    score: float
    places: list[tuple[int, int, Box]]
    shown: list[list[str]]
    examples: set[int]


def table_proposals(
    layouts: Sequence[Mapping[int, PageLayout]],
    document_ids: Sequence[UUID],
    notation: Notation,
    words: Words,
    taken: set[str],
    label: str,
) -> list[dict[str, Any]]:
    """As JSON, the fullest first. `label` is what a table without a title is called."""
    found: list[_Table] = []
    for number, mine in enumerate(layouts):
        for table in join_tables(mine):
            if read := _read(table, number):
                _merge(read, found)
    found.sort(key=lambda one: (-len(one.examples), -one.score * min(10, one.rows) * len(one.columns)))
    return [_view(one, document_ids, len(layouts), notation, words, taken, label) for one in found[:MOST]]


def _read(table: DocumentTable, number: int) -> _Table | None:
    """None for what has no head, and for a form drawn as a table."""
    lines = table.lines()
    head, body = lines[: table.header_rows], lines[table.header_rows :]
    if not head or not body or table.header_rows > 3:
        return None
    columns = []
    for position in range(table.column_count):
        label = tidy(" ".join(row[position] for row in head if row[position]))
        texts = [row[position] for row in body if row[position]]
        if is_label(label) or (label and len(label) <= 20 and any(mark.isalpha() for mark in label)):
            columns.append(_Column(label[:LONGEST_LABEL], texts))
    if len(columns) < _LEAST_COLUMNS or len(columns) > _MOST_COLUMNS:
        return None
    filled = sum(bool(column.texts) for column in columns)
    if filled < _LEAST_COLUMNS or len({plain(column.label) for column in columns}) < len(columns) - 1:
        return None
    shown = [[text[:200] for text in row] for row in body[:_SHOWN_ROWS]]
    places = [(number, page, box) for page, box in table.boxes]
    return _Table(columns, len(body), table.score * filled / len(columns), places, shown, {number})


def _merge(read: _Table, found: list[_Table]) -> None:
    for one in found:
        pairs = list(_same_columns(one, read))
        if len(pairs) >= _SAME_HEAD * max(len(one.columns), len(read.columns)):
            for mine, other in pairs:
                mine.texts += other.texts
                if plain(other.label) != plain(mine.label):
                    mine.aliases.append(other.label)
            one.rows += read.rows
            one.places += read.places
            one.examples |= read.examples
            one.score = max(one.score, read.score)
            return
    found.append(read)


def _same_columns(one: _Table, other: _Table) -> Iterator[tuple[_Column, _Column]]:
    free = list(other.columns)
    for column in one.columns:
        match = next((each for each in free if fuzz.ratio(plain(column.label), plain(each.label)) >= _ALIKE), None)
        if match is not None:
            free.remove(match)
            yield column, match


def _view(
    table: _Table,
    document_ids: Sequence[UUID],
    examples: int,
    notation: Notation,
    words: Words,
    taken: set[str],
    label: str,
) -> dict[str, Any]:
    name = name_for(label, taken, fallback="table")
    taken.add(name)
    columns, names = [], set[str]()
    for column in table.columns:
        kind = type_of_all(column.texts, notation, words, label=column.label)
        columns.append(
            {
                "name": (own := name_for(column.label, names, fallback="column")),
                "label": column.label,
                "type": (FieldType.TEXT if kind is FieldType.NAME else kind).value,
                "aliases": list(dict.fromkeys(column.aliases))[:10],
            }
        )
        names.add(own)
    return {
        "table": {"name": name, "label": label, "columns": columns},
        "rows": table.rows,
        "score": round(table.score, 4),
        "occurs_in": len(table.examples),
        "of": examples,
        "places": [
            {"document_id": document_ids[number], "page": page, "polygon": polygon_of(box)}
            for number, page, box in table.places
        ],
        "shown": table.shown,
    }


def polygon_of(box: Box) -> list[float]:
    """Flat, clockwise from top-left."""
    left, top, right, bottom = box
    return [left, top, right, top, right, bottom, left, bottom]
