"""All tables of a page, best evidence first: nets of lines, then aligned runs of lines of words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from extraction.local.page_tables.frames import find_frames
from extraction.local.page_tables.prints import PrintedPage, is_number
from extraction.local.page_tables.regions import Region, find_nets, find_runs, inner_nets
from extraction.local.page_tables.structure import Cell, Structure, build_structure

_LEAST_FILLED = 0.4
_FEW_NUMBERS = 0.25
_LEAST_CELLS = 0.3  # of the places of an unruled table
_LONG = 22  # characters of a line of a cell
_ASKING = re.compile(r"\w[)]?\s*[:：]($|\s)")
_MOST_ASKING, _MOST_WIDE = 0.35, 0.4
_LEAST_STEPS = 4
_SCALE = 10
_MARK = re.compile(r"^\(?(\d{1,2}|[a-z]|[ivx]{1,4})[.)]$", re.IGNORECASE)
_INTEGER = re.compile(r"^-?\d{1,9}$")


def find_structures(page: PrintedPage) -> list[Structure]:
    """Tables that do not overlap, in the order of their evidence; forms and drawings are left out."""
    found: list[Structure] = []
    taken: list[Region] = []
    for region in find_nets(page):
        inner = [region, *inner_nets(region)]
        tables = [one for one in (_structure(each, page) for each in inner) if one is not None]
        for table in tables[:1] if tables and tables[0].region is region else tables:
            found.append(table)
            taken.append(table.region)
    for region in find_frames(page, taken):
        if any(region.overlaps(other) for other in taken):
            continue
        structure = _structure(region, page)
        if structure is not None:
            found.append(structure)
            taken.append(region)
    runs = [region for region in find_runs(page, taken) if not any(region.overlaps(other) for other in taken)]
    found += filter(None, (_structure(region, page) for region in runs))
    return found


def _structure(region: Region, page: PrintedPage) -> Structure | None:
    structure = build_structure(region, page)
    if structure is None:
        return None
    structure = without_captions(structure)
    return structure if is_table(structure) else None


def without_captions(structure: Structure) -> Structure:
    """Without rows above and below that hold one text across all columns: a title, or notes, inside the frame."""
    columns, cells = len(structure.edges) - 1, list(structure.cells)
    dropped = 0
    while cells and (row := _wide_row(cells, min(cell.first_row for cell in cells), columns)):
        cells = [cell for cell in cells if cell not in row]
        dropped += 1
    while cells and (row := _wide_row(cells, max(cell.last_row for cell in cells), columns)):
        cells = [cell for cell in cells if cell not in row]
    first = min((cell.first_row for cell in cells), default=0)
    for cell in cells:
        cell.first_row, cell.last_row = cell.first_row - first, cell.last_row - first
    return replace(structure, cells=tuple(cells), header_rows=max(0, structure.header_rows - dropped))


def _wide_row(cells: Sequence[Cell], number: int, columns: int) -> list[Cell]:
    row = [cell for cell in cells if cell.first_row <= number <= cell.last_row]
    if len(row) == 1 and row[0].first_column == 0 and row[0].last_column == columns - 1 and columns > 1:
        return row
    return []


def is_table(structure: Structure) -> bool:
    """Rows and columns that are filled well enough, and no axis of a chart among them."""
    cells = structure.cells
    columns = {cell.first_column for cell in cells}
    rows = {cell.first_row for cell in cells}
    if len(columns) < 2 or len(rows) < 2 or len(cells) < 4 or _has_axis(structure):
        return False
    if (
        _is_list(cells)
        or _is_form(structure)
        or (_is_loose(structure.region) and (_is_running_text(structure) or _is_sparse(structure)))
    ):
        return False
    places = sum((cell.last_row - cell.first_row + 1) * (cell.last_column - cell.first_column + 1) for cell in cells)
    return places >= _LEAST_FILLED * len(rows) * len(columns)


def _is_form(structure: Structure) -> bool:
    """Boxes of different widths below each other, or labels with colons beside their values."""
    cells = [cell for cell in structure.cells if cell.first_row >= structure.header_rows]
    rows = {cell.first_row for cell in structure.cells}
    asking = {cell.first_row for cell in structure.cells if _ASKING.search(cell.text)}
    if len(asking) >= _MOST_ASKING * len(rows):
        return True
    if not structure.region.is_net:
        return False
    wide = sum(cell.last_column > cell.first_column for cell in cells)
    return wide > _MOST_WIDE * len(cells) and len(structure.edges) > 3


def _is_loose(region: Region) -> bool:
    return not region.is_net and not region.is_framed


def _is_running_text(structure: Structure) -> bool:
    """Columns of sentences: hardly a number beside the first column, and long texts."""
    data = [cell for cell in structure.cells if cell.first_column]
    texts = [text for cell in data for text in cell.texts if not is_number(text)]
    if len(texts) < (1 - _FEW_NUMBERS) * sum(len(cell.texts) for cell in data):
        return False
    small = sum(text[:1].islower() for text in texts)
    return small > 0.45 * len(texts) or sum(map(len, texts)) > _LONG * len(texts)


def _is_sparse(structure: Structure) -> bool:
    """Words here and there: labels of a drawing."""
    rows: dict[int, int] = {}
    for cell in structure.cells:
        rows[cell.first_row] = rows.get(cell.first_row, 0) + 1
    several = sum(count > 1 for count in rows.values())
    return several < 2 or len(structure.cells) < _LEAST_CELLS * len(rows) * (len(structure.edges) - 1)


def _is_list(cells: Sequence[Cell]) -> bool:
    """Bullets or numbers of paragraphs on the left, and one column of text."""
    left = [cell.text for cell in cells if cell.first_column == 0]
    columns = {cell.first_column for cell in cells if cell.first_column}
    marks = [text for text in left if (len(text) == 1 and not text.isalnum()) or _MARK.match(text)]
    return len(marks) >= 0.6 * len(left) and (len(columns) == 1 or all(len(text) == 1 for text in marks))


def _has_axis(structure: Structure) -> bool:
    """Numbers that fall by equal steps, one below the other: the scale of a chart."""
    for column in range(len(structure.edges) - 1):
        texts = [cell.text for cell in structure.cells if cell.first_column == column]
        numbers = [int(digits) for digits in (re.sub(r"[,. %]", "", text) for text in texts) if _INTEGER.match(digits)]
        steps = [before - after for before, after in pairwise(numbers)]
        usual = max(set(steps), key=steps.count, default=0)
        if len(steps) >= _LEAST_STEPS and usual > 1 and steps.count(usual) >= 0.6 * len(steps):
            return True
        is_alone = _is_loose(structure.region) and len(steps) + 1 == len(numbers) >= len(texts) - 1
        if is_alone and len(steps) >= 2 and usual >= _SCALE and steps.count(usual) == len(steps):
            return True
    return False
