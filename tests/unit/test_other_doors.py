"""Readers of what comes by other doors: workbooks are widened, pictures of e-mails told apart, files in PDFs found."""

from __future__ import annotations

import io
import re
import zipfile

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image

from idp_project.core.files.formats import FileFormat
from idp_project.core.readers.decoration import is_decoration
from idp_project.core.readers.embedded_files import EmbeddedFiles
from idp_project.core.readers.message import Mail
from idp_project.core.readers.message_pdf import message_pdf
from idp_project.core.readers.office_container import format_inside
from idp_project.core.readers.pdf_file import PdfFile
from idp_project.core.readers.sheet_layout import widened
from tests.factories import files, office

STYLES = (
    '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1">'
    '<numFmt numFmtId="164" formatCode="dddd\\, d mmmm yyyy"/></numFmts><fonts count="2"><font><sz val="11"/></font>'
    '<font><b/><sz val="22"/></font></fonts><cellXfs count="3"><xf numFmtId="0" fontId="0"/>'
    '<xf numFmtId="164" fontId="0"/><xf numFmtId="0" fontId="1"><alignment horizontal="right"/></xf></cellXfs></styleSheet>'
)


def workbook(sheet_data: str, *, before: str = "", names: str = "") -> bytes:
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("xl/styles.xml", STYLES)
        archive.writestr("xl/workbook.xml", f"<workbook {space}><definedNames>{names}</definedNames></workbook>")
        archive.writestr(
            "xl/worksheets/sheet1.xml",
            f"<worksheet {space}>{before}<sheetData>{sheet_data}</sheetData></worksheet>",
        )
    return target.getvalue()


def part(data: bytes, name: str = "xl/worksheets/sheet1.xml") -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


def widths(text: str) -> dict[int, float]:
    return {int(number): float(width) for number, width in re.findall(r'<col min="(\d+)"[^>]* width="([\d.]+)"', text)}


def text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def test_columns_are_as_wide_as_what_they_hold():
    row = f'<row r="1" ht="12" customHeight="1">{text_cell("A1", "x" * 30)}{text_cell("B1", "Qty")}'
    row += '<c r="C1" s="1"><v>45791</v></c><c r="D1"><f>A1</f></c></row>'
    text = part(widened(workbook(row, before='<cols><col min="1" max="5" width="2"/></cols>')))
    found = widths(text)
    assert found[1] > 30 and found[2] < 10 and found[3] > 18 and found[4] > 10
    assert "customHeight" not in text and 'fitToPage="1"' in text and text.count("<cols>") == 1


def test_hidden_columns_stay_hidden_and_print_areas_go():
    names = '<definedName name="_xlnm.Print_Area" localSheetId="0">A!$A$1</definedName><definedName name="x">1</definedName>'
    data = widened(
        workbook("<row r='1'/>", before='<cols><col min="2" max="2" width="9" hidden="1"/></cols>', names=names)
    )
    assert '<col min="2" max="2" width="9.00" customWidth="1" hidden="1"/>' in part(data)
    kept = part(data, "xl/workbook.xml")
    assert "Print_Area" not in kept and 'name="x"' in kept


def test_long_texts_beside_others_are_wrapped():
    row = f'<row r="1">{text_cell("A1", "word " * 60)}{text_cell("B1", "beside")}</row>'
    data = widened(workbook(row))
    assert 50 < widths(part(data))[1] < 70 and 's="3"' in part(data)
    styles = part(data, "xl/styles.xml")
    assert styles.count("<xf ") == 4 and styles.count('wrapText="1"') == 1 and 'horizontal="right"' not in styles


def test_titles_that_may_run_on_widen_nothing():
    title = text_cell("A1", "A very long title of this sheet of figures")
    rows = f'<row r="1">{title}</row><row r="2">{text_cell("A2", "Qty")}</row>'
    assert widths(part(widened(workbook(rows))))[1] < 12


@pytest.mark.parametrize(
    ("content", "named", "found"),
    [
        (office.invoice_docx(), FileFormat.XLSX, FileFormat.DOCX),
        (office.invoice_xlsx(), FileFormat.DOCX, FileFormat.XLSX),
        (office.odt("text"), FileFormat.DOCX, FileFormat.ODT),
        (office.rtf("text"), FileFormat.DOC, FileFormat.RTF),
        (office.compound_file({"WordDocument": b"x" * 5000}), FileFormat.XLS, FileFormat.DOC),
        (office.compound_file({"Workbook": b"x" * 5000}), FileFormat.XLSX, FileFormat.XLS),
    ],
)
def test_office_files_are_known_by_what_is_inside(content, named, found):
    assert format_inside(io.BytesIO(content), named) is found


def picture(width: int, height: int, kind: str = "PNG") -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(target, kind)
    return target.getvalue()


@pytest.mark.parametrize(
    ("size", "page", "is_attached", "expected"),
    [
        ((220, 80), '<img src="cid:a">', False, True),
        ((1600, 600), "<img width='160' src='cid:a'>", False, True),
        ((1600, 600), '<img style="width:160px" src="cid:a">', True, True),
        ((1, 1), "", False, True),
        ((1200, 1600), '<img src="cid:a">', False, False),
        ((1200, 1600), '<img width="600" src="cid:a">', False, False),
        ((300, 400), '<img src="cid:other">', False, False),
        ((300, 400), '<img src="cid:a">', True, False),
        ((220, 80), "", False, False),
    ],
)
def test_pictures_of_signatures_are_told_from_papers(size, page, is_attached, expected):
    assert is_decoration(picture(*size), "a", [page], is_attached=is_attached) is expected
    assert not is_decoration(b"no picture", "a", [page], is_attached=is_attached)


def test_columns_of_a_web_page_are_preferred_to_plain_text():
    message = files.mail(text="Anchor chain 20 12.40 248.00")
    cells = "".join(f"<td>{text}</td>" for text in ("Anchor chain", "20", "12.40", "248.00"))
    message.add_alternative(f"<table>{f'<tr>{cells}</tr>' * 2}</table>", subtype="html")
    assert Mail(message.as_bytes(), 9, 10**6).text.startswith("Anchor chain\x1f20\x1f12.40")
    layout = files.mail(text="Dear all")
    layout.add_alternative("<table><tr><td>Dear <b>all</b></td><td>x</td></tr></table>", subtype="html")
    assert Mail(layout.as_bytes(), 9, 10**6).text == "Dear all"


def with_annotation(kind: str, **entries: object) -> bytes:
    with pikepdf.open(io.BytesIO(message_pdf("Invoice", [], "Total 12.00", 2))) as pdf:
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        drawn = pdf.make_stream(
            b"BT /H 14 Tf 5 5 Td (PAID 12 March) Tj ET",
            Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 150, 30]), Resources=Dictionary(Font=Dictionary(H=font)),
        )  # fmt: skip
        made = Dictionary(
            Type=Name.Annot,
            Subtype=Name(f"/{kind}"),
            Rect=Array([100, 300, 250, 330]),
            F=4,
            AP=Dictionary(N=drawn),
            **entries,
        )
        if kind == "FileAttachment":
            stream = pdf.make_stream(message_pdf("Inner", [], "text", 1), Type=Name.EmbeddedFile)
            made.FS = Dictionary(Type=Name.Filespec, F="inner.pdf", EF=Dictionary(F=stream))
        pdf.pages[0].Annots = Array([pdf.make_indirect(made)])
        target = io.BytesIO()
        pdf.save(target)
    return target.getvalue()


@pytest.mark.parametrize("kind", ["FreeText", "Stamp"])
def test_what_was_written_or_stamped_on_a_page_is_text(kind):
    words = [word[0] for word in PdfFile(with_annotation(kind), 5, 10**8).text_layer(1)["words"]]
    assert words == ["Invoice", "Total", "12.00", "PAID", "12", "March"]


def test_files_at_pages_are_found_and_broken_ones_left_out():
    found = EmbeddedFiles(with_annotation("FileAttachment"), 9)
    assert found.facts()["embedded"] == ["inner.pdf"] and [name for name, _ in found.documents(10**6)] == ["inner.pdf"]
    assert list(found.documents(10)) == [], "larger than allowed"
    assert EmbeddedFiles(b"%PDF-1.4 broken", 9).facts()["embedded"] == []


def test_wide_tables_of_a_mail_keep_their_columns():
    long = "Anchor chain, hot-dip galvanised, calibrated for windlasses, tested and certified, price a metre"
    cells = ("Description", "Qty", "Price", "Amount"), (long, "20", "12.40", "248.00"), (long, "6", "18.75", "112.50")
    text = "\n".join("\x1f".join(row) for row in cells)
    layer = PdfFile(message_pdf("Invoice", [], text, 3), 5, 10**8).text_layer(1)
    places = {word[0]: (word[1], word[2]) for word in layer["words"]}
    assert places["Amount"][0] == places["248.00"][0] == places["112.50"][0] < 545
    assert places["Qty"][0] == places["20"][0] and places["20"][1] == places["248.00"][1]
    assert [word[0] for word in layer["words"]].count("certified,") == 2
