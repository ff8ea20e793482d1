"""Bombs made here: each is either read or refused by name, within a gibibyte and a minute, and the next file works."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

import pytest

from idp_project.core.errors import PermanentFailure
from idp_project.core.files.errors import SandboxCode
from idp_project.core.isolation.client import Sandbox
from idp_project.core.isolation.wire import Verdict
from tests.hostile.drawing import FONT, assemble, pdf_of, stream, text_at
from tests.hostile.message_bombs import MESSAGE_BOMBS, ODD_MESSAGES
from tests.hostile.pdf_bombs import ENCRYPTED, PDF_BOMBS
from tests.hostile.picture_bombs import PICTURE_BOMBS

GIBIBYTE, MINUTE = 2**30, 60
pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(400)]


def deflated(size: int, layers: int, unit: bytes = b" ") -> bytes:
    """`size` bytes of `unit`, deflated `layers` times, as a content stream that names its filters."""
    packer = zlib.compressobj(9)
    block = unit * (2**20 // len(unit))
    data = b"".join(packer.compress(block) for _ in range(size // len(block))) + packer.flush()
    for _ in range(layers - 1):
        data = zlib.compress(data, 9)
    return stream(data, b"/Filter [%s]" % (b"/FlateDecode " * layers))


def with_content(content: bytes, *extra: bytes, page: bytes = b"") -> bytes:
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        FONT,
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 400] /Contents 5 0 R "
        b"/Resources << /Font << /F1 3 0 R >> /XObject << /X 6 0 R /Y 7 0 R >> >> %s >>" % page,
        content,
        *extra,
    ]
    return assemble(objects)


def form(content: bytes) -> bytes:
    resources = b"/Resources << /XObject << /X 6 0 R /Y 7 0 R >> >>"
    return stream(content, b"/Type /XObject /Subtype /Form /BBox [0 0 300 400] " + resources)


def image_bomb() -> bytes:
    """A page whose image has 60,000 × 60,000 pixels of one bit, 450 MB of black in a few hundred bytes of Flate."""
    entries = b"/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /BitsPerComponent 1 /ColorSpace /DeviceGray "
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(bytes(2**20)) for _ in range(430)) + packer.flush()
    picture = stream(zlib.compress(data, 9), entries + b"/Filter [/FlateDecode /FlateDecode]")
    return with_content(stream(b"300 0 0 400 0 0 cm /X Do"), picture)


def png_bomb() -> bytes:
    """A PNG that claims 60,000 × 60,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(2**24), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def tiff_loop() -> bytes:
    """A TIFF whose only directory names itself as the next one."""
    entries = [(256, 4, 1, 8), (257, 4, 1, 8), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, 200)]
    entries += [(277, 3, 1, 1), (278, 4, 1, 8), (279, 4, 1, 64)]
    directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return (b"II*\0" + struct.pack("<I", 8) + directory + struct.pack("<I", 8)).ljust(200, b"\0") + bytes(64)


def many_pages(count: int) -> bytes:
    """A tree of `count` pages that are one and the same object."""
    kids = b"4 0 R " * 1000
    nodes = count // 1000
    tree = b"".join(b"%d 0 R " % (5 + n) for n in range(nodes))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (tree, count),
        FONT,
        b"<< /Type /Page /Parent 5 0 R /MediaBox [0 0 300 400] >>",
        *[b"<< /Type /Pages /Parent 2 0 R /Count 1000 /Kids [%s] >>" % kids] * nodes,
    ]
    return assemble(objects)


def tree_loop() -> bytes:
    return assemble(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R 2 0 R] /Count 3 >>",
            b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R 3 0 R] /Count 2 >>",
        ]
    )


BOMBS: dict[str, Callable[[], bytes]] = {
    "flate 200 MB": lambda: with_content(deflated(200 * 2**20, 1)),
    "flate nested 2 GB": lambda: with_content(deflated(2 * 2**30, 2)),
    "flate nested text": lambda: with_content(deflated(100 * 2**20, 3, text_at(10, 10, b"more and more text"))),
    "page tree loop": tree_loop,
    "self-invoking form": lambda: with_content(stream(b"/X Do"), form(b"/X Do /X Do"), form(b"")),
    "mutual forms": lambda: with_content(stream(b"/X Do"), form(b"/Y Do /Y Do"), form(b"/X Do /X Do")),
    "forms doubling 2^60": lambda: with_content(
        stream(b"/X Do"),
        *[
            stream(
                b"/Z Do /Z Do" if n < 66 else text_at(10, 10, b"leaf"),
                b"/Type /XObject /Subtype /Form /BBox [0 0 300 400] "
                b"/Resources << /Font << /F1 3 0 R >> /XObject << /Z %d 0 R >> >>" % (n + 1),
            )
            for n in range(6, 67)
        ],
    ),
    "image 60000 squared": image_bomb,
    "png 60000 squared": png_bomb,
    "tiff loop": tiff_loop,
    "200,000 pages": lambda: many_pages(200_000),
    "deep arrays": lambda: with_content(
        stream(b"[" * 200_000 + b"]" * 200_000 + b" 0 d"), page=b"/X " + b"[" * 100_000
    ),
    "deep dictionaries": lambda: with_content(stream(b""), page=b"/X " + b"<< /X " * 100_000),
    "unclosed strings": lambda: with_content(stream(b"(" * 2_000_000)),
    "contents loop": lambda: assemble(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Rotate 3 0 R >>",
            b"[4 0 R 4 0 R]",
        ]
    ),
    "page of no size": lambda: pdf_of(b"", page=b"/MediaBox [0 0 0 0]"),
    "page of huge size": lambda: pdf_of(b"", page=b"/MediaBox [0 0 1e9 1e9]"),
    "dashes": lambda: pdf_of(b"[0.00001] 0 d 0 0 m 300 400 l S " * 2000),
    **PDF_BOMBS,
    **PICTURE_BOMBS,
    **MESSAGE_BOMBS,
    **ODD_MESSAGES,
}


def survive(sandbox: Sandbox, path: str) -> list[str]:
    """Reads all that the product reads; the codes of what was refused."""
    codes = []
    for ask in (
        lambda: sandbox.inspect(path),
        lambda: sandbox.page_sizes(path),
        lambda: sandbox.render(path, 1, 110),
        lambda: sandbox.read_text_layer(path, 1),
        lambda: sandbox.read_attachments(path),
    ):
        try:
            ask()
        except PermanentFailure as failure:
            codes.append(failure.code)
            assert failure.message
    return codes


@pytest.mark.slow
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_read_or_refused_by_name(name, tmp_path, capsys):
    verdicts: list[tuple[str, Verdict]] = []
    sandbox = Sandbox(on_verdict=lambda operation, verdict: verdicts.append((operation, verdict)))
    path, good = tmp_path / "bomb", tmp_path / "good"
    path.write_bytes(BOMBS[name]())
    good.write_bytes(pdf_of(text_at(40, 300, b"Good")))
    sandbox.inspect(str(good))
    server = sandbox._server.process_id
    verdicts.clear()

    codes = survive(sandbox, str(path))

    assert verdicts
    assert set(codes) <= set(SandboxCode) - {SandboxCode.SANDBOX_UNAVAILABLE}
    assert name not in ENCRYPTED or set(codes) == {SandboxCode.ENCRYPTED}
    memory, wall = max(v.max_rss_bytes for _, v in verdicts), max(v.wall_seconds for _, v in verdicts)
    with capsys.disabled():
        print(f"\n{name:28} {path.stat().st_size:>9,} bytes  {memory / 2**20:5.0f} MB {wall:5.1f} s  {codes or 'read'}")
    assert memory <= GIBIBYTE
    assert wall <= MINUTE + 1
    assert sandbox.read_text_layer(str(good), 1)["words"][0][0] == "Good"
    assert sandbox._server.process_id == server
