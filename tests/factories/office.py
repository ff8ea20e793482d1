"""Office documents made here, part by part: nothing that the product installs can write them."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from idp_project.core.files.formats import CONTENT_TYPES, FileFormat

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OPEN = "urn:oasis:names:tc:opendocument:xmlns"
Parts = Mapping[str, str | bytes]


def packed(parts: Parts, *, stored: Sequence[str] = ()) -> bytes:
    """A ZIP archive of these entries, in this order; `stored` ones uncompressed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name)  # of a fixed day: the same parts are the same bytes
            archive.writestr(entry, content, zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED)
    return out.getvalue()


def docx(*paragraphs: str, rows: Sequence[Sequence[str]] = (), body: str = "", parts: Parts | None = None) -> bytes:
    """A text with a table of `rows` at its end. `body` is further markup, `parts` further entries of the archive."""
    lines = "".join(f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>' for text in paragraphs)
    table = f"<w:tbl>{''.join(map(_word_row, rows))}</w:tbl>" if rows else ""
    content = (
        f'{_XML}<w:document xmlns:w="{_WORD}" xmlns:r="{_RELATIONS}"><w:body>{lines}{body}{table}</w:body></w:document>'
    )
    return packed(
        _open_package("word/document.xml", "wordprocessingml.document.main")
        | {"word/document.xml": content}
        | dict(parts or {})
    )


def _word_row(cells: Sequence[str]) -> str:
    made = (f"<w:tc><w:p><w:r><w:t>{escape(cell)}</w:t></w:r></w:p></w:tc>" for cell in cells)
    return f"<w:tr>{''.join(made)}</w:tr>"


def xlsx(rows: Sequence[Sequence[str]], *, formula: str = "", parts: Parts | None = None) -> bytes:
    """One sheet, its widths set so that it prints on one page's width; `formula` is one more cell."""
    lines = [_sheet_row(number, cells) for number, cells in enumerate(rows, start=1)]
    if formula:
        lines.append(f'<row r="{len(rows) + 1}"><c r="A{len(rows) + 1}"><f>{escape(formula)}</f></c></row>')
    widths = '<cols><col min="1" max="4" width="18" customWidth="1"/></cols>'
    content = f'{_XML}<worksheet xmlns="{_SHEET}">{widths}<sheetData>{"".join(lines)}</sheetData></worksheet>'
    book = (
        f'{_XML}<workbook xmlns="{_SHEET}" xmlns:r="{_RELATIONS}">'
        '<sheets><sheet name="Invoice" sheetId="1" r:id="r1"/></sheets></workbook>'
    )
    relation = relations(("r1", "worksheet", "worksheets/sheet1.xml"))
    own = {"xl/workbook.xml": book, "xl/_rels/workbook.xml.rels": relation, "xl/worksheets/sheet1.xml": content}
    return packed(_open_package("xl/workbook.xml", "spreadsheetml.sheet.main") | own | dict(parts or {}))


def _sheet_row(number: int, cells: Sequence[str]) -> str:
    made = (
        f'<c r="{chr(65 + column)}{number}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
        for column, cell in enumerate(cells)
    )
    return f'<row r="{number}">{"".join(made)}</row>'


def relations(*rows: tuple[str, str, str], target_mode: str = "") -> str:
    """A relationship part: id, kind and target of each."""
    mode = f' TargetMode="{target_mode}"' if target_mode else ""
    made = (
        f'<Relationship Id="{key}" Type="{_RELATIONS}/{kind}" Target="{escape(target)}"{mode}/>'
        for key, kind, target in rows
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{"".join(made)}</Relationships>'


def _open_package(main: str, kind: str) -> dict[str, str | bytes]:
    application = "application/vnd.openxmlformats-"
    types = (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="{application}package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
        f'<Override PartName="/{main}" ContentType="{application}officedocument.{kind}+xml"/>'
    )
    if main.startswith("xl/"):
        sheet = f"{application}officedocument.spreadsheetml.worksheet+xml"
        types += f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{sheet}"/>'
    return {"[Content_Types].xml": types + "</Types>", "_rels/.rels": relations(("r1", "officeDocument", main))}


def open_document(file_format: FileFormat, body: str, *, head: str = "", parts: Parts | None = None) -> bytes:
    """ODT or ODS of this markup; `head` stands before the body."""
    content_type = CONTENT_TYPES[file_format]
    names = {
        "office": "office",
        "text": "text",
        "table": "table",
        "draw": "drawing",
        "style": "style",
        "script": "script",
    }
    spaces = " ".join(f'xmlns:{short}="{_OPEN}:{name}:1.0"' for short, name in names.items())
    spaces += ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"'
    kind = "text" if file_format is FileFormat.ODT else "spreadsheet"
    content = (
        f'{_XML}<office:document-content {spaces} office:version="1.2">{head}<office:body><office:{kind}>{body}'
        f"</office:{kind}></office:body></office:document-content>"
    )
    manifest = f"{_OPEN}:manifest:1.0"
    named = [("/", content_type), ("content.xml", "text/xml"), *((name, "text/xml") for name in parts or {})]
    entries = "".join(f'<m:file-entry m:full-path="{name}" m:media-type="{kind}"/>' for name, kind in named)
    own = {
        "mimetype": content_type,
        "content.xml": content,
        "META-INF/manifest.xml": f'{_XML}<m:manifest xmlns:m="{manifest}" m:version="1.2">{entries}</m:manifest>',
    }
    return packed(own | dict(parts or {}), stored=["mimetype"])


def odt(*paragraphs: str, body: str = "", head: str = "", parts: Parts | None = None) -> bytes:
    lines = "".join(f"<text:p>{escape(text)}</text:p>" for text in paragraphs)
    return open_document(FileFormat.ODT, lines + body, head=head, parts=parts)


def ods(rows: Sequence[Sequence[str]]) -> bytes:
    cells = [
        "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
            for cell in row
        )
        for row in rows
    ]
    lines = "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)
    return open_document(FileFormat.ODS, f'<table:table table:name="Invoice">{lines}</table:table>')


def rtf(*paragraphs: str) -> bytes:
    return b"{\\rtf1\\ansi " + b"".join(text.encode("ascii") + b"\\par " for text in paragraphs) + b"}"


def compound_file(streams: Mapping[str, bytes]) -> bytes:
    """An OLE2 file of at most three streams, each of which is made at least 4,096 bytes long. [MS-CFB]."""
    table, sectors, entries = [], [], [_entry("Root Entry", 5, 0xFFFFFFFE, 0)]
    for name, content in streams.items():
        padded = content.ljust(4096, b"\0")
        padded += bytes(-len(padded) % 512)
        entries.append(_entry(name, 2, len(sectors), len(padded)))
        fragments = [padded[start : start + 512] for start in range(0, len(padded), 512)]
        table += [*range(len(sectors) + 1, len(sectors) + len(fragments)), 0xFFFFFFFE]
        sectors += fragments
    directory, table_sector = len(sectors), len(sectors) + 1
    table += [0xFFFFFFFE, 0xFFFFFFFD]
    sectors += [b"".join(entries).ljust(512, b"\0"), struct.pack("<128I", *table, *[0xFFFFFFFF] * (128 - len(table)))]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, directory, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", table_sector, *[0xFFFFFFFF] * 108)
    return header + b"".join(sectors)


def _entry(name: str, kind: int, first_sector: int, size: int) -> bytes:
    encoded = name.encode("utf-16-le") + b"\0\0"
    return struct.pack("<64sHB", encoded, len(encoded), kind).ljust(116, b"\0") + struct.pack("<IQ", first_sector, size)


INVOICE_LINES = (
    "Vellbrook Supplies Ltd",
    "132 Cooper's Yard, Wetherdale QJ3 6PN",
    "Sold to",
    "Foxgarth Engineering plc",
    "158 Kingsbarrow Road, Stonebeck QZ12 9LA",
    "Invoice",
    "Invoice Number: RE2526383",
    "Date of issue: 26 September 2025",
    "Purchase Order: 404239",
    "Due date: 10 October 2025",
    "VAT Reg. No.: GB 993 306 204",
    "IBAN: GB56 XMPL 5557 9832 5760 43",
)
INVOICE_ROWS = (
    ("Item", "Quantity", "Unit price", "Total"),
    ("Industrial cleaner, canister", "9", "18.03", "162.27"),
    ("Thermal label roll", "38", "9.73", "369.74"),
    ("Calibration of pressure gauge", "22", "52.35", "1151.70"),
    ("Ventilation filter", "38", "13.14", "499.32"),
    ("Subtotal", "", "", "2183.03"),
    ("VAT 20%", "", "", "436.61"),
    ("Total GBP", "", "", "2619.64"),
)


def invoice_docx() -> bytes:
    """What is on the sample invoice 14, as a text."""
    return docx(*INVOICE_LINES, rows=INVOICE_ROWS)


def invoice_xlsx() -> bytes:
    """The same, as a sheet."""
    return xlsx([*(line.split(": ", 1) for line in INVOICE_LINES), *INVOICE_ROWS])
