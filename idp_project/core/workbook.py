"""One sheet of texts as an Excel workbook (ECMA-376), written without a library: cells are texts, so none runs as a formula."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_FILES = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_CONTENT}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_CONTENT}.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1" Type="{_OFFICE}/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="Table" sheetId="1" r:id="r1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1" Type="{_OFFICE}/worksheet"'
        ' Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}


def as_workbook(lines: Iterable[Sequence[str]], merged: Iterable[tuple[int, int, int, int]] = ()) -> bytes:
    """The bytes of an .xlsx file. `merged`: first row, last row, first column, last column of cells over several places."""
    rows = "".join(_row(number, line) for number, line in enumerate(lines))
    spans = [f'<mergeCell ref="{_place(a, c)}:{_place(b, d)}"/>' for a, b, c, d in merged]
    cells = f'<mergeCells count="{len(spans)}">{"".join(spans)}</mergeCells>' if spans else ""
    sheet = f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData>{cells}</worksheet>'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**_FILES, "xl/worksheets/sheet1.xml": sheet}.items():
            archive.writestr(zipfile.ZipInfo(name), _HEAD + content)
    return file.getvalue()


def _row(number: int, line: Sequence[str]) -> str:
    cells = (
        f'<c r="{_place(number, column)}" t="inlineStr"><is><t xml:space="preserve">{_text(text)}</t></is></c>'
        for column, text in enumerate(line)
        if text
    )
    return f'<row r="{number + 1}">{"".join(cells)}</row>'


def _text(text: str) -> str:
    return escape(_NOT_XML.sub(" ", text))


def _place(row: int, column: int) -> str:
    """ "B3" of row 2, column 1."""
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row + 1}"
