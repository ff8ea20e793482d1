"""PDFs of one page with something wrong in it: what the bombs are made of."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from tests.hostile.drawing import FONT, assemble, stream, text_at

MILLION = 1_000_000
TEXT = text_at(40, 300, b"Still here")
CATALOG = b"<< /Type /Catalog /Pages 2 0 R %s >>"


def built(
    content: bytes = TEXT,
    *,
    catalog: bytes = b"",
    tree: bytes = b"",
    page: bytes = b"",
    resources: bytes = b"",
    box: bytes = b"/MediaBox [0 0 300 400]",
    extra: Sequence[bytes] = (),
    kids: bytes = b"[4 0 R]",
    count: int = 1,
) -> bytes:
    """Objects: 1 the catalogue, 2 the tree, 3 the font, 4 the page, 5 its content, from 6 on `extra`."""
    drawn = content if content.startswith(b"<<") else stream(content)
    return assemble(
        [
            CATALOG % catalog,
            b"<< /Type /Pages /Kids %s /Count %d %s >>" % (kids, count, tree),
            FONT,
            b"<< /Type /Page /Parent 2 0 R /Contents 5 0 R %s /Resources << /Font << /F1 3 0 R >> %s >> %s >>"
            % (box, resources, page),
            drawn,
            *extra,
        ]
    )


def flate(data: bytes, entries: bytes = b"") -> bytes:
    return stream(zlib.compress(data, 9), b"/Filter /FlateDecode " + entries)


def zeros(size: int, layers: int = 1) -> bytes:
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(bytes(2**20)) for _ in range(size >> 20)) + packer.flush()
    for _ in range(layers - 1):
        data = zlib.compress(data, 9)
    return data
