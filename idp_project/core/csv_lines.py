"""Tables as CSV for spreadsheets, line by line."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence

_BYTE_ORDER_MARK = "\ufeff"  # without it, spreadsheets take UTF-8 for Windows-1252
_SIGNS = "=+\\-@＝＋－＠"  # full-width ones are read as the others where people write Chinese, Japanese or Korean
_NUMBER = "[+-][0-9]+(?:[.,][0-9]+)?"
_START = re.compile(rf"[\t\r\n]|[\s\ufeff\u200b]*[{_SIGNS}]")
_PLAIN_NUMBER = re.compile(rf"{_NUMBER}\Z")
_INNER = re.compile(rf"""([,;|\t\r\n"'][\s\ufeff\u200b"']*)(?=[{_SIGNS}])(?!{_NUMBER}(?:[,;|\t\r\n"']|\Z))""")


class _Echo:
    """A file that hands back what csv writes."""

    def write(self, line: str) -> str:
        return line


def as_csv(lines: Iterable[Sequence[str]]) -> Iterator[str]:
    """The text of the table, a line at a time; every cell is quoted, and none runs as a formula."""
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)
    yield _BYTE_ORDER_MARK
    for line in lines:
        yield writer.writerow([harmless(cell) for cell in line])


def harmless(cell: str) -> str:
    """A text that a spreadsheet would run as a formula is made a text (CWE-1236); plain signed numbers stay numbers.

    OWASP's rules: at the start of a cell, and behind what a spreadsheet of another country or setting takes for the end
    of one (separators, quotes), from where a cell of its own would begin.
    """
    if _PLAIN_NUMBER.match(cell):
        return cell
    cell = _INNER.sub(r"\1'", cell)
    return f"'{cell}" if _START.match(cell) else cell
