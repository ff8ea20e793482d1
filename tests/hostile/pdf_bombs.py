"""PDFs that were made to do harm, or lie of themselves."""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import partial
from typing import Any

from tests.hostile.drawing import assemble, stream
from tests.hostile.pdf_content_bombs import PDF_CONTENT_BOMBS
from tests.hostile.pdf_parts import CATALOG, MILLION, TEXT, built, zeros

_HEAD = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"

# --- how the file holds together


def updates(count: int) -> bytes:
    """Saved again and again by a program that only appends."""
    data = bytearray(built())
    previous = data.rindex(b"xref\n0")
    for _ in range(count):
        place = len(data)
        data += b"5 0 obj\n%s\nendobj\n" % stream(TEXT)
        start = len(data)
        data += b"xref\n5 1\n%010d 00000 n \ntrailer\n<< /Size 6 /Root 1 0 R /Prev %d >>\n" % (place, previous)
        data += b"startxref\n%d\n%%%%EOF\n" % start
        previous = start
    return bytes(data)


def table_stream(entries: bytes, data: bytes, packed: bytes = b"") -> bytes:
    """The cross-reference table is a stream with these entries, behind `packed`. ISO 32000-1, 7.5.8."""
    start = len(_HEAD + packed)
    table = stream(data, b"/Type /XRef /Root 1 0 R " + entries)
    return _HEAD + packed + b"9 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, start)


def object_stream(entries: bytes, data: bytes) -> bytes:
    """The page tree lies in an object stream with these entries. ISO 32000-1, 7.5.7."""
    packed = b"8 0 obj\n%s\nendobj\n" % stream(data, b"/Type /ObjStm " + entries)
    rows = [(0, 0, 0)] * 8 + [(1, len(_HEAD), 0), (1, len(_HEAD + packed), 0)]
    rows[1:4] = [(1, 9, 0), (2, 8, 0), (2, 8, 1)]
    return table_stream(b"/Size 10 /W [1 4 1]", b"".join(struct.pack(">BIB", *row) for row in rows), packed)


def deep_tree(depth: int) -> bytes:
    nodes = [b"<< /Type /Pages /Parent %d 0 R /Kids [%d 0 R] /Count 1 >>" % (n - 1, n + 1) for n in range(3, depth + 3)]
    page = b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 300 400] >>" % (depth + 2)
    return assemble([CATALOG % b"", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", *nodes, page])


def long_outline(count: int) -> bytes:
    items = [b"<< /Title (A) /Parent 6 0 R /Next %d 0 R /Dest [4 0 R /Fit] >>" % (8 + n) for n in range(count)]
    return built(catalog=b"/Outlines 6 0 R", extra=[b"<< /First 7 0 R /Last 7 0 R /Count %d >>" % count, *items])


def many_notes(count: int) -> bytes:
    notes = b" ".join([b"<< /Type /Annot /Subtype /Square /Rect [9 9 20 20] /C [1 0 0] >>"] * count)
    return built(page=b"/Annots [%s]" % notes)


def filtered(filters: bytes, data: bytes) -> bytes:
    return built(stream(data, b"/Filter " + filters))


def with_length(said: bytes) -> bytes:
    """The content's length, as it says."""
    return built(b"<< /Length %s >>\nstream\n%s\nendstream" % (said, TEXT))


def with_trailer(trailer: bytes) -> bytes:
    """`%START%` stands for where the cross-reference table begins."""
    data = built()
    start = data.rindex(b"xref\n0")
    return (
        data[: data.rindex(b"trailer")]
        + trailer.replace(b"%START%", b"%d" % start)
        + b"\nstartxref\n%d\n%%%%EOF\n" % start
    )


# --- the one page, by what is wrong with it: the parts of `built`

ODD_PAGES: dict[str, dict[str, Any]] = {
    "pages inherit in a ring": {
        "box": b"",
        "tree": b"/Parent 6 0 R",
        "extra": [b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R] /Count 1 >>"],
    },
    "counts a billion pages": {"count": 10**9},
    "counts no page": {"count": 0},
    "counts -5 pages": {"count": -5},
    "one page, 400 times": {"kids": b"[%s]" % (b"4 0 R " * 400), "count": 400},
    "unit of 1e9 inches": {"page": b"/UserUnit 1000000000"},
    "unit of -1": {"page": b"/UserUnit -1"},
    "box of words": {"box": b"/MediaBox [(a) /b nan inf]"},
    "box of three": {"box": b"/MediaBox [0 0 300]"},
    "box below zero": {"box": b"/MediaBox [0 0 -300 -400]"},
    "box of 1e38": {"box": b"/MediaBox [-3.4e38 -3.4e38 3.4e38 3.4e38]"},
    "box of many digits": {"box": b"/MediaBox [0 0 %s %s]" % (b"9" * 400, b"9" * 400)},
    "box of its own": {"box": b"/MediaBox 6 0 R", "extra": [b"6 0 R"]},
    "box without height": {"box": b"/MediaBox [0 0 300 0.0000001]"},
    "crop outside": {"page": b"/CropBox [5000 5000 6000 6000]"},
    "a strip of 14,400 by 1": {"box": b"/MediaBox [0 0 14400 1]"},
    "turned by 45": {"page": b"/Rotate 45"},
    "turned by 2^31": {"page": b"/Rotate 2147483640"},
    "turned by a name": {"page": b"/Rotate /North"},
    "turned by -90": {"page": b"/Rotate -90"},
    "no box at all": {"box": b""},
    "outline in a ring": {
        "catalog": b"/Outlines 6 0 R",
        "extra": [
            b"<< /Title (A) /Parent 6 0 R /Next 7 0 R /Prev 7 0 R /First 6 0 R >>",
            b"<< /Title (B) /Next 6 0 R >>",
        ],
    },
    "names in a ring": {
        "catalog": b"/Names << /EmbeddedFiles 6 0 R /JavaScript 6 0 R /Dests 6 0 R >> /PageLabels 6 0 R",
        "extra": [b"<< /Kids [6 0 R 6 0 R] /Limits [(a) (z)] >>"],
    },
    "fields in a ring": {
        "catalog": b"/AcroForm << /Fields [6 0 R] >>",
        "page": b"/Annots [6 0 R]",
        "extra": [
            b"<< /FT /Tx /T (a) /Kids [6 0 R] /Parent 6 0 R /Subtype /Widget /Type /Annot /Rect [0 0 9 9] /V (x) >>"
        ],
    },
    "everything switched off": {
        "content": b"/OC /X BDC " + TEXT + b"EMC",
        "catalog": b"/OCProperties << /OCGs [6 0 R] /D << /BaseState /OFF >> >>",
        "resources": b"/Properties << /X 6 0 R >>",
        "extra": [b"<< /Type /OCG /Name (Layer) >>"],
    },
    # A cover page, and the files that it stands for (ISO 32000-1, 12.3.5).
    "portfolio": {
        "catalog": b"/Names << /EmbeddedFiles << /Names [(a.pdf) 6 0 R] >> >> "
        b"/Collection << /Type /Collection /View /T >>",
        "extra": [
            b"<< /Type /Filespec /F (a.pdf) /UF (a.pdf) /EF << /F 7 0 R >> >>",
            stream(built(), b"/Type /EmbeddedFile /Subtype /application#2Fpdf"),
        ],
    },
    # A form of Adobe's own kind (XFA) beside the page, which scripts, programs and addresses come with.
    "forms and scripts": {
        "catalog": b"/AcroForm << /XFA 6 0 R /Fields [] >> /OpenAction << /S /Launch /F (cmd.exe) >> "
        b"/AA << /WC << /S /JavaScript /JS (app.alert(1)) >> >> /URI << /Base (http://127.0.0.1/) >>",
        "extra": [
            stream(b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><xdp:xdp>&a;</xdp:xdp>")
        ],
    },
}

# --- keys: says that it is encrypted, in a way that nobody can open

_KEYS = {
    "encrypted for certificates": b"/Filter /Adobe.PubSec /SubFilter /adbe.pkcs7.s5 /V 4 /CF << >>",
    "encrypted by an unknown handler": b"/Filter /FileOpen /V 1 /Length 40",
    "encrypted by version 99": b"/Filter /Standard /V 99 /R 99 /O <00> /U <00> /P -1",
    "encrypted without keys": b"/Filter /Standard /V 2 /R 3 /Length 128 /P -1",
    "encrypted with keys too short": b"/Filter /Standard /V 5 /R 6 /O <00> /U <00> /OE <00> /UE <00> /P -1",
    "encrypted with keys of 9,999 bit": b"/Filter /Standard /V 2 /R 3 /Length 9999 /O (%s) /U (%s) /P -1"
    % (b"o" * 32, b"u" * 32),
}
ENCRYPTED: dict[str, Callable[[], bytes]] = {
    name: partial(with_trailer, b"trailer\n<< /Size 6 /Root 1 0 R /Encrypt << %s >> /ID [<00> <00>] >>" % entries)
    for name, entries in _KEYS.items()
}

# --- all of them; what takes long to make is made when it is called

_PREVIOUS = b"trailer\n<< /Size 6 /Root 1 0 R /Prev %START% >>"
PDF_BOMBS: dict[str, Callable[[], bytes]] = {
    "previous table is this one": partial(with_trailer, _PREVIOUS),
    "5,000 trailers": partial(with_trailer, _PREVIOUS * 5000),
    "3,000 updates": partial(updates, 3000),
    "table stream, 4 billion objects": partial(table_stream, b"/Size 4294967295 /W [1 4 1]", bytes(600)),
    "table stream, wide columns": partial(table_stream, b"/Size 9 /W [2147483647 2147483647 2147483647]", bytes(600)),
    "table stream, index without end": partial(
        table_stream, b"/Size 9 /W [1 2 1] /Index [0 2147483647 0 2147483647]", bytes(99)
    ),
    "table stream of 1 gigabyte": lambda: table_stream(b"/Size 9 /W [1 2 1] /Filter /FlateDecode", zeros(2**30)),
    "table stream before itself": partial(table_stream, b"/Size 9 /W [1 2 1] /Prev 53", bytes(99)),
    "object stream of 1 billion": partial(object_stream, b"/N 1000000000 /First 10", b"2 0 3 9 << >> << >>"),
    "object stream of 1 gigabyte": lambda: object_stream(b"/N 2 /First 10 /Filter /FlateDecode", zeros(2**30)),
    "object stream in itself": partial(
        object_stream, b"/N 2 /First 8 /Extends 8 0 R", b"8 0 2 4 null << /Type /Pages >>"
    ),
    "object stream of negatives": partial(object_stream, b"/N -5 /First -10", b"2 0 3 9 << >> << >>"),
    "length that is itself": partial(with_length, b"5 0 R"),
    "length of 4 billion": partial(with_length, b"4294967295"),
    "length below zero": partial(with_length, b"-1"),
    "filters, 1,000": lambda: filtered(b"[%s]" % (b"/FlateDecode " * 1000), zeros(2**20)),
    "unknown filter": partial(filtered, b"/NoSuchDecode", TEXT),
    "run lengths of 120 MB": lambda: filtered(b"/RunLengthDecode", b"\x81 " * MILLION),
    "lzw of noise": lambda: filtered(b"/LZWDecode", b"\x80\x0b\x60\x50" * 50_000),
    "ascii85 of z": lambda: filtered(b"/ASCII85Decode", b"z" * 20_000_000 + b"~>"),
    "hex and flate": lambda: filtered(b"[/ASCIIHexDecode /FlateDecode]", zeros(2**29).hex().encode() + b">"),
    "tree 5,000 deep": partial(deep_tree, 5000),
    "outline of 100,000": partial(long_outline, 100_000),
    "100,000 notes": partial(many_notes, 100_000),
    "pdf, then archive": lambda: built() + b"PK\x03\x04" + bytes(400) + b"PK\x05\x06" + bytes(18),
    "pdf, then web page": lambda: built() + b"<html><script>alert(1)</script></html>",
    "pdf behind 1,000 bytes": lambda: b" " * 1000 + built(),
    "picture, then pdf": lambda: b"%PDF-1.7\n" + b"\xff\xd8\xff\xe0" * 20 + built()[9:],
    **{name: partial(built, **parts) for name, parts in ODD_PAGES.items()},
    **PDF_CONTENT_BOMBS,
    **ENCRYPTED,
}
