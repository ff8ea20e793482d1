"""Text as a PDF: an e-mail, an electronic invoice; set on A4 pages, in one embedded font. Nothing is parsed here.

Written with pikepdf and fontTools: fpdf2 leaves out what its font has no glyph for, and here the text counts though its
picture is a box. Layout is in points (1/72 inch) from a page's top-left corner.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from pathlib import Path
from unicodedata import bidirectional

import pikepdf
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name

from idp_project.core.files.errors import ParseFailure, SandboxCode
from idp_project.core.readers.message_text import CELL

WIDTH, HEIGHT = 595.28, 841.89
MOST_CHARACTERS = 12_000  # of a page: 53 lines of the narrowest letters come to less
_MARGIN, _INDENT = 54.0, 84.0
_BODY_SIZE, _TITLE_SIZE, _HEADING_SIZE, _SMALL_SIZE = 10.0, 14.0, 11.0, 8.0
_LABEL_WIDTH = 215.0
_COLUMN_GAP, _NARROWEST = 12.0, 45.0  # of a column that is broken into lines
_LEADING = 1.4  # of the size, from line to line
_INK, _GRAY = "0.08 g", "0.43 g"
_MOST_COLUMNS = 40
FONTS = Path(__file__).parent / "fonts"
_UNUSED_TABLES = ("GSUB", "GPOS", "GDEF", "kern", "gasp", "FFTM", "name")
logging.getLogger("fontTools").setLevel(logging.WARNING)  # at INFO it lists every glyph


@dataclass(frozen=True)
class _Word:
    """A word on its page: where its drawing begins, as points from the top-left corner."""

    text: str
    x: float
    baseline: float
    size: float
    is_label: bool = False


@dataclass
class _Sheet:
    """One page: its words, and the y positions of its rules."""

    words: list[_Word] = field(default_factory=list)
    rules: list[float] = field(default_factory=list)


def message_pdf(title: str, fields: Sequence[tuple[str, str]], text: str, max_pages: int) -> bytes:
    """Title, labelled fields, a line across, text; cells of a row, `CELL` between them, stand in columns.

    Raises ParseFailure too_many_pages as soon as there are too many.
    """
    setter = _Setter(max_pages)
    setter.put(title, size=_TITLE_SIZE)
    setter.skip(6)
    for label, value in fields:
        setter.put(value, indent=_INDENT, label=label)
    setter.rule()
    for is_table, lines in groupby(text.expandtabs(4).split("\n"), key=lambda line: CELL in line):
        if is_table:
            setter.put_table([line.split(CELL)[:_MOST_COLUMNS] for line in lines])
        else:
            for line in lines:
                setter.put(line)
    return _written(setter.sheets)


@dataclass(frozen=True)
class Section:
    """A heading, labelled values below it, and a table of which the first row names the columns."""

    heading: str
    pairs: Sequence[tuple[str, str]] = ()
    table: Sequence[Sequence[str]] = ()


def sections_pdf(title: str, note: str, sections: Sequence[Section], max_pages: int) -> bytes:
    """Title, a note, then sections with their labels left and values right. Raises ParseFailure too_many_pages."""
    setter = _Setter(max_pages)
    setter.put(title, size=_TITLE_SIZE)
    setter.put_pair(note, "", label_width=WIDTH - 2 * _MARGIN)
    for section in sections:
        setter.skip(8)
        setter.keep_together(4)
        setter.put(section.heading, size=_HEADING_SIZE)
        setter.rule()
        for label, value in section.pairs:
            setter.put_pair(label, value)
        if section.table:
            setter.put_table([list(row) for row in section.table])
    return _written(setter.sheets)


class _Setter:
    """Puts lines below each other, from page to page."""

    def __init__(self, max_pages: int) -> None:
        self._max_pages = max_pages
        self._down = HEIGHT
        self.sheets: list[_Sheet] = []

    def put(self, text: str, *, size: float = _BODY_SIZE, indent: float = 0.0, label: str = "") -> None:
        """One line of the message, broken where the page ends; leading spaces are kept."""
        left, right = _MARGIN + indent, WIDTH - _MARGIN
        self._next_line(size)
        if label:
            self._word(label, _MARGIN, size, is_label=True)
        space = _width(" ", size)
        x = left + min(len(text) - len(text.lstrip(" ")), 60) * space
        for word in text.split():
            for fragment in _fragments(word, right - left, size):
                width = _width(fragment, size)
                if x + width > right and x > left:
                    self._next_line(size)
                    x = left
                self._word(fragment, x, size)
                x += width + space

    def put_pair(self, label: str, value: str, *, label_width: float = _LABEL_WIDTH) -> None:
        """A label in small letters and its value beside it, each broken into lines of its own column."""
        value_left = _MARGIN + label_width + _COLUMN_GAP
        labels = list(_lines_of(label, label_width * _BODY_SIZE / _SMALL_SIZE))
        whole = WIDTH - _MARGIN - value_left
        fitting = " ".join(part for word in value.split() for part in _fragments(word, whole, _BODY_SIZE))
        values = list(_lines_of(fitting, whole)) if value else []
        for number in range(max(len(labels), len(values))):
            self._next_line(_BODY_SIZE)
            if number < len(labels):
                self._words(labels[number], _MARGIN, _SMALL_SIZE, is_label=True)
            if number < len(values):
                self._words(values[number], value_left)

    def keep_together(self, lines: int) -> None:
        """Begins a new page where fewer lines than that are left on this one."""
        if self.sheets and self._down + lines * _BODY_SIZE * _LEADING > HEIGHT - _MARGIN:
            self._down = HEIGHT

    def put_table(self, rows: list[list[str]]) -> None:
        """Rows with their cells below each other. Where the columns do not fit on the page, the widest are broken into lines;
        where even that is not enough, cells follow each other."""
        columns = max(len(row) for row in rows)
        widths = [
            max(_width(" ".join(cell.split()), _BODY_SIZE) for cell in column) for column in _columns(rows, columns)
        ]
        fitting = _fitting(widths, WIDTH - 2 * _MARGIN - _COLUMN_GAP * (columns - 1))
        if fitting is None:
            for row in rows:
                self.put("  ".join(row))
            return
        for row in rows:
            cells = [list(_lines_of(cell, width)) for cell, width in zip(row, fitting, strict=False)]
            for number in range(max(map(len, cells))):
                self._next_line(_BODY_SIZE)
                x = _MARGIN
                for lines, width in zip(cells, fitting, strict=False):
                    self._words(lines[number] if number < len(lines) else (), x)
                    x += width + _COLUMN_GAP

    def skip(self, points: float) -> None:
        self._down += points

    def rule(self) -> None:
        self._next_line(_BODY_SIZE)
        self.sheets[-1].rules.append(self._down - _BODY_SIZE / 2)

    def _words(self, words: Iterable[str], x: float, size: float = _BODY_SIZE, *, is_label: bool = False) -> None:
        for word in words:
            self._word(word, x, size, is_label=is_label)
            x += _width(f"{word} ", size)

    def _next_line(self, size: float) -> None:
        self._down += size * _LEADING
        if self._down > HEIGHT - _MARGIN:
            if len(self.sheets) == self._max_pages:
                raise ParseFailure(SandboxCode.TOO_MANY_PAGES)
            self.sheets.append(_Sheet())
            self._down = _MARGIN + size

    def _word(self, text: str, x: float, size: float, *, is_label: bool = False) -> None:
        self.sheets[-1].words.append(_Word(text, x, self._down, size, is_label))


def _fitting(widths: Sequence[float], available: float) -> list[float] | None:
    """The widths, of which the largest are cut to what is left; None where that would be too little for them."""
    fitting = list(widths)
    left, count = available, len(fitting)
    for place in sorted(range(count), key=lambda place: fitting[place]):
        fitting[place] = min(fitting[place], left / count)
        left, count = left - fitting[place], count - 1
    is_cut = any(cut < width and cut < _NARROWEST for cut, width in zip(fitting, widths, strict=True))
    return None if is_cut else fitting


def _lines_of(cell: str, available: float) -> Iterator[list[str]]:
    """The words of a cell, in lines that are no wider, unless a word is; at least one line."""
    line: list[str] = []
    width = 0.0
    for word in cell.split():
        needed = _width(f"{word} ", _BODY_SIZE)
        if line and width + _width(word, _BODY_SIZE) > available + 0.01:
            yield line
            line, width = [], 0.0
        line.append(word)
        width += needed
    yield line


def _columns(rows: list[list[str]], count: int) -> Iterator[list[str]]:
    for index in range(count):
        yield [row[index] for row in rows if index < len(row)]


def _fragments(word: str, available: float, size: float) -> Iterator[str]:
    """The word, in fragments where it is longer than a line."""
    start = end = 0
    width = 0.0
    for end, character in enumerate(word):
        width += _width(character, size)
        if width > available:
            yield word[start:end]
            start, width = end, _width(character, size)
    yield word[start:]


def _width(text: str, size: float) -> float:
    return sum(_advance(character) for character in text) * size / 1000


@cache
def _advance(character: str) -> int:
    """Width of a character, in thousandths of the font's size."""
    name = _font().getBestCmap().get(ord(character), ".notdef")
    advance: int = _font()["hmtx"][name][0]
    return round(advance * 1000 / int(_font()["head"].unitsPerEm))


@cache
def _font() -> TTFont:
    return _loaded_font()


def _loaded_font() -> TTFont:
    return TTFont(io.BytesIO((FONTS / "dejavu-sans.ttf").read_bytes()), lazy=True, recalcTimestamp=False)


def _written(sheets: Sequence[_Sheet]) -> bytes:
    characters = sorted({character for sheet in sheets for word in sheet.words for character in word.text})
    codes = {character: f"{code:04X}" for code, character in enumerate(characters, start=1)}
    with pikepdf.new() as pdf:
        resources = Dictionary(Font=Dictionary(F=_embedded(pdf, characters)))
        for sheet in sheets:
            page = pdf.add_blank_page(page_size=(WIDTH, HEIGHT))
            page.Resources = resources
            page.Contents = pdf.make_stream(_content(sheet, codes).encode())
        target = io.BytesIO()
        pdf.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return target.getvalue()


def _content(sheet: _Sheet, codes: dict[str, str]) -> str:
    rules = [f"{_MARGIN} {HEIGHT - down:.2f} m {WIDTH - _MARGIN:.2f} {HEIGHT - down:.2f} l S" for down in sheet.rules]
    words = [
        f"{_GRAY if word.is_label else _INK} /F {word.size:g} Tf 1 0 0 1 {word.x:.2f} {HEIGHT - word.baseline:.2f} Tm "
        f"<{''.join(codes[character] for character in _as_drawn(word.text))}> Tj"
        for word in sheet.words
    ]
    return "\n".join(["0.3 G 0.75 w", *rules, "BT", *words, "ET"])


def _as_drawn(text: str) -> str:
    """Orders letters from left to right: a word of a right-to-left script begins with its last letter."""
    if text.isascii():
        return text
    directions = {bidirectional(character) for character in text}
    return text[::-1] if directions & {"R", "AL"} and not directions & {"L", "EN", "AN"} else text


def _embedded(pdf: pikepdf.Pdf, characters: Sequence[str]) -> pikepdf.Object:
    """The font with the glyphs of these characters, which have the codes 1, 2, … in their order (ISO 32000-1, 9.7)."""
    data, glyphs = _subset(characters)
    program = pdf.make_stream(data, Length1=len(data))
    descriptor = Dictionary(
        Type=Name.FontDescriptor, FontName=Name.DejaVuSans, Flags=4, FontBBox=[-1021, -463, 1793, 1232], ItalicAngle=0,
        Ascent=760, Descent=-240, CapHeight=729, StemV=80, FontFile2=program,
    )  # fmt: skip
    descendant = Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name.DejaVuSans, FontDescriptor=pdf.make_indirect(descriptor),
        CIDSystemInfo=Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0), DW=600,
        W=Array([1, Array([_advance(character) for character in characters])]),
        CIDToGIDMap=pdf.make_stream(b"".join(glyph.to_bytes(2, "big") for glyph in [0, *glyphs])),
    )  # fmt: skip
    font = Dictionary(
        Type=Name.Font, Subtype=Name.Type0, BaseFont=Name.DejaVuSans, Encoding=Name("/Identity-H"),
        DescendantFonts=[pdf.make_indirect(descendant)], ToUnicode=pdf.make_stream(_meanings(characters).encode()),
    )  # fmt: skip
    return pdf.make_indirect(font)


def _subset(characters: Sequence[str]) -> tuple[bytes, list[int]]:
    """The font's program with what these characters need, and the number of each one's glyph in it: 0, a box, for none."""
    font = _loaded_font()
    names = font.getBestCmap()
    options = Options(layout_features=[], hinting=False, name_IDs=[], notdef_outline=True, glyph_names=False)
    options.drop_tables += _UNUSED_TABLES
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[ord(character) for character in characters if ord(character) in names])
    subsetter.subset(font)
    target = io.BytesIO()
    font.save(target)
    return target.getvalue(), [font.getReverseGlyphMap().get(names.get(ord(each), ""), 0) for each in characters]


def _meanings(characters: Sequence[str]) -> str:
    """A ToUnicode map (Adobe technical note 5411): at most 100 entries a block."""
    entries = [f"<{code:04X}> <{each.encode('utf-16-be').hex()}>" for code, each in enumerate(characters, start=1)]
    blocks = [entries[start : start + 100] for start in range(0, len(entries), 100)]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def",
            "1 begincodespacerange <0000> <FFFF> endcodespacerange",
            *(f"{len(block)} beginbfchar\n{chr(10).join(block)}\nendbfchar" for block in blocks),
            "endcmap end end",
        ]
    )
