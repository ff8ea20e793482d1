"""Tables between long lines across: head, body and foot, whose lines begin and end at the same places."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from extraction.local.page_tables.prints import Print, PrintedLine, PrintedPage
from extraction.local.page_tables.regions import CHUNK_GAP, HEADER_LINES, PROSE, TOUCH, Region
from extraction.local.page_tables.strokes import Ruling, Rulings

_ALIKE = 0.02  # page heights by which the ends of lines around one table may differ
_LEAST_WIDE = 0.18  # page heights


def find_frames(page: PrintedPage, taken: Sequence[Region]) -> list[Region]:
    """Regions between long lines across that begin and end at the same places: head, body and foot of a table."""
    rules = [rule for rule in page.rulings.across if rule.length >= _LEAST_WIDE and not _is_taken(rule, taken)]
    found: list[Region] = []
    while rules:
        first = rules[0]
        alike = [
            rule for rule in rules if abs(rule.start - first.start) < _ALIKE and abs(rule.end - first.end) < _ALIKE
        ]
        rules = [rule for rule in rules if rule not in alike]
        found += _frames_of(alike, taken, page)
    return sorted(found, key=lambda region: region.right - region.left, reverse=True)


def _is_taken(rule: Ruling, taken: Sequence[Region]) -> bool:
    return any(
        region.top - TOUCH <= rule.at <= region.bottom + TOUCH and rule.start < region.right and region.left < rule.end
        for region in taken
    )


def _frames_of(rules: Sequence[Ruling], taken: Sequence[Region], page: PrintedPage) -> list[Region]:
    """Of lines of one width: bands between them that hold rows, each with the header band above it."""
    found: list[Region] = []
    start = end = -1
    for number, (upper, lower) in enumerate(pairwise(rules)):
        kind = _band(upper, lower, taken, page)
        if kind == "rows" or (kind == "header" and end == number):
            start = start if end == number else number
            end = number + 1
        elif kind == "header":
            start, end = number, number + 1
        if end != number + 1 and end > start >= 0:
            found += _frame(rules[start : end + 1], taken, page)
            start = end = -1
    if end > start >= 0:
        found += _frame(rules[start : end + 1], taken, page)
    return found


def _band(upper: Ruling, lower: Ruling, taken: Sequence[Region], page: PrintedPage) -> str:
    """ "rows", "header" (a few lines of short chunks), or "" for anything else."""
    left, right = min(upper.start, lower.start) - page.em, max(upper.end, lower.end) + page.em
    lines = _lines_in(page, (left, upper.at, right, lower.at), taken)
    if not lines or any(len(line.chunks) == 1 and line.right - line.left > 0.8 * (right - left) for line in lines[:2]):
        return ""
    several = [line for line in lines if len(line.chunks) > 1]
    if len(lines) >= 2 and len(several) >= 0.5 * len(lines) and not _is_running_text(several):
        return "rows"
    return "header" if len(lines) <= HEADER_LINES + 1 and several and not _is_running_text(lines) else ""


def _lines_in(page: PrintedPage, box: tuple[float, float, float, float], taken: Sequence[Region]) -> list[PrintedLine]:
    """Of what stands in the box (left, top, right, bottom) and in no table that is known already."""
    left, top, right, bottom = box

    def is_wanted(one: Print) -> bool:
        is_inside = top < one.middle < bottom and left <= (one.left + one.right) / 2 <= right
        return is_inside and not any(region.holds(one) for region in taken)

    return page.lines(CHUNK_GAP, is_wanted)


def _is_running_text(lines: Sequence[PrintedLine]) -> bool:
    """Long chunks without numbers: columns of sentences."""
    chunks = [chunk for line in lines for chunk in line.chunks[1:]]
    long = [chunk for chunk in chunks if len(chunk.text) > PROSE and not chunk.is_number]
    return len(long) > 0.7 * len(chunks) and all(len(line.chunks[0].text) > PROSE / 2 for line in lines)


def _frame(rules: Sequence[Ruling], taken: Sequence[Region], page: PrintedPage) -> list[Region]:
    left, right = min(rule.start for rule in rules), max(rule.end for rule in rules)
    top, bottom = rules[0].at, rules[-1].at
    lines = _lines_in(page, (left, top, right, bottom), taken)
    if sum(len(line.chunks) > 1 for line in lines) < 2:
        return []
    across = [
        rule
        for rule in page.rulings.across
        if top - TOUCH <= rule.at <= bottom + TOUCH and rule.start < right and rule.end > left
    ]
    posts = [post for post in page.rulings.down if left <= post.at <= right and post.start < bottom and post.end > top]
    rulings = Rulings(tuple(across), tuple(posts))
    return [Region(left - page.em, top, right + page.em, bottom, rulings, is_framed=True)]
