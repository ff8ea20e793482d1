"""Master data as people bring it: a CSV file of one list, with its columns named in the first line. Plain Python."""

from __future__ import annotations

import csv
import io
import unicodedata
from dataclasses import dataclass

from documents.domain.refusals import (
    LIST_COLUMN_NAMES,
    LIST_EMPTY,
    LIST_FORM,
    LIST_LINE_LENGTH,
    LIST_TEXT_LENGTH,
    LIST_TOO_LARGE,
)
from idp_project.core.errors import InvalidInput

MOST_BYTES = 2_000_000
MOST_ROWS = 20_000
MOST_COLUMNS = 20
LONGEST_NAME = 60  # of a column
LONGEST_ENTRY = 500
_SEPARATORS = ",;\t|"


@dataclass(frozen=True)
class ListTable:
    """Columns and rows of equal length; no entry has white space around it, and no row is empty."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def text_of(data: bytes) -> str:
    """Of a file: UTF-8 or UTF-16 with a mark, else as spreadsheets of Western Windows write it."""
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InvalidInput(LIST_FORM(), code="list_form")


def table_in(content: str) -> ListTable:
    """What the file says. The separator is the one that its first line has most of.

    Raises InvalidInput for more than a list may hold, columns without a name or with the same one, a line with more entries
    than there are columns, and a file without any row.
    """
    if len(content.encode("utf-8", "replace")) > MOST_BYTES:
        raise InvalidInput(LIST_TOO_LARGE(rows=MOST_ROWS, columns=MOST_COLUMNS, most=MOST_BYTES), code="list_too_large")
    lines = _lines(content.removeprefix("\ufeff"))
    columns = tuple(lines[0][1]) if lines else ()
    _check_columns(columns)
    rows = [_row(number, cells, len(columns)) for number, cells in lines[1:]]
    if not rows:
        raise InvalidInput(LIST_EMPTY(), code="list_empty")
    if len(rows) > MOST_ROWS:
        raise InvalidInput(LIST_TOO_LARGE(rows=MOST_ROWS, columns=MOST_COLUMNS, most=MOST_BYTES), code="list_too_large")
    return ListTable(columns, tuple(dict.fromkeys(rows)))


def _lines(content: str) -> list[tuple[int, list[str]]]:
    """Number and entries of each line that has any."""
    first = content.lstrip("\r\n").partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=separator, strict=True)
    try:
        found = [(reader.line_num, [_clean(cell) for cell in cells]) for cells in reader]
    except csv.Error as error:
        raise InvalidInput(LIST_FORM(), code="list_form") from error
    return [(number, cells) for number, cells in found if any(cells)]


def _clean(cell: str) -> str:
    """In composed letters, without control characters, with single spaces."""
    shown = "".join(sign if sign.isprintable() else " " for sign in unicodedata.normalize("NFC", cell))
    return " ".join(shown.split())


def _check_columns(columns: tuple[str, ...]) -> None:
    known = {name.casefold() for name in columns}
    is_named = all(0 < len(name) <= LONGEST_NAME for name in columns)
    if not columns or len(columns) > MOST_COLUMNS or not is_named or len(known) < len(columns):
        reason = LIST_COLUMN_NAMES(most=MOST_COLUMNS, longest=LONGEST_NAME)
        raise InvalidInput(reason, code="list_column_names")


def _row(number: int, cells: list[str], width: int) -> tuple[str, ...]:
    if len(cells) > width and any(cells[width:]):
        raise InvalidInput(LIST_LINE_LENGTH(line=number, columns=width), code="list_line_length")
    if any(len(cell) > LONGEST_ENTRY for cell in cells):
        raise InvalidInput(LIST_TEXT_LENGTH(line=number, most=LONGEST_ENTRY), code="list_text_length")
    return (*cells, *[""] * width)[:width]
