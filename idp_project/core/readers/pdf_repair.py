"""Making a damaged PDF readable: rewritten by qpdf, or rebuilt around the pages that are left. Child of the sandbox only."""

from __future__ import annotations

import contextlib
import io
import re

import pikepdf

from idp_project.core.files.errors import ParseFailure, SandboxCode

_OBJECT = re.compile(rb"\b(\d{1,7})[ \r\n\t]{1,4}(\d{1,5})[ \r\n\t]{1,4}obj\b")
_PAGE = re.compile(rb"/Type[ \r\n\t]{0,4}/Page(?![A-Za-z])")
_ENCRYPTION = re.compile(rb"/Encrypt[ \r\n\t]{0,4}(?:\d{1,9}[ \r\n\t]{1,4}\d{1,5}[ \r\n\t]{1,4}R|<<)")
_LONGEST_PAGE_OBJECT = 4096
_QPDF_FAILURES = (pikepdf.PdfError, ValueError, RuntimeError)


def check_password_free(data: bytes) -> None:
    """pdfium opens files of which only some streams are encrypted; qpdf asks for the password."""
    try:
        pikepdf.open(io.BytesIO(data)).close()
    except pikepdf.PasswordError as error:
        raise ParseFailure(SandboxCode.ENCRYPTED) from error
    except _QPDF_FAILURES:
        return  # damaged for qpdf; pdfium has opened it


def repaired(data: bytes, max_pages: int) -> bytes:
    """The PDF as qpdf rewrites it, without encryption; one without catalog, page tree or trailer is given new ones.

    Raises ParseFailure: encrypted, truncated, damaged.
    """
    try:
        return rewritten(data)
    except pikepdf.PasswordError as error:
        raise ParseFailure(SandboxCode.ENCRYPTED) from error
    except _QPDF_FAILURES as error:
        if "encrypt" in str(error).lower():
            raise ParseFailure(SandboxCode.ENCRYPTED) from error
        if b"%%EOF" not in data[-2048:] and data.startswith(b"%PDF-"):
            raise ParseFailure(SandboxCode.TRUNCATED) from error
        with contextlib.suppress(*_QPDF_FAILURES):
            return rewritten(_rebuilt(data, max_pages))
        raise ParseFailure(SandboxCode.DAMAGED) from error


def rewritten(data: bytes) -> bytes:
    """Returns the PDF as qpdf saves it. Raises pikepdf.PdfError, ValueError, RuntimeError, and ParseFailure encrypted where the
    key got lost."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        if not pdf.is_encrypted and _ENCRYPTION.search(data):
            raise ParseFailure(SandboxCode.ENCRYPTED)
        if not len(pdf.pages):
            raise ValueError("no pages")
        return saved(pdf)


def saved(pdf: pikepdf.Pdf) -> bytes:
    target = io.BytesIO()
    pdf.save(target)
    return target.getvalue()


def _rebuilt(data: bytes, max_pages: int) -> bytes:
    """With a new catalog over the page objects that stand in the file, in their order there; what stood for the old one is
    blotted out. Raises ValueError where it finds no object, or too many.
    """
    kids, highest = [], 0
    for found in _OBJECT.finditer(data):
        highest = max(highest, int(found[1]))
        body = data[found.end() : found.end() + _LONGEST_PAGE_OBJECT].split(b"endobj", 1)[0]
        if _PAGE.search(body):
            kids.append(b"%d %d R" % (int(found[1]), int(found[2])))
    if not kids or len(kids) > max_pages:
        raise ValueError("no page objects to build on")
    body = data.replace(b"startxref", b"         ").replace(b"trailer", b"       ").replace(b"/Root", b"/R___")
    catalog = b"\n%d 0 obj\n<< /Type /Catalog /Pages %d 0 R >>\nendobj\n" % (highest + 1, highest + 2)
    tree = b"%d 0 obj\n<< /Type /Pages /Count %d /Kids [%s] >>\nendobj\n" % (highest + 2, len(kids), b" ".join(kids))
    return body + catalog + tree + b"trailer\n<< /Root %d 0 R /Size %d >>\n%%%%EOF\n" % (highest + 1, highest + 3)
