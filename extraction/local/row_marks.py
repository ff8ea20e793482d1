"""What a page prints about its table beside the rows: sums that it carries over, and how many rows there are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from documents.domain.notation import Notation
from documents.domain.numbers import amount_at_the_end, read_number_in, write_number
from documents.domain.schema_spec import TableSpec
from documents.domain.values import CandidateRow
from documents.domain.words import alternatives, phrase_pattern
from extraction.local.page_view import PageView, Row
from extraction.local.table_end import CARRIED

_COUNT = r"(?<!\w)(?:{phrases})\s*[:.]?\s*(\d{{1,3}}(?:[.,' ]\d{{3}})+|\d{{1,6}})(?![\d.,]*\d)"
_FEWEST = 2  # rows that a count speaks of


def with_marks(
    view: PageView, rows: Sequence[CandidateRow], table: TableSpec, notation: Notation
) -> list[CandidateRow]:
    """The rows of one page with what the page prints about them. Of a page without rows a row without cells tells it."""
    count = printed_count(view)
    marked = list(rows)
    if not marked:
        return [CandidateRow(table.name, (), printed_count=count)] if count else []
    sums = [(row.box.center[1], value) for row in view.rows if (value := _carried(view, row, notation))]
    tops = [_top(row) for row in marked]
    above = [value for top, value in sums if top < min(tops)]
    below = [value for top, value in sums if top > max(tops)]
    if above:
        marked[0] = replace(marked[0], carried_in=above[-1])
    marked[-1] = replace(marked[-1], carried_out=below[0] if below else "", printed_count=count)
    return marked


def printed_count(view: PageView) -> int | None:
    """How many rows the page says that the table has: "Number of transactions: 3,200"."""
    pattern = re.compile(_COUNT.format(phrases=alternatives(view.words, "row_count")), re.IGNORECASE)
    found = {int(re.sub(r"\D", "", match[1])) for row in view.rows if (match := pattern.search(row.text))}
    return found.pop() if len(found) == 1 and min(found) >= _FEWEST else None


def _carried(view: PageView, row: Row, notation: Notation) -> str:
    """The amount of a line that carries a sum over, as a decimal."""
    if not phrase_pattern(view.words, *CARRIED).search(row.text):
        return ""
    text = row.segments[-1].text
    span = amount_at_the_end(text)
    value = read_number_in(text[slice(*span)], notation) if span else None
    return write_number(value) if value is not None else ""


def _top(row: CandidateRow) -> float:
    places = [cell.provenance.polygon for cell in row.cells]
    return min((place.bounding_box.center[1] for place in places if place), default=0.0)
