"""Borders of a region's columns: lines that are drawn down, and gutters where none is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from extraction.local.page_tables.columns import find_gutters, merged_edges
from extraction.local.page_tables.prints import Chunk, Print, PrintedLine, PrintedPage, chunks_of
from extraction.local.page_tables.regions import Region
from extraction.local.page_tables.strokes import Ruling

_INNER_GAP = 2.5  # characters between columns that no line parts, inside a net
_SLIT = 2.5  # characters
_LEAST_DRAWN = 0.12  # of the region's height: shorter lines down are no border of a column


def find_borders(region: Region, lines: Sequence[PrintedLine], page: PrintedPage) -> list[float]:
    """From the left side of the first column to the right side of the last."""
    height = region.bottom - region.top
    drawn = [post for post in region.rulings.down if _drawn_length(post, region) >= _LEAST_DRAWN * height]
    if region.is_net:
        edges = merged_edges(drawn, [], page.em)
        left, right = min(line.left for line in lines), max(line.right for line in lines)
        if not edges or left < edges[0] - page.em:
            edges = [min(left, region.left), *edges]
        if right > edges[-1] + page.em:
            edges = [*edges, max(right, region.right)]
        return _with_inner_gutters(_without_slits(edges, lines, page), lines, page)
    gutters = find_gutters(lines, page.em)
    inner = [
        edge for edge in merged_edges(drawn, gutters, page.em) if region.left + page.em < edge < region.right - page.em
    ]
    return [region.left, *inner, region.right]


def _drawn_length(post: Ruling, region: Region) -> float:
    """Of all stretches of the line: a border may be drawn cell by cell."""
    return sum(
        min(other.end, region.bottom) - max(other.start, region.top)
        for other in region.rulings.down
        if abs(other.at - post.at) < 0.003
    )


def _without_slits(edges: Sequence[float], lines: Sequence[PrintedLine], page: PrintedPage) -> list[float]:
    """Without columns that are narrow and empty: both sides of a thick or double line."""
    kept = [edges[0]]
    for number, edge in enumerate(edges[1:], start=1):
        is_empty = not any(kept[-1] < (one.left + one.right) / 2 < edge for line in lines for one in line.prints)
        if is_empty and edge - kept[-1] < _SLIT * page.em:
            if number == len(edges) - 1 and len(kept) > 1:
                kept[-1] = edge
            continue
        kept.append(edge)
    return kept


def _with_inner_gutters(edges: Sequence[float], lines: Sequence[PrintedLine], page: PrintedPage) -> list[float]:
    """Columns that have no line between them: gutters inside a drawn column with numbers on their right side."""
    found = list(edges)
    for left, right in pairwise(edges):
        inside = [[one for one in line.prints if left <= (one.left + one.right) / 2 <= right] for line in lines]
        parts = [PrintedLine(tuple(row), tuple(_chunks(row, page))) for row in inside if row]
        several = [part for part in parts if len(part.chunks) > 1]
        numeric = [part for part in several if part.chunks[-1].is_number]
        if len(numeric) >= 3 and len(several) >= 0.6 * len(parts):
            found += find_gutters(several, page.em)
    return sorted(found)


def _chunks(row: Sequence[Print], page: PrintedPage) -> Iterable[Chunk]:
    return chunks_of(row, page.em, _INNER_GAP)
