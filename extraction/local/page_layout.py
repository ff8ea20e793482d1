"""Tables and key–value pairs of a page in the shape that is stored with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from documents.domain.page_layout import Box, KeyValue, PageLayout, PageTable, TableCell
from extraction.local.key_values import Pair, find_pairs
from extraction.local.page_tables.find import find_structures
from extraction.local.page_tables.prints import Print, PrintedPage, print_page
from extraction.local.page_tables.strokes import Strokes
from extraction.local.page_tables.structure import Structure
from idp_project.core.page_text import PageText

_RULED, _FRAMED, _ALIGNED = 0.95, 0.85, 0.7  # what speaks for a table: a net, lines above and below, alignment alone
_MOST_TABLES, _MOST_PAIRS = 60, 400


def read_layout(page_text: PageText, aspect: float, find_strokes: Callable[[float], Strokes] | None) -> PageLayout:
    """`aspect`: the page's width as a multiple of its height; `find_strokes`: of its picture, as `print_page` takes it."""
    page = print_page(page_text, aspect, find_strokes)
    if not page.prints:
        return PageLayout()
    structures = sorted(find_structures(page), key=lambda one: (one.region.top, one.region.left))
    certain = [one.region for one in structures if one.region.is_net or one.region.is_framed]
    return PageLayout(
        tuple(_table(one, page) for one in structures[:_MOST_TABLES]),
        tuple(_pair(one, page) for one in find_pairs(page, certain)[:_MOST_PAIRS]),
    )


def _table(structure: Structure, page: PrintedPage) -> PageTable:
    region = structure.region
    cells = [
        TableCell(
            cell.first_row, cell.last_row, cell.first_column, cell.last_column, cell.text, _box(cell.prints, page)
        )
        for cell in sorted(structure.cells, key=lambda one: (one.first_row, one.first_column))
    ]
    score = _RULED if region.is_net else _FRAMED if region.is_framed else _ALIGNED
    around = page.box(region.left, region.top, region.right, region.bottom)
    return PageTable(
        (around.left, around.top, around.right, around.bottom),
        tuple(round(edge / page.aspect, 4) for edge in structure.edges),
        structure.header_rows,
        tuple(cells),
        region.is_net,
        score,
    )


def _pair(pair: Pair, page: PrintedPage) -> KeyValue:
    return KeyValue(
        pair.key_text, pair.value_text, _box(pair.key.prints, page), _box(pair.value_prints, page), pair.score
    )


def _box(prints: Sequence[Print], page: PrintedPage) -> Box:
    box = page.box(
        min(one.left for one in prints),
        min(one.top for one in prints),
        max(one.right for one in prints),
        max(one.bottom for one in prints),
    )
    return round(box.left, 4), round(box.top, 4), round(box.right, 4), round(box.bottom, 4)
