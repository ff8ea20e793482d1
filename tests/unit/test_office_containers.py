"""What an office document is packed in, seen before LibreOffice opens it: kinds, passwords, bombs. Needs no LibreOffice."""

import io
import zipfile

import pytest

from idp_project.core.files.errors import ParseFailure, SandboxCode
from idp_project.core.files.formats import FileFormat
from idp_project.core.files.sniff import sniff
from idp_project.core.isolation.office.installation import chosen_office, found_office, is_office, main_library
from idp_project.core.readers import office_container as container
from idp_project.core.readers.compound_file import CompoundFile
from idp_project.core.readers.office_container import check_container
from tests.factories import office

SHEET_HEAD = b"\x09\x08\x10\x00" + bytes(16)
GOOD = {
    FileFormat.DOCX: office.docx("Hello"),
    FileFormat.XLSX: office.xlsx([["Hello"]]),
    FileFormat.ODT: office.odt("Hello"),
    FileFormat.ODS: office.ods([["Hello"]]),
    FileFormat.RTF: office.rtf("Hello"),
    FileFormat.DOC: office.compound_file({"WordDocument": bytes(12)}),
    FileFormat.XLS: office.compound_file({"Workbook": SHEET_HEAD + b"\x42\x00\x02\x00\xb0\x04"}),
}


def refused(data, file_format):
    with pytest.raises(ParseFailure) as failed:
        check_container(io.BytesIO(data), file_format)
    return failed.value.code


@pytest.mark.parametrize("file_format", GOOD)
def test_a_good_one_of_each_format_passes(file_format):
    check_container(io.BytesIO(GOOD[file_format]), file_format)


def with_manifest(content):
    return office.packed({"mimetype": "application/vnd.oasis.opendocument.text", "META-INF/manifest.xml": content})


def with_flag():
    """The flag of the archive's own encryption, in its entry and in its directory."""
    data = bytearray(GOOD[FileFormat.DOCX])
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


ENCRYPTED = {
    "OOXML": (office.compound_file({"EncryptionInfo": b"", "EncryptedPackage": b""}), FileFormat.DOCX),
    "OOXML sheet": (office.compound_file({"EncryptedPackage": b""}), FileFormat.XLSX),
    "OpenDocument": (with_manifest('<m:encryption-data m:checksum="x"/>'), FileFormat.ODT),
    "OpenDocument in UTF-16": (with_manifest("<m:encryption-data/>".encode("utf-16")), FileFormat.ODT),
    "archive": (with_flag(), FileFormat.DOCX),
    "old text": (office.compound_file({"WordDocument": bytes(11) + b"\x01"}), FileFormat.DOC),
    "old sheet": (office.compound_file({"Workbook": SHEET_HEAD + b"\x2f\x00\x36\x00"}), FileFormat.XLS),
    "very old sheet": (
        office.compound_file({"Book": SHEET_HEAD + b"\x86\x00\x00\x00\x2f\x00\x04\x00"}),
        FileFormat.XLS,
    ),
}


@pytest.mark.parametrize("name", ENCRYPTED)
def test_a_password_is_named(name):
    assert refused(*ENCRYPTED[name]) is SandboxCode.ENCRYPTED


@pytest.mark.parametrize(
    ("data", "file_format"),
    [
        (GOOD[FileFormat.DOCX], FileFormat.XLSX),
        (GOOD[FileFormat.ODT], FileFormat.DOCX),
        (GOOD[FileFormat.ODT], FileFormat.ODS),
        (GOOD[FileFormat.DOCX], FileFormat.DOC),
        (GOOD[FileFormat.DOC], FileFormat.XLS),
        (GOOD[FileFormat.DOC], FileFormat.DOCX),
        (office.compound_file({"__properties_version1.0": b""}), FileFormat.DOC),  # an Outlook message
        (office.packed({"word/notes.txt": "just an archive"}), FileFormat.DOCX),
    ],
)
def test_what_the_name_claims_must_be_in_it(data, file_format):
    assert refused(data, file_format) is SandboxCode.TYPE_MISMATCH


def lying_about_sizes():
    """The directory says that a part is small; more of it is there."""
    data = bytearray(office.docx("x" * 50_000))
    for place in range(len(data)):
        if data[place : place + 4] == b"PK\x01\x02" and data[place + 46 :].startswith(b"word/document.xml"):
            data[place + 24 : place + 28] = (10).to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (GOOD[FileFormat.DOCX][:-40], SandboxCode.TRUNCATED),
        (GOOD[FileFormat.DOCX].replace(b"word/document.xml", b"word/documemt.xml", 1), SandboxCode.DAMAGED),
        (lying_about_sizes(), SandboxCode.DAMAGED),
    ],
)
def test_a_broken_archive_is_named(data, code):
    assert refused(data, FileFormat.DOCX) is code


def test_bombs_are_ended_by_what_they_say_of_themselves(monkeypatch):
    bomb = office.docx("Hello", parts={"word/media/image1.bin": bytes(container._MOST_UNPACKED + 1)})
    assert len(bomb) < 2**20
    assert refused(bomb, FileFormat.DOCX) is SandboxCode.TOO_MANY_BYTES
    monkeypatch.setattr(container, "_MOST_ENTRIES", 2)
    assert refused(GOOD[FileFormat.DOCX], FileFormat.DOCX) is SandboxCode.TOO_MANY_BYTES


def looping(place, number):
    data = bytearray(GOOD[FileFormat.DOC])
    data[place : place + 4] = number.to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        (looping(48, 0xFFFFFF00), {SandboxCode.TYPE_MISMATCH}),  # its directory lies beyond its end
        (looping(30, 77), {SandboxCode.DAMAGED}),  # sectors of 2^77 bytes
        (GOOD[FileFormat.DOC][:600], {SandboxCode.DAMAGED}),
        (GOOD[FileFormat.DOC][:20], {SandboxCode.DAMAGED}),
    ],
)
def test_a_compound_file_that_leads_astray_ends_by_name(data, codes):
    assert refused(data, FileFormat.DOC) in codes


def test_a_table_that_goes_on_in_itself_is_read_once():
    table_sector = int.from_bytes(GOOD[FileFormat.DOC][76:80], "little")
    assert CompoundFile(looping(68, table_sector)).names == {"WordDocument"}


def test_small_streams_are_looked_into():
    """A stream below 4,096 bytes lies in small sectors inside the root's own."""
    data = bytearray(office.compound_file({"mini": SHEET_HEAD + b"\x2f\x00\x36\x00"}))
    directory = (int.from_bytes(data[48:52], "little") + 1) * 512
    root, stream = directory, directory + 128
    data[root + 116 : root + 124] = data[stream + 116 : stream + 124]  # the root holds that content
    data[stream : stream + 18] = "Workbook".encode("utf-16-le") + b"\0\0"
    data[stream + 64] = 18
    data[stream + 116 : stream + 124] = (0).to_bytes(4, "little") + (64).to_bytes(4, "little")
    assert refused(bytes(data), FileFormat.XLS) is SandboxCode.ENCRYPTED


def test_directory_shows_parts_where_the_first_entry_does_not():
    """As Word writes it: the list of types comes first, packed, and the directory last."""
    data = office.packed({"[Content_Types].xml": "x" * 3000, "docProps/app.xml": "y", "word/document2.xml": "z"})
    head, tail = data[:60], data[-400:]
    assert sniff(head, tail, "no extension") is FileFormat.DOCX
    assert sniff(head, b"", "letter.docm") is FileFormat.DOCX  # seen nothing: its name is taken at its word


def test_where_libreoffice_is(tmp_path):
    assert not is_office(tmp_path)
    for name in ("libuno_sal.so.3", "libswlo.so", "libmergedlo.so"):
        (tmp_path / name).touch()
    assert chosen_office({"OFFICE_PROGRAM": str(tmp_path)}) == ""  # without Calc
    (tmp_path / "libsclo.so").touch()
    assert chosen_office({"OFFICE_PROGRAM": str(tmp_path)}) == str(tmp_path)
    assert main_library(tmp_path).name == "libmergedlo.so"
    assert chosen_office({"OFFICE_PROGRAM": "none"}) == ""
    assert chosen_office({"OFFICE_PROGRAM": " "}) == chosen_office({}) == found_office()


def test_the_archive_that_the_factory_makes_is_one():
    with zipfile.ZipFile(io.BytesIO(GOOD[FileFormat.ODT])) as archive:
        assert archive.namelist()[0] == "mimetype" and archive.testzip() is None
