"""Which office format a file's first and last bytes announce. Nothing is parsed: `container` looks closer, in the sandbox."""

from __future__ import annotations

import re
from collections import Counter

from idp_project.core.files.formats import CONTENT_TYPES, EXTENSIONS, FileFormat

COMPOUND_FILE, ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
IN_ZIP = (FileFormat.DOCX, FileFormat.XLSX, FileFormat.ODT, FileFormat.ODS)
IN_COMPOUND_FILE = (FileFormat.DOC, FileFormat.XLS)
ENCRYPTED_IN_COMPOUND_FILE = (FileFormat.DOCX, FileFormat.XLSX)
# A part's name behind the header of its entry, or of its line in the archive's directory. APPNOTE 4.3.7, 4.3.12.
_PART = re.compile(rb"PK(?:\x03\x04.{26}|\x01\x02.{42})(word|xl)/", re.DOTALL)
_FORMAT_OF_PART = {b"word": FileFormat.DOCX, b"xl": FileFormat.XLSX}
_FIRST_ENTRY = (
    b"mimetype"  # of OpenDocument: uncompressed, so that its content can be seen. OpenDocument 1.3, part 2, 3.3
)


def office_format(head: bytes, tail: bytes, extension: str) -> FileFormat | None:
    """None for anything else. Where the bytes tell only what the file is packed in, its name's extension decides which
    format it is to be taken for.
    """
    if head.startswith(b"{\\rtf"):
        return FileFormat.RTF
    named = EXTENSIONS.get(extension)
    if head.startswith(COMPOUND_FILE):
        return named if named in IN_COMPOUND_FILE + ENCRYPTED_IN_COMPOUND_FILE else None
    if not head.startswith(ZIP):
        return None
    if head[30:38] == _FIRST_ENTRY:
        return _open_document(head)
    parts = Counter(_PART.findall(head) + _PART.findall(tail))
    if parts:
        return _FORMAT_OF_PART[parts.most_common(1)[0][0]]
    return named if named in IN_ZIP else None


def _open_document(head: bytes) -> FileFormat | None:
    size = int.from_bytes(head[22:26], "little")
    content = head[38 : 38 + size].decode("ascii", "replace")
    return next((found for found in (FileFormat.ODT, FileFormat.ODS) if CONTENT_TYPES[found] == content), None)
