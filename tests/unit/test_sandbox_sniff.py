"""The door at upload: formats by first bytes, names that must agree, refusals by name."""

import pytest

from idp_project.core.errors import PermanentFailure
from idp_project.core.files.errors import MESSAGES, SandboxCode
from idp_project.core.files.formats import CONTENT_TYPES, FileFormat, named_otherwise
from idp_project.core.files.sniff import sniff
from tests.factories import office

HEADS = {
    FileFormat.PDF: b"%PDF-1.7\n",
    FileFormat.PNG: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    FileFormat.JPEG: b"\xff\xd8\xff\xe0\0\x10JFIF",
    FileFormat.TIFF: b"II*\0\x08\0\0\0",
    FileFormat.WEBP: b"RIFF\x10\0\0\0WEBPVP8 ",
    FileFormat.BMP: b"BM" + b"\0" * 12 + (40).to_bytes(4, "little"),
    FileFormat.GIF: b"GIF89a\1\0\1\0",
    FileFormat.HEIC: b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic",
    FileFormat.EML: b"From: a@b.example\r\nSubject: Hello\r\n\r\n",
    FileFormat.DOCX: office.docx("Hello"),
    FileFormat.XLSX: office.xlsx([["Hello"]]),
    FileFormat.ODT: office.odt("Hello"),
    FileFormat.ODS: office.ods([["Hello"]]),
    FileFormat.RTF: office.rtf("Hello"),
    FileFormat.DOC: office.compound_file({"WordDocument": b""})[:1024],
    FileFormat.XLS: office.compound_file({"Workbook": b""})[:1024],
    FileFormat.XML: b'<?xml version="1.0"?>\n<Invoice xmlns=',
}
NAMES = {FileFormat.JPEG: "a.JPG", FileFormat.TIFF: "a.tif"}


NEED_THEIR_NAME = {FileFormat.DOC, FileFormat.XLS}  # both are compound files: which one, only the sandbox sees


@pytest.mark.parametrize("file_format", FileFormat)
def test_every_format_is_known_by_its_first_bytes(file_format):
    head = HEADS[file_format]
    assert sniff(head, file_name=NAMES.get(file_format, f"a.{file_format}")) is file_format
    if file_format in NEED_THEIR_NAME:
        with pytest.raises(PermanentFailure) as refused:
            sniff(head, file_name="name without extension")
        assert refused.value.code == SandboxCode.UNSUPPORTED_FORMAT
    else:
        assert sniff(head, file_name="name without extension") is file_format


def test_a_late_pdf_header_is_found_within_a_kilobyte_only():
    assert sniff(b"\x1b%-12345X@PJL\n" + b" " * 900 + b"%PDF-1.4", file_name="print.pdf") is FileFormat.PDF
    with pytest.raises(PermanentFailure) as refused:
        sniff(b" " * 1100 + b"%PDF-1.4", file_name="print.pdf")
    assert refused.value.code == SandboxCode.NOT_A_DOCUMENT


@pytest.mark.parametrize(
    ("head", "name", "code"),
    [
        (b"", "a.pdf", SandboxCode.EMPTY_FILE),
        (b"\0" * 4096, "a.pdf", SandboxCode.NOT_A_DOCUMENT),
        (b"plain words", "a.txt", SandboxCode.NOT_A_DOCUMENT),
        (HEADS[FileFormat.PNG], "a.pdf", SandboxCode.TYPE_MISMATCH),
        (HEADS[FileFormat.PDF], "a.jpg", SandboxCode.TYPE_MISMATCH),
        (HEADS[FileFormat.PDF], "a.docx", SandboxCode.TYPE_MISMATCH),
        (HEADS[FileFormat.PDF], "a.pdf.exe", SandboxCode.TYPE_MISMATCH),
        (b"<!DOCTYPE html><html>", "a.pdf", SandboxCode.TYPE_MISMATCH),
        (b"<html>%PDF-1.4", "a.pdf", SandboxCode.TYPE_MISMATCH),
        (b"  \n<svg xmlns=", "a.svg", SandboxCode.UNSUPPORTED_FORMAT),
        (b"PK\x03\x04", "a.zip", SandboxCode.UNSUPPORTED_FORMAT),
        (b"PK\x03\x04", "no extension", SandboxCode.UNSUPPORTED_FORMAT),
        (HEADS[FileFormat.DOCX], "a.pdf", SandboxCode.TYPE_MISMATCH),
        (HEADS[FileFormat.DOC], "a.msg", SandboxCode.UNSUPPORTED_FORMAT),
        (HEADS[FileFormat.DOC], "a.pdf", SandboxCode.TYPE_MISMATCH),
        (b"%!PS-Adobe-3.0 EPSF-3.0", "a.eps", SandboxCode.UNSUPPORTED_FORMAT),
        (b"\0\0\0\x18ftypavif\0\0\0\0avifmif1", "a.avif", SandboxCode.UNSUPPORTED_FORMAT),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp41", "a.heic", SandboxCode.TYPE_MISMATCH),
        (b"BM is how this letter begins", "a.bmp", SandboxCode.NOT_A_DOCUMENT),
    ],
)
def test_refusals_have_their_own_names(head, name, code):
    with pytest.raises(PermanentFailure) as refused:
        sniff(head, file_name=name)
    assert refused.value.code == code
    assert not refused.value.is_retryable


@pytest.mark.parametrize(
    ("found", "name"),
    [
        (FileFormat.PNG, "a.jpg"),
        (FileFormat.JPEG, "a.png"),
        (FileFormat.HEIC, "a.JPG"),
        (FileFormat.WEBP, "a.jpeg"),
        (FileFormat.RTF, "a.doc"),
        (FileFormat.DOCX, "a.xlsx"),
        (FileFormat.ODT, "a.docx"),
    ],
)
def test_pictures_and_office_files_are_read_as_what_they_are(found, name):
    assert sniff(HEADS[found], file_name=name) is found
    extension = name.rpartition(".")[2].lower()
    assert named_otherwise(name, CONTENT_TYPES[found]) == (extension, found.value.upper())
    assert named_otherwise(f"a.{found.value}", CONTENT_TYPES[found]) == ("", "")


def test_every_code_has_a_message_that_says_what_to_do():
    assert set(MESSAGES) == set(SandboxCode)
    texts = [message.template for message in MESSAGES.values()]
    assert all(message.count(".") >= 2 and len(message) > 30 for message in texts)
    assert not any("unknown" in message.lower() for message in texts)
