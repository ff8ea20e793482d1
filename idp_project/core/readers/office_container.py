"""What an office document is packed in: looked at before LibreOffice opens it, for what it is, passwords and bombs. Child
only."""

from __future__ import annotations

import codecs
import struct
import zipfile
import zlib
from typing import BinaryIO

from idp_project.core.files.errors import UNPACKED_TOO_LARGE, ParseFailure, SandboxCode
from idp_project.core.files.formats import CONTENT_TYPES, FileFormat
from idp_project.core.files.office_signs import COMPOUND_FILE, ENCRYPTED_IN_COMPOUND_FILE, ZIP
from idp_project.core.readers.compound_file import CompoundFile

CODECS = [codecs.lookup(name) for name in ("cp437", "utf-16-le")]  # of names: no child can load them any more
_MOST_UNPACKED = 400 * 2**20
_MOST_ENTRIES = 20_000
_MOST_MANIFEST = 4 * 2**20
_CHUNK = 2**18
_ENCRYPTED_ENTRY = 0x1
_ENCRYPTED_TEXT, _PASSWORD_RECORD = 0x100, 0x2F  # [MS-DOC] FibBase.fEncrypted; [MS-XLS] FilePass
_FOLDERS = {FileFormat.DOCX: "word/", FileFormat.XLSX: "xl/"}
_STREAMS = {FileFormat.DOC: {"WordDocument"}, FileFormat.XLS: {"Workbook", "Book"}}


def check_container(file: BinaryIO, file_format: FileFormat) -> None:
    """Raises ParseFailure: encrypted, too_many_bytes (of a bomb), type_mismatch, truncated, damaged."""
    magic = file.read(8)
    file.seek(0)
    if file_format is FileFormat.RTF:
        return
    if magic.startswith(COMPOUND_FILE):
        _check_compound_file(CompoundFile(file.read()), file_format)
    elif magic.startswith(ZIP) and file_format not in _STREAMS:
        _check_archive(file, file_format)
    else:
        raise ParseFailure(SandboxCode.TYPE_MISMATCH)


def format_inside(file: BinaryIO, named: FileFormat) -> FileFormat:
    """The office format that the file is of; the one that it is named for where that cannot be told. Raises ParseFailure
    (damaged, truncated) as `CompoundFile` does."""
    magic = file.read(8)
    file.seek(0)
    found: FileFormat | None = None
    if magic.startswith(b"{\\rtf"):
        found = FileFormat.RTF
    elif magic.startswith(COMPOUND_FILE):
        names = CompoundFile(file.read()).names
        found = next((kind for kind, streams in _STREAMS.items() if names & streams), None)
    elif magic.startswith(ZIP):
        found = _archived_format(file)
    file.seek(0)
    return found or named


def _archived_format(file: BinaryIO) -> FileFormat | None:
    """Tells the format by the archive's folders; `check_container` says what is wrong with one that cannot be opened."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            content_type = archive.read("mimetype")[:200].strip() if "mimetype" in names else b""
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, NotImplementedError, RuntimeError):
        return None
    for kind, folder in _FOLDERS.items():
        if any(name.startswith(folder) for name in names):
            return kind
    kinds = (FileFormat.ODT, FileFormat.ODS)
    return next((kind for kind in kinds if CONTENT_TYPES[kind].encode() == content_type), None)


def _check_archive(file: BinaryIO, file_format: FileFormat) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            _check_entries(archive)
            _check_kind(archive, file_format)
            _check_manifest(archive)
            _unpack(archive)
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, NotImplementedError) as error:
        is_cut_off = "not a zip file" in str(error)  # its directory, which comes last, is missing
        raise ParseFailure(SandboxCode.TRUNCATED if is_cut_off else SandboxCode.DAMAGED) from error


def _check_entries(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    if any(entry.flag_bits & _ENCRYPTED_ENTRY for entry in entries):
        raise ParseFailure(SandboxCode.ENCRYPTED)
    if len(entries) > _MOST_ENTRIES or sum(entry.file_size for entry in entries) > _MOST_UNPACKED:
        raise ParseFailure(SandboxCode.TOO_MANY_BYTES, UNPACKED_TOO_LARGE())


def _check_kind(archive: zipfile.ZipFile, file_format: FileFormat) -> None:
    names = archive.namelist()
    folder = _FOLDERS.get(file_format)
    if folder:
        is_right = "[Content_Types].xml" in names and any(name.startswith(folder) for name in names)
    else:
        content_type = archive.read("mimetype") if "mimetype" in names else b""
        is_right = content_type.strip() == CONTENT_TYPES[file_format].encode()
    if not is_right:
        raise ParseFailure(SandboxCode.TYPE_MISMATCH)


def _check_manifest(archive: zipfile.ZipFile) -> None:
    """OpenDocument 1.3, part 2, 4.8: an encrypted file's entry says how."""
    if "META-INF/manifest.xml" not in archive.namelist():
        return
    with archive.open("META-INF/manifest.xml") as manifest:
        content = manifest.read(_MOST_MANIFEST)
    if b"encryption-data" in content.replace(b"\0", b""):
        raise ParseFailure(SandboxCode.ENCRYPTED)


def _unpack(archive: zipfile.ZipFile) -> None:
    """Every entry, to nowhere: what is larger than its directory says does not match its checksum."""
    for entry in archive.infolist():
        with archive.open(entry) as content:
            while content.read(_CHUNK):
                pass


def _check_compound_file(compound: CompoundFile, file_format: FileFormat) -> None:
    if compound.names & {"EncryptedPackage", "EncryptionInfo"}:
        raise ParseFailure(SandboxCode.ENCRYPTED)
    if file_format in ENCRYPTED_IN_COMPOUND_FILE or not compound.names & _STREAMS[file_format]:
        raise ParseFailure(SandboxCode.TYPE_MISMATCH)
    if _is_encrypted_text(compound) if file_format is FileFormat.DOC else _is_encrypted_sheet(compound):
        raise ParseFailure(SandboxCode.ENCRYPTED)


def _is_encrypted_text(compound: CompoundFile) -> bool:
    flags = compound.head("WordDocument", 12)[10:12]
    return bool(int.from_bytes(flags, "little") & _ENCRYPTED_TEXT)


def _is_encrypted_sheet(compound: CompoundFile) -> bool:
    """The record stands right behind the first one, or behind that which protects from writing."""
    content = compound.head("Workbook", 512) or compound.head("Book", 512)
    position = 0
    for _ in range(3):
        if position + 4 > len(content):
            break
        kind, length = struct.unpack_from("<HH", content, position)
        if kind == _PASSWORD_RECORD:
            return True
        position += 4 + length
    return False
