"""Tells a file's format from its first bytes, and whether its name agrees. No parsing: safe in the web process."""

from __future__ import annotations

import re
from pathlib import PurePath

from idp_project.core.files.errors import (
    OTHER_CONTENT,
    OTHER_EXTENSION,
    PDF_WITHOUT_BEGINNING,
    TYPE_NOT_ACCEPTED,
    SandboxCode,
    refusal,
)
from idp_project.core.files.formats import EXTENSIONS, FileFormat, may_be_named
from idp_project.core.files.office_signs import office_format
from idp_project.core.translation import gettext_noop as _

HEAD_BYTES = 1024  # how much of the file `sniff` wants: PDF readers look for the header this far


_MAGIC: tuple[tuple[bytes, FileFormat], ...] = (
    (b"%PDF-", FileFormat.PDF),
    (b"\x89PNG\r\n\x1a\n", FileFormat.PNG),
    (b"\xff\xd8\xff", FileFormat.JPEG),
    (b"II*\x00", FileFormat.TIFF),
    (b"MM\x00*", FileFormat.TIFF),
    (b"II+\x00", FileFormat.TIFF),
    (b"MM\x00+", FileFormat.TIFF),
    (b"GIF87a", FileFormat.GIF),
    (b"GIF89a", FileFormat.GIF),
)
_OTHER_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", _("ZIP archive or office document")),
    (b"PK\x05\x06", _("ZIP archive")),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _("old office document")),
    (b"%!PS", _("PostScript file")),
    (b"\xc5\xd0\xd3\xc6", _("PostScript file")),
    (b"{\\rtf", _("RTF document")),
    (b"\x1f\x8b", _("gzip archive")),
    (b"Rar!", _("RAR archive")),
    (b"7z\xbc\xaf\x27\x1c", _("7-Zip archive")),
    (b"\x00\x00\x01\x00", _("icon")),
    (b"\x7fELF", _("program")),
    (b"MZ", _("program")),
)
_MARKUP = (b"<!doctype html", b"<html", b"<svg", b"<?xml", b"<script", b"<head", b"<body")
# Root elements of electronic invoices; XML with a declaration is looked at by its reader, in the sandbox.
_INVOICE_ROOT = re.compile(
    r"\s*(<\?xml\s|<([\w.-]+:)?(CrossIndustryInvoice|CrossIndustryDocument|SCRDMCCBDACIOMessageStructure|Invoice|CreditNote)\b)"
)
_OTHER_ROOT = re.compile(r"<(!doctype\s+html|html|svg|xdp:xdp|([\w.-]+:)?svg)\b", re.IGNORECASE)


def detect_format(head: bytes) -> FileFormat | None:
    """The format that the first bytes announce, None for anything else. A PDF header may come late."""
    for magic, file_format in _MAGIC:
        if head.startswith(magic):
            return file_format
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return FileFormat.WEBP
    if _brands(head) & _HEIC_BRANDS:
        return FileFormat.HEIC
    if head[:2] == b"BM" and head[14:18] in _BMP_HEADERS:
        return FileFormat.BMP
    if _is_xml(head):
        return FileFormat.XML
    if _other_type(head) is not None:
        return None
    if _is_message(head[:HEAD_BYTES]):
        return FileFormat.EML
    if b"%PDF-" in head[:HEAD_BYTES]:
        return FileFormat.PDF
    return None


def _is_xml(head: bytes) -> bool:
    """Whether it may be the XML of an invoice: web pages and pictures that are XML are not."""
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    start = head[:HEAD_BYTES].decode(encoding, "ignore")
    return bool(_INVOICE_ROOT.match(start)) and not _OTHER_ROOT.search(start)


def _is_message(head: bytes) -> bool:
    """Header lines from the first on, at least one of which only e-mails have. RFC 5322, 2.2."""
    lines = head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n").split(b"\n")
    fields: list[bytes] = []
    for number, line in enumerate(lines):
        if line in (b"", b"\r"):
            break
        if (number == 0 and line.startswith(b"From ")) or (fields and line[:1] in b" \t"):
            continue
        is_cut_off = number == len(lines) - 1
        if not (field := _HEADER_LINE.match(line)) and not is_cut_off:
            return False
        fields.append(field[1].lower() if field else b"")
    return not _MAIL_FIELDS.isdisjoint(fields)


_HEADER_LINE = re.compile(rb"([!-9;-~]{1,80})[ \t]*:")
_MAIL_FIELDS = {
    *(b"from", b"sender", b"to", b"subject", b"message-id", b"mime-version", b"received", b"return-path"),
    *(b"delivered-to", b"x-received", b"arc-seal", b"dkim-signature", b"authentication-results", b"reply-to"),
}


def _brands(head: bytes) -> set[bytes]:
    """What an ISO media file says it can be read as. ISO/IEC 14496-12, 4.3."""
    if head[4:8] != b"ftyp":
        return set()
    end = min(int.from_bytes(head[:4], "big"), 256)
    return {head[8:12], *(head[start : start + 4] for start in range(16, end, 4))}


_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis"}
_BMP_HEADERS = {size.to_bytes(4, "little") for size in (12, 16, 40, 52, 56, 64, 108, 124)}


def sniff(head: bytes, tail: bytes = b"", file_name: str = "") -> FileFormat:
    """The format of a file from its first `HEAD_BYTES` bytes, after checking that its name agrees.

    Pictures may go under each other's names, office documents too.
    A name without an extension is accepted. `tail` (the last bytes, where known) is looked at for a PDF header that comes
    late, and for the names of an office document's parts. Raises PermanentFailure: empty_file, not_a_document,
    unsupported_format, type_mismatch.
    """
    if not head:
        raise refusal(SandboxCode.EMPTY_FILE)
    extension = PurePath(file_name).suffix.lower().lstrip(".")
    extension = "" if " " in extension else extension  # “Invoice No. 12” has no extension
    found = detect_format(head) or office_format(head, tail, extension)
    if found is None:
        raise _refuse(head, tail, extension)
    if extension and not may_be_named(found, EXTENSIONS.get(extension)):
        reason = OTHER_EXTENSION(extension=extension[:12], format=found.value.upper())
        raise refusal(SandboxCode.TYPE_MISMATCH, reason)
    return found


def _refuse(head: bytes, tail: bytes, extension: str) -> Exception:
    other = _other_type(head)
    if other and extension in EXTENSIONS:
        return refusal(SandboxCode.TYPE_MISMATCH, OTHER_CONTENT(extension=extension, found=other))
    if other:
        return refusal(SandboxCode.UNSUPPORTED_FORMAT, TYPE_NOT_ACCEPTED(found=other))
    if b"%%EOF" in tail:
        return refusal(SandboxCode.DAMAGED, PDF_WITHOUT_BEGINNING())
    return refusal(SandboxCode.NOT_A_DOCUMENT)


def _other_type(head: bytes) -> str | None:
    """The name of a well-known type that is not read here."""
    for magic, name in _OTHER_MAGIC:
        if head.startswith(magic):
            return name
    if brands := _brands(head):
        return _("AVIF image or picture sequence") if brands & _STILL_BRANDS else _("video")
    start = head[:256].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return _("web page or XML file") if start.startswith(_MARKUP) else None


_STILL_BRANDS = {b"mif1", b"msf1", b"avif", b"avis", b"hevc"}
