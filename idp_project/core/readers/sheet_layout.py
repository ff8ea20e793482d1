"""A spreadsheet (ECMA-376, part 1, 18.3) made ready for printing: columns as wide as what they hold, all of every sheet.

A sheet is stored as its writer saw it, where cells that are too narrow show their text cut off and numbers as “###”. The
parts are changed as text, so that all else stays as it came. Child of the office sandbox only; the archive was checked.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

_LONGEST_TEXT = 60  # characters in a column; longer text is wrapped where something stands beside it
_WIDEST = 250  # of a column, in characters: Excel's limit is 255
_NARROWEST, _SPARE = 6.0, 2.5
_NUMBER, _DATE = 11, 13  # characters of a number, and of a date, at least
_PORTRAIT = 100  # characters across; wider sheets are printed in landscape
_BOLD = 1.15
_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))  # built in, 18.8.30
_TAG = r"(?:[A-Za-z0-9]+:)?"  # a prefix of the namespace
_CELL = re.compile(rf"<{_TAG}c\b([^<>]*?)(?:/>|>(.*?)</{_TAG}c>)", re.DOTALL)
_ROW = re.compile(rf"<{_TAG}row\b[^<>]*>")
_ROW_HEIGHT = re.compile(r"\s(?:ht|customHeight)=\"[^\"]*\"")
_FORMULA, _UNKNOWN = re.compile(rf"<{_TAG}f\b"), "1000000.00"  # what it will come to nobody knows yet
_VALUE = re.compile(rf"<{_TAG}v\b[^<>]*>(.*?)</{_TAG}v>", re.DOTALL)
_TEXT = re.compile(rf"<{_TAG}t\b[^<>]*>(.*?)</{_TAG}t>", re.DOTALL)
_PHONETIC = re.compile(rf"<{_TAG}rPh\b.*?</{_TAG}rPh>", re.DOTALL)
_STRING = re.compile(rf"<{_TAG}si\b[^<>]*?(?:/>|>(.*?)</{_TAG}si>)", re.DOTALL)
_COLUMNS = re.compile(rf"<{_TAG}cols\b[^<>]*>.*?</{_TAG}cols>", re.DOTALL)
_COLUMN = re.compile(rf"<{_TAG}col\b([^<>]*)/?>")
_MERGED = re.compile(rf"<{_TAG}mergeCell\b[^<>]*\bref=\"([A-Z]+)(\d+):([A-Z]+)(\d+)\"")
_PAGE_SETUP = re.compile(rf"<{_TAG}(?:pageSetup|pageSetUpPr)\b[^<>]*/>")
_SHEET_PROPERTIES = re.compile(rf"<({_TAG})sheetPr\b([^<>]*?)(/?)>")
_SHEET_DATA = re.compile(rf"<({_TAG})sheetData\b[^<>]*?(/?)>")
_SHEET_END = re.compile(rf"</({_TAG})worksheet\s*>")
_ROOT = re.compile(rf"<{_TAG}worksheet\b[^<>]*>")
_PRINT_AREA = re.compile(
    rf"<{_TAG}definedName\b[^<>]*name=\"_xlnm\.Print_Area\"[^<>]*>.*?</{_TAG}definedName>", re.DOTALL
)
_SHEET_NAME = re.compile(r"xl/worksheets/[^/]+\.xml")
_CELL_FORMATS = re.compile(rf"(<({_TAG})cellXfs\b[^<>]*>)(.*?)(</{_TAG}cellXfs>)", re.DOTALL)
_FORMAT = re.compile(rf"<{_TAG}xf\b([^<>]*?)(?:/>|>(.*?)</{_TAG}xf>)", re.DOTALL)
_FONT = re.compile(rf"<{_TAG}font\b[^<>]*?(?:/>|>(.*?)</{_TAG}font>)", re.DOTALL)
_FONTS = re.compile(rf"<{_TAG}fonts\b[^<>]*>.*?</{_TAG}fonts>", re.DOTALL)
_FONT_SIZE = re.compile(rf"<{_TAG}sz\b[^<>]*val=\"([\d.]+)\"")
_OWN_FORMAT = re.compile(rf"<{_TAG}numFmt\b([^<>]*)/?>")
_ATTRIBUTE = re.compile(r"([A-Za-z:]+)=\"([^\"]*)\"")
_DECORATION = re.compile(r"\[[^\]]*\]|\"|\\|_.|\*.")


@dataclass(frozen=True)
class _Format:
    """How wide a character of the cell is, against the sheet's print, and how its numbers are written."""

    scale: float = 1.0
    number_format: int = 0
    code: str = ""


@dataclass
class _Styles:
    """The formats of cells; asking for a wrapped one makes it."""

    text: str
    formats: list[_Format] = field(default_factory=list)
    wrapped: dict[int, int] = field(default_factory=dict)

    def wrap(self, style: int) -> int:
        return self.wrapped.setdefault(style, len(self.formats) + len(self.wrapped))


@dataclass(frozen=True)
class _Cell:
    column: int
    row: int
    style: int
    text: str
    is_number: bool
    span: tuple[int, int]


def widened(data: bytes) -> bytes:
    """The workbook with columns as wide as their longest value, long texts wrapped, sheets scaled to the width of a page and
    nothing left out by print areas. Hidden columns and sheets stay hidden. Raises what `zipfile` raises."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    texts = [_string(match[1] or "") for match in _STRING.finditer(_part(parts, "xl/sharedStrings.xml"))]
    styles = _styles(_part(parts, "xl/styles.xml"))
    for name, content in list(parts.items()):
        if _SHEET_NAME.fullmatch(name):
            parts[name] = _widened_sheet(content.decode("utf-8", "replace"), texts, styles).encode()
    if styles.formats:
        parts["xl/styles.xml"] = _with_alignment(styles).encode()
    workbook = _part(parts, "xl/workbook.xml")
    parts["xl/workbook.xml"] = _PRINT_AREA.sub("", workbook).encode()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def _part(parts: dict[str, bytes], name: str) -> str:
    return parts.get(name, b"").decode("utf-8", "replace")


def _string(item: str) -> str:
    return html.unescape("".join(_TEXT.findall(_PHONETIC.sub("", item))))


def _styles(text: str) -> _Styles:
    fonts = _FONTS.search(text)
    sizes = [_font_scale(match[1] or "") for match in _FONT.finditer(fonts[0])] if fonts else []
    base = sizes[0] if sizes else 11.0
    codes: dict[str, str] = {}
    for match in _OWN_FORMAT.finditer(text):
        attributes = dict(_ATTRIBUTE.findall(match[1]))
        codes[attributes.get("numFmtId", "")] = html.unescape(attributes.get("formatCode", ""))
    found = _CELL_FORMATS.search(text)
    formats = []
    for match in _FORMAT.finditer(found[3]) if found else ():
        attributes = dict(_ATTRIBUTE.findall(match[1]))
        font, number = _whole(attributes.get("fontId", "0")), attributes.get("numFmtId", "0")
        scale = sizes[font] / base if font < len(sizes) else 1.0
        formats.append(_Format(scale, _whole(number), codes.get(number, "")))
    return _Styles(text, formats)


def _font_scale(font: str) -> float:
    size = _FONT_SIZE.search(font)
    return (float(size[1]) if size else 11.0) * (_BOLD if re.search(rf"<{_TAG}b\b", font) else 1.0)


def _whole(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _with_alignment(styles: _Styles) -> str:
    """All to the left: in a wide column a heading stands over its numbers then, however each was set."""

    def aligned(match: re.Match[str]) -> str:
        formats = [each[1] for each in _FORMAT.finditer(match[3])]
        plain = [_left(attributes, match[2], is_wrapped=False) for attributes in formats]
        wrapped = [_left(formats[style], match[2], is_wrapped=True) for style in styles.wrapped]
        return f"{match[1]}{''.join(plain)}{''.join(wrapped)}{match[4]}"

    return _CELL_FORMATS.sub(aligned, styles.text, count=1)


def _left(attributes: str, prefix: str, *, is_wrapped: bool) -> str:
    kept = re.sub(r"\s*applyAlignment=\"[^\"]*\"", "", attributes)
    wrap = ' wrapText="1"' if is_wrapped else ""
    alignment = f'<{prefix}alignment horizontal="left" vertical="top"{wrap}/>'
    return f'<{prefix}xf{kept} applyAlignment="1">{alignment}</{prefix}xf>'


def _widened_sheet(text: str, strings: list[str], styles: _Styles) -> str:
    merged = _merged_places(text)
    cells = list(_cells(text, strings))
    widths, wrapped = _measures(cells, merged, styles)
    text = _with_styles(text, wrapped, styles)
    text = _ROW.sub(lambda match: _ROW_HEIGHT.sub("", match[0]), text)
    hidden = _hidden_columns(text)
    text = _PAGE_SETUP.sub("", _COLUMNS.sub("", text))
    return _with_columns(text, widths, hidden)


def _cells(text: str, strings: list[str]) -> Iterator[_Cell]:
    row = column = 0
    position = 0
    rows = [(match.start(), match[0]) for match in _ROW.finditer(text)]
    for match in _CELL.finditer(text):
        while position < len(rows) and rows[position][0] < match.start():
            number = dict(_ATTRIBUTE.findall(rows[position][1])).get("r", "")
            row, column = (int(number) if number.isdigit() else row + 1), 0
            position += 1
        attributes = dict(_ATTRIBUTE.findall(match[1]))
        letters = re.match(r"[A-Z]+", attributes.get("r", ""))
        column = _column_number(letters[0]) if letters else column + 1
        value, is_number = _value(attributes.get("t", ""), match[2] or "", strings)
        if not value and _FORMULA.search(match[2] or ""):
            value, is_number = _UNKNOWN, True
        yield _Cell(column, row, _whole(attributes.get("s", "0")), value, is_number, match.span())


def _value(kind: str, content: str, strings: list[str]) -> tuple[str, bool]:
    if kind == "inlineStr":
        return _string(content), False
    found = _VALUE.search(content)
    raw = html.unescape(found[1]) if found else ""
    if kind == "s":
        number = _whole(raw.strip())
        return (strings[number] if number < len(strings) else ""), False
    return raw, kind not in ("str", "b", "e", "d")


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _merged_places(text: str) -> set[tuple[int, int]]:
    """First cells of merged ones that reach over several columns: their text has room beside it."""
    return {(_column_number(first), int(row)) for first, row, last, _ in _MERGED.findall(text) if first != last}


def _measures(
    cells: list[_Cell], merged: set[tuple[int, int]], styles: _Styles
) -> tuple[dict[int, float], list[_Cell]]:
    """The width that each column needs, in characters, and the cells whose text is too long for theirs."""
    widths: dict[int, float] = {}
    wrapped = []
    followed = {(one.column, one.row) for one, other in pairwise(cells) if other.text and _is_beside(one, other)}
    for cell in cells:
        if not cell.text or (cell.column, cell.row) in merged:
            continue
        needed = _needed(cell, styles)
        if not cell.is_number:
            if (cell.column, cell.row) not in followed and needed > 2 * _NUMBER:
                continue  # it may run on over the empty cells beside it
            if needed > _LONGEST_TEXT:
                wrapped.append(cell)
                needed = _LONGEST_TEXT
        widths[cell.column] = max(widths.get(cell.column, 0.0), needed)
    return widths, wrapped


def _is_beside(one: _Cell, other: _Cell) -> bool:
    return one.row == other.row and other.column == one.column + 1


def _needed(cell: _Cell, styles: _Styles) -> float:
    known = styles.formats[cell.style] if cell.style < len(styles.formats) else _Format()
    if not cell.is_number:
        longest = max((len(line) for line in cell.text.split("\n")), default=0)
        return longest * known.scale
    if known.number_format in _DATE_FORMATS or re.search(r"[dy]", known.code, re.IGNORECASE):
        return max(_DATE, 1.2 * len(_DECORATION.sub("", known.code))) * known.scale
    whole = cell.text.partition(".")[0]
    is_general = not known.code and known.number_format == 0
    digits = float(len(cell.text)) if is_general else 1.4 * len(whole) + len(known.code) / 2
    return max(_NUMBER, min(digits, 40.0)) * known.scale


def _with_styles(text: str, wrapped: list[_Cell], styles: _Styles) -> str:
    fragments, position = [], 0
    for cell in sorted(wrapped, key=lambda each: each.span):
        if cell.style >= len(styles.formats):
            continue
        start, end = cell.span
        head, rest = re.match(r"<[^<>]*>", text[start:end]), text[start:end]
        assert head is not None
        tag = re.sub(r"\ss=\"\d+\"", "", head[0])
        name_end = re.match(r"<\S+", tag)
        assert name_end is not None
        tag = f'{name_end[0]} s="{styles.wrap(cell.style)}"{tag[name_end.end() :]}'
        fragments += [text[position:start], tag, rest[head.end() :]]
        position = end
    return "".join([*fragments, text[position:]])


def _hidden_columns(text: str) -> set[int]:
    hidden: set[int] = set()
    found = _COLUMNS.search(text)
    for match in _COLUMN.finditer(found[0]) if found else ():
        attributes = dict(_ATTRIBUTE.findall(match[1]))
        if attributes.get("hidden") in ("1", "true"):
            first, last = _whole(attributes.get("min", "0")), _whole(attributes.get("max", "0"))
            hidden |= set(range(first, min(last, 16_384) + 1))
    return hidden


def _with_columns(text: str, widths: dict[int, float], hidden: set[int]) -> str:
    data = _SHEET_DATA.search(text)
    if data is None:
        return text
    prefix = data[1]
    shown = {column: min(_WIDEST, max(_NARROWEST, width + _SPARE)) for column, width in widths.items()}
    columns = "".join(
        f'<{prefix}col min="{column}" max="{column}" width="{shown.get(column, 9.0):.2f}" customWidth="1"{marked}/>'
        for column in sorted(set(shown) | hidden)
        for marked in (' hidden="1"' if column in hidden else "",)
    )
    across = sum(width for column, width in shown.items() if column not in hidden)
    turned = "landscape" if across > _PORTRAIT else "portrait"
    columns = f"<{prefix}cols>{columns}</{prefix}cols>" if columns else ""
    setup = f'<{prefix}pageSetup paperSize="9" orientation="{turned}" fitToWidth="1" fitToHeight="0"/>'
    text = text[: data.start()] + columns + text[data.start() :]
    text = _SHEET_END.sub(lambda match: setup + match[0], text, count=1)
    return _fitted(text, prefix)


def _fitted(text: str, prefix: str) -> str:
    fit = f'<{prefix}pageSetUpPr fitToPage="1"/>'
    found = _SHEET_PROPERTIES.search(text)
    if found:
        head = f"<{found[1]}sheetPr{found[2]}>{fit}" + (f"</{found[1]}sheetPr>" if found[3] else "")
        return text[: found.start()] + head + text[found.end() :]
    root = _ROOT.search(text)
    if root is None:
        return text
    return f"{text[: root.end()]}<{prefix}sheetPr>{fit}</{prefix}sheetPr>{text[root.end() :]}"
