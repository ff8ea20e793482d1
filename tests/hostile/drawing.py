"""Small PDFs written by hand, so that each test states exactly which bytes it feeds to the parsers."""

from __future__ import annotations

from collections.abc import Sequence

FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def assemble(objects: Sequence[bytes], root: int = 1) -> bytes:
    """A PDF of the given objects, numbered from 1, with a cross-reference table."""
    body, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    body += b"trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, root, start)
    return bytes(body)


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


def pdf_of(*contents: bytes, page: bytes = b"/MediaBox [0 0 300 400]", extra: Sequence[bytes] = ()) -> bytes:
    """One page per content stream, font /F1; `page` holds further entries of every page. `extra` objects follow the

    catalogue (1), the tree (2) and the font (3), so the first of them is object 4.
    """
    first = 4 + len(extra)
    kids = b" ".join(b"%d 0 R" % (first + 2 * index) for index in range(len(contents)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(contents)),
        FONT,
        *extra,
    ]
    for index, content in enumerate(contents):
        own = page if b"/Resources" in page else page + b" /Resources << /Font << /F1 3 0 R >> >>"
        objects.append(b"<< /Type /Page /Parent 2 0 R /Contents %d 0 R %s >>" % (first + 2 * index + 1, own))
        objects.append(stream(content))
    return assemble(objects)


def text_at(x: int, y: int, text: bytes, size: int = 12, prefix: bytes = b"") -> bytes:
    return b"%s BT /F1 %d Tf %d %d Td (%s) Tj ET\n" % (prefix, size, x, y, text)
