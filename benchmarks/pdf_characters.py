"""Characters of born-digital pages by pdfium against those by pdfminer: time of a page, and equality of its words.

Run as `python -m benchmarks.pdf_characters [FOLDER]`. Each page is read once before anything is timed, which loads its fonts.
"""

from __future__ import annotations

import ctypes
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from math import hypot
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
from pdfminer import pdfinterp
from pypdfium2 import raw

from benchmarks.datasets import DATA
from idp_project.core.files.errors import ParseFailure
from idp_project.core.readers import characters, content_stream, text_layer
from idp_project.core.readers.pdf_file import PdfFile
from idp_project.core.readers.text_layer import PageFrame, TextLayerReader, TextLayerUnreadable

SETS = {  # documents, pages of each
    "kleister_nda": (12, 4),
    "invoice2data": (20, 2),
    "zugferd": (12, 3),
    "icdar2013": (10, 3),
    "vrdu_adbuy": (8, 2),
    "financebench": (3, 6),
}
OURS, THEIRS = content_stream.ContentParser, content_stream._PdfminerParser
COLLECTOR = characters.CharacterCollector


class _ShapesOnly(COLLECTOR):  # type: ignore[misc, valid-type]
    """Lines, rectangles and images: what the ruled tables need, no matter who reads the characters."""

    def render_string(self, *parts: Any) -> None:
        pass


class _PdfiumReading(text_layer._PageReading):
    """The page's reading with pdfium's characters in the place of pdfminer's."""

    def __init__(self, page: characters.CharacterPage, frame: PageFrame, found: list[dict[str, Any]]) -> None:
        _ = page.layout
        page._characters = found
        super().__init__(page, frame)
        for character in found:
            for name, moved in (("x0", self.left), ("x1", self.left), ("top", self.top), ("bottom", self.top)):
                character[name] += moved


def pdfium_characters(page: pdfium.PdfPage, frame: PageFrame) -> list[dict[str, Any]]:
    """As dictionaries in pdfplumber's form, of an unturned page."""
    textpage = page.get_textpage()
    handle, box, matrix = textpage.raw, raw.FS_RECTF(), raw.FS_MATRIX()
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    found = []
    for index in range(raw.FPDFText_CountChars(handle)):
        code = raw.FPDFText_GetUnicode(handle, index)
        if code in (0, 10, 13) or (raw.FPDFText_IsGenerated(handle, index) == 1):
            continue
        raw.FPDFText_GetLooseCharBox(handle, index, box)
        raw.FPDFText_GetMatrix(handle, index, matrix)
        raw.FPDFText_GetFillColor(handle, index, red, green, blue, alpha)
        mode = raw.FPDFTextObj_GetTextRenderMode(raw.FPDFText_GetTextObject(handle, index))
        is_level = abs(matrix.a) >= abs(matrix.b)
        rotation = (0 if matrix.a > 0 else 180) if is_level else (270 if matrix.b > 0 else 90)
        found.append(
            {
                "object_type": "char",
                "text": "-" if code == 2 else chr(code),  # how pdfium says that a hyphen ends the line
                "x0": box.left - frame.left,
                "x1": box.right - frame.left,
                "top": frame.top - box.top,
                "bottom": frame.top - box.bottom,
                "doctop": frame.top - box.top,
                "width": box.right - box.left,
                "height": box.top - box.bottom,
                "size": raw.FPDFText_GetFontSize(handle, index) * hypot(matrix.c, matrix.d),
                "upright": is_level,
                "rotation": rotation,
                "is_white": min(red.value, green.value, blue.value) >= 253,
                "is_invisible": mode in (3, 7),
            }
        )
    textpage.close()
    return found


def _by_pdfminer(file: PdfFile, number: int, frame: PageFrame) -> dict[str, Any]:
    assert file._text is not None
    return file._text.read(number, frame)


def _by_pdfium(file: PdfFile, number: int, frame: PageFrame) -> dict[str, Any]:
    assert file._text is not None
    characters.CharacterCollector = _ShapesOnly  # type: ignore[misc]
    try:
        found = pdfium_characters(pdfium.PdfDocument(file.data)[number - 1], frame)
        return _PdfiumReading(file._text._page(number, frame), frame, found).as_dict()
    finally:
        characters.CharacterCollector = COLLECTOR  # type: ignore[misc]


Reader = Callable[[PdfFile, int, PageFrame], dict[str, Any]]
WAYS: dict[str, tuple[Reader, Any]] = {
    "now": (_by_pdfminer, OURS),
    "theirs": (_by_pdfminer, THEIRS),
    "pdfium": (_by_pdfium, THEIRS),
    "pdfium + ours": (_by_pdfium, OURS),
}


def compare(paths: list[Path], most: int) -> str:
    """The rest of a set's line in the table of benchmarks/README.md."""
    spent, pages, equal, common, words = Counter[str](), 0, 0, 0, 0
    for file, number, frame in (page for path in paths for page in _pages(path, most)):
        try:
            _by_pdfminer(file, number, frame)
            read = {}
            for way, (reader, parser) in WAYS.items():
                pdfinterp.PDFContentParser = parser
                began = time.process_time()
                read[way] = [word[0] for word in reader(file, number, frame)["words"]]
                spent[way] += time.process_time() - began  # type: ignore[assignment]
        except TextLayerUnreadable:
            continue
        finally:
            pdfinterp.PDFContentParser = OURS
        pages += 1
        now, then = read["now"], read["pdfium"]
        equal += now == then
        common += sum((Counter(now) & Counter(then)).values())
        words += max(len(now), len(then))
    times = " | ".join(f"{1000 * spent[way] / pages:.0f}" for way in WAYS)
    return f"({pages}) | {times} | {common / words:.3f} | {equal / pages:.2f} |"


def _pages(path: Path, most: int) -> Any:
    try:
        file = PdfFile(path.read_bytes(), 500, 60_000_000)
    except ParseFailure:
        return
    file._text = TextLayerReader(file._readable_data())
    for number in range(1, min(file.page_count, most) + 1):
        page = file._page(number)
        if page.get_rotation() == 0:
            yield file, number, PageFrame(*page.get_bbox(), 0)


def main(folder: Path) -> None:
    print(f"| set (pages) | {' | '.join(WAYS)} | words in common | pages with equal words |")
    for name, (documents, most) in SETS.items():
        paths = sorted((folder / name).glob("**/*.pdf"))
        random.Random(3).shuffle(paths)
        print(f"| {name} {compare(paths[:documents], most)}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DATA)
