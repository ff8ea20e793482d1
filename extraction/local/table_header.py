"""The header of a table: the row in which the labels of its columns stand, and where every column is."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product

from documents.domain.field_types.base import CellKind
from documents.domain.field_types.registry import cell_kind
from documents.domain.plain_text import plain
from documents.domain.schema_spec import FieldSpec, TableSpec
from documents.domain.words import Words, word_set
from extraction.local.labels import LabelHit, find_labels
from extraction.local.page_view import PageView, Segment, union_of
from idp_project.core.geometry import BoundingBox

_MIN_COLUMNS = 2
_MIN_PURITY = 0.55
_ABBREVIATED = 0.9  # similarity of a label that is printed as its beginning
_SHORTEST_ABBREVIATION = 3  # letters
_SPELLING = 4
_MOST_CHOICES = 5000  # of labels for the columns of one header


@dataclass(frozen=True)
class Column:
    """A column as printed. `spec` is None for one that the schema does not ask for: its words belong to nobody. `is_signed`:
    its sign tells on which of two columns of the schema the amount belongs.
    """

    spec: FieldSpec | None
    box: BoundingBox
    strength: float
    head: str = ""
    is_signed: bool = False


@dataclass(frozen=True)
class Header:
    """Columns from left to right; the body begins after row `last_row`."""

    first_row: int
    last_row: int
    columns: tuple[Column, ...]

    def heads_not_read(self, table: TableSpec) -> tuple[str, ...]:
        """Heads that are labels of a column of the schema, which stands under no head, or under one spelled otherwise: what is
        printed below them would be lost without a word."""
        missing = [spec for spec in table.columns if not (found := self.column_of(spec.name)) or found.strength < 1.0]
        labels = {plain(label) for spec in missing for label in spec.labels} - {""}
        return tuple(column.head for column in self.columns if column.spec is None and plain(column.head) in labels)

    def column_of(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.spec and column.spec.name == name), None)


def find_headers(view: PageView, table: TableSpec) -> list[Header]:
    """Every header of the table on the page, top to bottom, best first where two overlap."""
    hits = _hits_by_row(view, table)
    headers = []
    for row in sorted(hits):
        assigned = _assign(hits.get(row, []), [])
        two = _assign(hits.get(row, []), hits.get(row + 1, [])) if _is_next_line(view, row) else assigned
        use_two = len(two) > len(assigned)
        chosen = two if use_two else assigned
        if len(chosen) >= min(_MIN_COLUMNS, len(table.columns)):
            header = with_stacked_heads(view, _build(view, chosen, row, row + 1 if use_two else row), table)
            if not _is_of_taxes(header, table, view.words):
                headers.append(_with_signed_column(header, table, view.words))
    return _without_overlap(headers)


def with_stacked_heads(view: PageView, header: Header, table: TableSpec) -> Header:
    """With the heads of columns that are printed in two or three lines around the header's own: "Prix" above "unitaire"."""
    missing = [column for column in table.columns if header.column_of(column.name) is None]
    stacks = _stacks(view, header) if missing else []
    for stack in stacks:
        text = plain(" ".join(segment.text for segment in stack))
        spec = next((column for column in missing if text in {plain(label) for label in column.labels}), None)
        box = union_of([segment.box for segment in stack])
        if spec is None or any(known.spec and known.box.horizontal_overlap(box) > 0.3 for known in header.columns):
            continue
        missing.remove(spec)
        others = [known for known in header.columns if known.spec or known.box.horizontal_overlap(box) <= 0.3]
        columns = sorted([*others, Column(spec, box, 1.0, text)], key=lambda known: known.box.center[0])
        rows = [segment.row for segment in stack]
        header = Header(min(header.first_row, *rows), max(header.last_row, *rows), tuple(columns))
    return header


def _stacks(view: PageView, header: Header) -> list[list[Segment]]:
    """Texts without digits that stand one above the other in and around the header's lines."""
    rows = view.rows[max(0, header.first_row - 2) : header.last_row + 3]
    around = union_of([row.box for row in view.rows[header.first_row : header.last_row + 1]])
    stacks: list[list[Segment]] = []
    for row in rows:
        is_near = row.box.top < around.bottom + 0.8 * view.line_height
        is_near = is_near and row.box.bottom > around.top - 0.8 * view.line_height
        if not is_near or any(mark.isdigit() for mark in row.text):
            continue
        for segment in row.segments:
            below = next((each for each in stacks if each[-1].box.horizontal_overlap(segment.box) > 0.3), None)
            if below is None:
                stacks.append([segment])
            else:
                below.append(segment)
    return [stack for stack in stacks if len(stack) > 1]


def _is_of_taxes(header: Header, table: TableSpec, words: Words) -> bool:
    """A table of rates and taxes has no column of texts, and heads that speak of taxes."""
    has_text = any(cell_kind(column) is CellKind.TEXT for column in table.columns)
    found = [column.spec for column in header.columns if column.spec]
    if not has_text or any(cell_kind(spec) is CellKind.TEXT for spec in found):
        return False
    taxes = word_set(words, "tax_table")
    heads = [plain(column.head) for column in header.columns if column.spec is None]
    return any(head in taxes or not taxes.isdisjoint(head.split()) for head in heads)


def sides_of(table: TableSpec, words: Words) -> tuple[FieldSpec, FieldSpec] | None:
    """The columns for what goes out and for what comes in; None where the table has no such pair."""
    amounts = [column for column in table.columns if cell_kind(column) is CellKind.AMOUNT]
    out, coming = (
        next((column for column in amounts if not names.isdisjoint(_names_of(column))), None)
        for names in (word_set(words, "debit_name"), word_set(words, "credit_name"))
    )
    return (out, coming) if out and coming and out is not coming else None


def _names_of(column: FieldSpec) -> set[str]:
    labels = {plain(label) for label in column.labels}
    return labels | set(plain(column.name).split())


def _with_signed_column(header: Header, table: TableSpec, words: Words) -> Header:
    """One column "Amount" where the schema has two: its sign decides."""
    sides = sides_of(table, words)
    if sides is None or any(header.column_of(side.name) for side in sides):
        return header
    heads = word_set(words, "signed_amount")
    columns = tuple(
        replace(column, is_signed=column.spec is None and plain(column.head) in heads) for column in header.columns
    )
    return replace(header, columns=columns)


def _hits_by_row(view: PageView, table: TableSpec) -> dict[int, list[tuple[FieldSpec, LabelHit]]]:
    found = find_labels(view, [label for column in table.columns for label in column.labels if plain(label)])
    rows: dict[int, list[tuple[FieldSpec, LabelHit]]] = {}
    for column in table.columns:
        for label in column.labels:
            for hit in found.get(label, ()):
                if hit.purity >= _MIN_PURITY or _is_in_header_like_segment(hit):
                    rows.setdefault(hit.segment.row, []).append((column, hit))
    for column in table.columns:
        for label in column.labels:
            if not plain(label):
                for hit in _signs(view, label):
                    rows.setdefault(hit.segment.row, []).append((column, hit))
    for segment, start, word in _abbreviated_words(view):
        for column in table.columns:
            if whole := next((each for each in column.labels if _abbreviates(word, each)), None):
                end = start + len(word)
                hit = LabelHit(whole, segment, start, end, segment.place(start, end), _ABBREVIATED, 1.0)
                rows.setdefault(segment.row, []).append((column, hit))
    return rows


def _abbreviated_words(view: PageView) -> Iterator[tuple[Segment, int, str]]:
    """ "Anz.", "Desc.": words in segments without digits that end with a full stop."""
    for segment in view.segments:
        if any(mark.isdigit() for mark in segment.text):
            continue
        for word, offset in zip(segment.words, segment.offsets, strict=True):
            if word.text.endswith(".") and len(plain(word.text)) >= _SHORTEST_ABBREVIATION:
                yield segment, offset, word.text


def _abbreviates(word: str, label: str) -> bool:
    """Whether a word with a full stop is the beginning of a label of one word."""
    short, whole = plain(word), plain(label)
    return " " not in whole and len(short) < len(whole) and whole.startswith(short)


def _signs(view: PageView, label: str) -> Iterator[LabelHit]:
    """A label without letters, such as "#", where it stands as a word of its own."""
    for segment in view.segments:
        for word, offset in zip(segment.words, segment.offsets, strict=True):
            if word.text == label:
                end = offset + len(label)
                yield LabelHit(label, segment, offset, end, segment.place(offset, end), 1.0, 1.0)


def _is_in_header_like_segment(hit: LabelHit) -> bool:
    """Column heads that stand so close that they form one segment: no digits, few words."""
    return not any(mark.isdigit() for mark in hit.segment.text) and len(hit.segment.words) <= 8


def _is_next_line(view: PageView, row: int) -> bool:
    if row + 1 >= len(view.rows):
        return False
    return view.rows[row + 1].box.top - view.rows[row].box.bottom < 1.2 * view.line_height


def _assign(
    first: Sequence[tuple[FieldSpec, LabelHit]], second: Sequence[tuple[FieldSpec, LabelHit]]
) -> list[tuple[FieldSpec, LabelHit]]:
    """One place per column. Long labels choose first, unless short ones fill more columns ("Item" and "Description"): then
    as many columns as can be, with labels that leave the fewest letters over ("Line Total", and not "Line" and "Total").
    """
    hits = [*first, *second]
    long_first = _fill(
        sorted(hits, key=lambda item: (-item[1].similarity, item[1].start - item[1].end, -item[1].purity))
    )
    short_first = _fill(
        sorted(hits, key=lambda item: (-item[1].similarity, item[1].end - item[1].start, -item[1].purity))
    )
    return _fullest(hits, short_first) if len(short_first) > len(long_first) else long_first


def _fill(order: Sequence[tuple[FieldSpec, LabelHit]]) -> list[tuple[FieldSpec, LabelHit]]:
    assigned: list[tuple[FieldSpec, LabelHit]] = []
    for column, hit in order:
        if all(column is not other and not _overlap(hit, place) for other, place in assigned):
            assigned.append((column, hit))
    return assigned


def _fullest(
    hits: Sequence[tuple[FieldSpec, LabelHit]], otherwise: list[tuple[FieldSpec, LabelHit]]
) -> list[tuple[FieldSpec, LabelHit]]:
    """The choice that fills most columns and covers most letters; `otherwise` where there are too many choices."""
    options: dict[str, list[tuple[FieldSpec, LabelHit]]] = {}
    for column, hit in hits:
        options.setdefault(column.name, []).append((column, hit))
    if math.prod(len(each) + 1 for each in options.values()) > _MOST_CHOICES:
        return otherwise
    best, worth = otherwise, _worth(otherwise)
    for choice in product(*([None, *each] for each in options.values())):
        chosen = [each for each in choice if each]
        if len(chosen) >= len(otherwise) and _worth(chosen) > worth and _is_apart(chosen):
            best, worth = chosen, _worth(chosen)
    return best


def _worth(chosen: Sequence[tuple[FieldSpec, LabelHit]]) -> tuple[int, float]:
    """A label that is spelled otherwise counts little: "Unit" is hardly "Units" where "Qty" stands beside it."""
    return len(chosen), sum(hit.similarity**_SPELLING * (hit.end - hit.start) for _, hit in chosen)


def _is_apart(chosen: Sequence[tuple[FieldSpec, LabelHit]]) -> bool:
    return not any(_overlap(one, other) for (_, one), (_, other) in combinations(chosen, 2))


def _overlap(one: LabelHit, other: LabelHit) -> bool:
    return one.place.box.horizontal_overlap(other.place.box) > 0.3


def _build(view: PageView, assigned: Sequence[tuple[FieldSpec, LabelHit]], first_row: int, last_row: int) -> Header:
    columns = [Column(spec, hit.place.box, hit.strength, hit.place.text) for spec, hit in assigned]
    for row in view.rows[first_row : last_row + 1]:
        for segment in row.segments:
            columns.extend(_unasked(segment, columns))
    return Header(first_row, last_row, tuple(sorted(columns, key=lambda column: column.box.center[0])))


def _unasked(segment: Segment, columns: Sequence[Column]) -> list[Column]:
    """Heads of columns that the schema does not ask for: each run of words that no column has taken."""
    found: list[Column] = []
    run: list[tuple[BoundingBox, str]] = []
    for box, word in zip(segment.boxes, segment.words, strict=True):
        if any(box.horizontal_overlap(column.box) > 0.3 for column in columns):
            found.extend(_unasked_column(run))
            run = []
        else:
            run.append((box, word.text))
    return found + _unasked_column(run)


def _unasked_column(run: Sequence[tuple[BoundingBox, str]]) -> list[Column]:
    head = " ".join(text for _, text in run)
    return [Column(None, union_of([box for box, _ in run]), 0.0, head)] if run else []


def _without_overlap(headers: Sequence[Header]) -> list[Header]:
    def worth(header: Header) -> float:
        return sum(0.5 + column.strength for column in header.columns if column.spec)

    if not headers:
        return []
    best = max(worth(header) for header in headers)
    kept: list[Header] = []
    for header in sorted(headers, key=worth, reverse=True):
        is_apart = all(header.first_row > other.last_row or header.last_row < other.first_row for other in kept)
        if is_apart and worth(header) >= 0.75 * best:
            kept.append(header)
    return sorted(kept, key=lambda header: header.first_row)
