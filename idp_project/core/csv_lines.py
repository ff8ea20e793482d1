"""Tables as CSV for spreadsheets, line by line."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_BYTE_ORDER_MARK = "\ufeff"  # without it, spreadsheets take UTF-8 for Windows-1252


class _Echo:
    """A file that hands back what csv writes."""

    def write(self, line: str) -> str:
        return line


def as_csv(lines: Iterable[Sequence[str]]) -> Iterator[str]:
    """The text of the table, a line at a time; no cell runs as a formula."""
    writer = csv.writer(_Echo())
    yield _BYTE_ORDER_MARK
    for line in lines:
        yield writer.writerow([harmless(cell) for cell in line])


def harmless(cell: str) -> str:
    """A text that a spreadsheet would run as a formula is quoted (CWE-1236); plain signed numbers stay numbers."""
    is_number = cell[1:].replace(".", "", 1).isdigit() and cell[0] in "+-"
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) and not is_number else cell
