"""Where the columns of a table are: white gutters that run through its full lines, and lines drawn between them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from extraction.local.page_tables.prints import PrintedLine
from extraction.local.page_tables.strokes import Ruling

_NARROW, _WIDE = 0.75, 1.3  # characters that a gutter is wide at least: in many lines, in few
_USUAL = 1.2  # characters between the words on both sides of a gutter, in most lines
_MANY_LINES = 6
_MOST_CROSSED = 0.04  # share of full lines that may cross a gutter
_LEAST_FILLED = 0.15  # share of lines in which a column has something


def find_gutters(lines: Sequence[PrintedLine], em: float) -> list[float]:
    """The middles of the gutters of these lines, left to right; lines that span columns are left out by themselves."""
    full = full_lines(lines)
    if len(full) < 2:
        return []
    gaps = [gap for gap in _gaps([_extents(line) for line in full], em) if _is_wide(gap, full, em)]
    return [_quietest(gap, lines) for gap in _that_part(gaps, full)]


def _extents(line: PrintedLine) -> list[tuple[float, float]]:
    return [(one.left, one.right) for one in line.prints]


def _is_wide(gap: tuple[float, float], lines: Sequence[PrintedLine], em: float) -> bool:
    """Whether words on both sides usually stand further from each other than words of a sentence."""
    middle, widths = (gap[0] + gap[1]) / 2, []
    for line in lines:
        before = [one.right for one in line.prints if one.right <= middle]
        after = [one.left for one in line.prints if one.left >= middle]
        if before and after:
            widths.append(min(after) - max(before))
    return not widths or median(widths) >= _USUAL * em


def _quietest(gap: tuple[float, float], lines: Sequence[PrintedLine]) -> float:
    """The place inside a gap that the fewest prints of all lines cross, headings included; the middle of the widest such."""
    start, end = gap
    crossing = [
        (max(start, one.left), min(end, one.right))
        for line in lines
        for one in line.prints
        if one.left < end and one.right > start
    ]
    places = sorted({start, end, *(place for extent in crossing for place in extent)})
    stretches = [(a, b, sum(left < b and a < right for left, right in crossing)) for a, b in pairwise(places)]
    if not stretches:
        return (start + end) / 2
    best = min(stretches, key=lambda one: (one[2], one[0] - one[1]))
    return (best[0] + best[1]) / 2


def full_lines(lines: Sequence[PrintedLine]) -> list[PrintedLine]:
    """Those with about as many chunks as most of the lines that have more than one."""
    counts = sorted(len(line.chunks) for line in lines if len(line.chunks) > 1)
    if not counts:
        return []
    usual = counts[(2 * len(counts)) // 3]
    return [line for line in lines if len(line.chunks) >= max(2, 0.6 * usual)]


def _gaps(rows: Sequence[Sequence[tuple[float, float]]], em: float) -> list[tuple[float, float]]:
    """Stretches that (nearly) no row covers, between the leftmost and the rightmost print."""
    events: list[tuple[float, int]] = []
    for row in rows:
        for left, right in row:
            events += [(left, 1), (right, -1)]
    events.sort()
    allowed = int(_MOST_CROSSED * len(rows))
    least = (_NARROW if len(rows) >= _MANY_LINES else _WIDE) * em
    gaps, depth, since = [], 0, None
    for place, change in events:
        depth += change
        if depth <= allowed and since is None:
            since = place
        elif depth > allowed and since is not None:
            if place - since >= least:
                gaps.append((since, place))
            since = None
    return gaps


def _that_part(gaps: Sequence[tuple[float, float]], lines: Sequence[PrintedLine]) -> list[tuple[float, float]]:
    """The gaps with something on either side in enough lines; the widest of several around one empty column."""
    chosen: list[tuple[float, float]] = []
    for gap in gaps:
        before = chosen[-1][1] if chosen else float("-inf")
        filled = sum(
            any(before <= (one.left + one.right) / 2 <= gap[0] + 1e-6 for one in line.prints) for line in lines
        )
        if filled >= max(1.0, _LEAST_FILLED * len(lines)):
            chosen.append(gap)
        elif chosen:  # hardly anything stands between the two gutters: they are one
            last = chosen[-1]
            chosen[-1] = max(last, gap, key=lambda one: one[1] - one[0])
    return chosen


def merged_edges(drawn: Sequence[Ruling], gutters: Sequence[float], em: float) -> list[float]:
    """Borders of columns: drawn ones, and gutters where no line is near."""
    edges: list[float] = []
    for line in sorted(drawn, key=lambda one: one.at):
        if not edges or line.at - edges[-1] > 0.8 * em:
            edges.append(line.at)
    edges += [place for place in gutters if all(abs(place - edge) > 1.5 * em for edge in edges)]
    return sorted(edges)
