"""The rows of tables as an electronic invoice states them, each compared with the rows that the pages print.

All rows of the XML become rows of the table. A printed row belongs to the stated one that it says most of; what it says
otherwise deviates. A stated row that no page prints, and a printed row that the XML does not have, are reasons of their own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from rapidfuzz import fuzz

from documents.domain.e_invoice_fields import AGREES, ALONE, DEVIATES, UNPRINTED, StatedValue, rows_of
from documents.domain.e_invoice_reasons import ROW_NOT_IN_XML, XML_ROW_NOT_PRINTED
from documents.domain.field_types.base import CellKind, letters_and_digits
from documents.domain.field_types.registry import cell_kind
from documents.domain.numbers import to_decimal
from documents.domain.schema_spec import FieldSpec, TableSpec
from documents.domain.values import FieldCandidate, MergedField, MergedRow
from extraction.steps.e_invoice.fields import Scene, as_printed, candidate_of
from extraction.steps.e_invoice.places import NUMERIC, PrintedPlace, same_value
from idp_project.core.geometry import BoundingBox
from idp_project.core.reasons import Reason

_SAME_TEXT = 80.0  # per cent: descriptions run over lines, and pages shorten them
_OTHER_TEXT = 45.0
_LEAST_MATCH = 2.0
_AMOUNT_COUNTS, _TEXT_COUNTS = 3.0, 2.0  # of a cell that is the same, in the match of two rows
_CENT = Decimal("0.01")
_PERCENTAGE = re.compile(r"(?<![\w.,])(\d{1,2}(?:[.,]\d{1,3})?) ?%")
_WHOLE_ROW = 3  # cells of a printed row that is no carried sum and no discount below the table

_Stated = Mapping[str, StatedValue]


@dataclass(frozen=True)
class _Band:
    """The stretch of a page that a printed row takes: down to the next row."""

    page: int
    top: float
    bottom: float

    def holds(self, place: PrintedPlace) -> bool:
        return place.page == self.page and self.top <= place.box.center[1] <= self.bottom


def table_as_stated(
    printed: Sequence[MergedRow], table: TableSpec, scene: Scene
) -> tuple[list[MergedRow], list[Reason]]:
    """The table's rows with the XML leading, and what whole rows deviate in; as printed where the XML has none."""
    stated = rows_of(scene.leading.invoice, table)
    if not stated:
        return list(printed), []
    if scene.leading.is_whole_file or table.is_e_invoice_only or not printed:
        outcome = ALONE if scene.leading.is_whole_file else UNPRINTED
        return [_unread(row, number, table, scene, outcome) for number, row in enumerate(stated, start=1)], []
    pairs = _paired(stated, printed, table)
    bands = _bands(printed)
    rows, reasons = [], list[Reason]()
    for number, row in enumerate(stated, start=1):
        partner = pairs.get(number - 1)
        if partner is None:
            rows.append(_unread(row, number, table, scene, UNPRINTED))
            reasons += _not_printed(row, number, table, scene)
        else:
            rows.append(_compared(row, number, printed[partner], bands.get(partner), table, scene))
    taken = set(pairs.values())
    left = [row for number, row in enumerate(printed) if number not in taken]
    return rows, [*reasons, *_surplus(left, stated, table)]


def _unread(row: _Stated, number: int, table: TableSpec, scene: Scene, outcome: str) -> MergedRow:
    """Located only on a page that was made of the XML, where its cells stand in one line."""
    places = _line_of(row, table, scene) if outcome == ALONE else {}
    cells = tuple(
        MergedField(column.name, (candidate_of(row[column.name], column, scene, outcome, places.get(column.name)),))
        for column in table.columns
        if column.name in row
    )
    return MergedRow(table.name, number, cells)


def _line_of(row: _Stated, table: TableSpec, scene: Scene) -> dict[str, PrintedPlace]:
    """The places of a row's cells in the line that has most of them."""
    found = {
        column.name: scene.places(row[column.name].raw_text, column.type)
        for column in table.columns
        if column.name in row
    }
    lines: dict[tuple[int, float], dict[str, PrintedPlace]] = {}
    for name, places in found.items():
        for place in places:
            lines.setdefault((place.page, round(place.box.center[1], 2)), {}).setdefault(name, place)
    return max(lines.values(), key=len, default={})


def _paired(stated: Sequence[_Stated], printed: Sequence[MergedRow], table: TableSpec) -> dict[int, int]:
    """Stated to printed rows, both counted from 0: the pairs that have most in common first. Each text is brought into letters
    once: long invoices have thousands of rows on either side."""
    kinds = [(column, cell_kind(column)) for column in table.columns]
    read = [{cell.field: cell.chosen for cell in row.cells if cell.chosen} for row in printed]
    texts = [column.name for column, kind in kinds if kind is CellKind.TEXT]
    stated_letters = [{name: letters_and_digits(row[name].value) for name in texts if name in row} for row in stated]
    read_letters = [{name: letters_and_digits(row[name].raw_text) for name in texts if name in row} for row in read]

    def in_common(one: int, other: int) -> float:
        score = 0.0
        for name, letters in stated_letters[one].items():
            likeness = _likeness(letters, read_letters[other].get(name, ""), least=_SAME_TEXT)
            score += _TEXT_COUNTS * likeness / 100
        for column, kind in kinds:
            mine, its = stated[one].get(column.name), read[other].get(column.name)
            if kind is CellKind.TEXT or mine is None or its is None:
                continue
            if same_value(column.type, mine.value, its.value, its.raw_text):
                score += _AMOUNT_COUNTS if kind is CellKind.AMOUNT else 1.0
        return score

    scored = sorted(
        (-score, abs(one - other), one, other)
        for one in range(len(stated))
        for other in range(len(read))
        if (score := in_common(one, other)) >= _LEAST_MATCH
    )
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, one, other in scored:
        if one not in pairs and other not in taken:
            pairs[one] = other
            taken.add(other)
    return pairs


def _likeness(one: str, other: str, *, least: float = 0.0) -> float:
    """Of two texts in letters and digits alone, 0..100; 0 where it is below `least`."""
    if not one or not other:
        return 0.0
    if min(len(one), len(other)) > 3:
        return fuzz.partial_ratio(one, other, score_cutoff=least)
    return 100.0 * (one == other)


def _text_likeness(stated: str, printed: str) -> float:
    return _likeness(letters_and_digits(stated), letters_and_digits(printed))


def _bands(printed: Sequence[MergedRow]) -> dict[int, _Band]:
    boxes = [_box_of(row) for row in printed]
    found: dict[int, _Band] = {}
    for number, placed in enumerate(boxes):
        if placed is None:
            continue
        page, box = placed
        below = [
            other.top for entry in boxes if entry for at, other in [entry] if at == page and other.top > box.top + 1e-4
        ]
        bottom = min(below, default=box.bottom + max(0.03, box.height))
        found[number] = _Band(page, box.top - 0.01, max(bottom, box.bottom))
    return found


def _box_of(row: MergedRow) -> tuple[int, BoundingBox] | None:
    places = [cell.chosen.provenance for cell in row.cells if cell.chosen and cell.chosen.provenance.polygon]
    if not places:
        return None
    page = places[0].page_number
    boxes = [place.polygon.bounding_box for place in places if place.polygon and place.page_number == page]
    return page, BoundingBox(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )


def _compared(
    row: _Stated, number: int, read: MergedRow, band: _Band | None, table: TableSpec, scene: Scene
) -> MergedRow:
    cells = {cell.field: cell.chosen for cell in read.cells if cell.chosen}
    stated = _with_undiscounted_price(row, cells, table, _percentages(band, scene))
    merged = tuple(
        MergedField(column.name, _cell(stated[column.name], cells.get(column.name), column, band, scene))
        for column in table.columns
        if column.name in row
    )
    return MergedRow(table.name, number, merged)


def _percentages(band: _Band | None, scene: Scene) -> list[Decimal]:
    """Those that the stretch of the page prints."""
    text = scene.leading.texts.get(band.page) if band else None
    if band is None or text is None:
        return []
    words = (word for word in text.words if band.top <= word.polygon.bounding_box.center[1] <= band.bottom)
    found = _PERCENTAGE.findall(" ".join(word.text for word in words))
    return [Decimal(number.replace(",", ".")) for number in found]


def _with_undiscounted_price(
    row: _Stated, cells: Mapping[str, FieldCandidate], table: TableSpec, percentages: Sequence[Decimal]
) -> _Stated:
    """The row, where the printed price comes to the stated amount with a discount that the row prints in per cent: then the
    page shows the price before it, and the XML that after it."""
    by_term = {column.from_e_invoice: column.name for column in table.columns if column.name in row}
    if not {"BT-146", "BT-129", "BT-131"} <= by_term.keys() or by_term["BT-146"] not in cells:
        return row
    name = by_term["BT-146"]
    price = to_decimal(cells[name].value)
    quantity, amount = (to_decimal(row[by_term[term]].value) for term in ("BT-129", "BT-131"))
    if price is None or quantity is None or amount is None:
        return row
    discounted = (price * quantity * (100 - percentage) / 100 for percentage in percentages if percentage)
    if any(abs(one - amount) <= _CENT for one in discounted):
        return {**row, name: replace(row[name], undiscounted=f"{price:f}")}
    return row


def _cell(
    one: StatedValue, read: FieldCandidate | None, column: FieldSpec, band: _Band | None, scene: Scene
) -> tuple[FieldCandidate, ...]:
    is_text = cell_kind(column) is CellKind.TEXT
    if read is not None and read.provenance.is_located:
        likeness = _text_likeness(one.value, read.raw_text) if is_text else 0.0
        is_same = same_value(column.type, one.value, read.value, read.raw_text, is_recognised=scene.is_recognised)
        if is_same or likeness >= _SAME_TEXT:
            return (as_printed(one, read, column),)
        if one.undiscounted and same_value(column.type, one.undiscounted, read.value, read.raw_text):
            return (candidate_of(one, column, scene, UNPRINTED, None),)
    if column.is_e_invoice_only:
        return (candidate_of(one, column, scene, UNPRINTED, None),)
    places = scene.places(one.value, column.type)
    inside = next((place for place in places if band and band.holds(place)), None)
    if inside is not None:
        return (candidate_of(one, column, scene, AGREES, inside),)
    if (
        read is None
        or not read.provenance.is_located
        or (is_text and (places or _text_likeness(one.value, read.raw_text) > _OTHER_TEXT))
    ):
        return (candidate_of(one, column, scene, UNPRINTED, None),)
    if not _is_sure(read, column):
        return (candidate_of(one, column, scene, UNPRINTED, None),)
    return (candidate_of(one, column, scene, DEVIATES, None), read)


def _is_sure(read: FieldCandidate, column: FieldSpec) -> bool:
    """Positions are counted by pages as they like; a number that could not be read says nothing."""
    if column.from_e_invoice == "BT-126":
        return False
    return column.type not in NUMERIC or to_decimal(read.value) is not None


def _not_printed(row: _Stated, number: int, table: TableSpec, scene: Scene) -> list[Reason]:
    """Of a stated row without a printed one: nothing where the reader has merely missed it."""
    said = [
        (column, row[column.name])
        for column in table.columns
        if column.name in row and cell_kind(column) in (CellKind.TEXT, CellKind.AMOUNT) and not column.is_e_invoice_only
    ]
    if any(scene.places(one.value, column.type) for column, one in said if cell_kind(column) is CellKind.TEXT):
        return []
    amounts = [(column, one) for column, one in said if cell_kind(column) is CellKind.AMOUNT]
    if amounts and all(scene.places(one.value, column.type) for column, one in amounts):
        return []
    text = ", ".join(one.value for _, one in said)[:120]
    return [XML_ROW_NOT_PRINTED(row=number, text=text)]


def _surplus(left: Sequence[MergedRow], stated: Sequence[_Stated], table: TableSpec) -> list[Reason]:
    """Printed rows that the XML does not have: whole ones, whose amount no stated row has."""
    known = {abs(value) for row in stated for one in row.values() if (value := to_decimal(one.value)) is not None}
    return [
        ROW_NOT_IN_XML(page=_page_of(row), text=_text_of(row))
        for row in left
        if _is_whole(row, table) and not _amounts(row, table) & known
    ]


def _is_whole(row: MergedRow, table: TableSpec) -> bool:
    """A text, an amount and something between: sums and discounts below a table have no quantity."""
    columns = {column.name: cell_kind(column) for column in table.columns}
    kinds = [columns.get(cell.field) for cell in row.cells if cell.chosen]
    return CellKind.TEXT in kinds and CellKind.AMOUNT in kinds and len(kinds) > _WHOLE_ROW


def _amounts(row: MergedRow, table: TableSpec) -> set[Decimal]:
    columns = {column.name for column in table.columns if cell_kind(column) is CellKind.AMOUNT}
    found = (to_decimal(cell.chosen.value) for cell in row.cells if cell.chosen and cell.field in columns)
    return {abs(value) for value in found if value is not None}


def _page_of(row: MergedRow) -> int:
    return next(cell.chosen.provenance.page_number for cell in row.cells if cell.chosen)


def _text_of(row: MergedRow) -> str:
    return " · ".join(cell.chosen.raw_text for cell in row.cells if cell.chosen)[:120]
