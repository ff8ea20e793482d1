"""TIFFs written by hand: any tag, several directories, strips or tiles, classic or BigTIFF. TIFF 6.0; BigTIFF as libtiff."""

from __future__ import annotations

import struct
from collections.abc import Sequence

WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, STRIPS, SAMPLES, ROWS, LENGTHS = (
    256,
    257,
    258,
    259,
    262,
    273,
    277,
    278,
    279,
)
FILL_ORDER, PLANAR, TILE_WIDTH, TILE_HEIGHT, TILES, TILE_LENGTHS = 266, 284, 322, 323, 324, 325
SHORT, LONG, LONG8 = 3, 4, 16
_SIZES = {1: 1, 2: 1, SHORT: 2, LONG: 4, LONG8: 8}
_CODES = {1: "B", 2: "B", SHORT: "H", LONG: "I", LONG8: "Q"}
Entry = tuple[int, int, Sequence[int]]


class Tiff:
    """`order` is "<" or ">"; blocks of pixels first, directories behind them, each found by the one before."""

    def __init__(self, order: str = "<", *, is_big: bool = False) -> None:
        self.order, self.is_big = order, is_big
        mark = b"II" if order == "<" else b"MM"
        self.body = bytearray(mark + (self._packed("HHHQ", 43, 8, 0, 0) if is_big else self._packed("HI", 42, 0)))
        self._link = 8 if is_big else 4

    def _packed(self, codes: str, *values: int) -> bytes:
        return struct.pack(self.order + codes, *values)

    def block(self, data: bytes) -> int:
        """Where the bytes begin."""
        self.body += bytes(len(self.body) % 2)
        start = len(self.body)
        self.body += data
        return start

    def directory(self, entries: Sequence[Entry], *, next_at: int | None = None) -> int:
        """Where it begins. `next_at` names the directory after it instead of the one that is added next."""
        word, count = ("Q", "Q") if self.is_big else ("I", "H")
        room = 8 if self.is_big else 4
        lines = []
        for tag, kind, values in sorted(entries):
            data = b"".join(self._packed(_CODES[kind], value) for value in values)
            value = data.ljust(room, b"\0") if len(data) <= room else self._packed(word, self.block(data))
            lines.append(self._packed("HH" + word, tag, kind, len(values)) + value)
        start = self.block(self._packed(count, len(lines)) + b"".join(lines))
        self.body[self._link : self._link + room] = self._packed(word, start)
        self._link = self.block(self._packed(word, next_at or 0))
        return start

    def picture(
        self, size: tuple[int, int], blocks: Sequence[bytes], entries: Sequence[Entry] = (), **options: int
    ) -> int:
        """A directory whose strips, or tiles where `entries` say how large they are, hold `blocks`. Gray of 8 bits, if not
        said otherwise."""
        starts = [self.block(block) for block in blocks]
        is_tiled = any(tag == TILE_WIDTH for tag, _, _ in entries)
        width, height = size
        own: dict[int, Entry] = {
            WIDTH: (WIDTH, LONG, [width]),
            HEIGHT: (HEIGHT, LONG, [height]),
            BITS: (BITS, SHORT, [8]),
            COMPRESSION: (COMPRESSION, SHORT, [1]),
            PHOTOMETRIC: (PHOTOMETRIC, SHORT, [1]),
            SAMPLES: (SAMPLES, SHORT, [1]),
            (TILES if is_tiled else STRIPS): (TILES if is_tiled else STRIPS, LONG8 if self.is_big else LONG, starts),
            (TILE_LENGTHS if is_tiled else LENGTHS): (
                TILE_LENGTHS if is_tiled else LENGTHS,
                LONG8 if self.is_big else LONG,
                [len(block) for block in blocks],
            ),
        }
        if not is_tiled:
            own[ROWS] = (ROWS, LONG, [-(-height // max(1, len(blocks)))])
        own |= {entry[0]: entry for entry in entries}
        return self.directory(list(own.values()), **options)

    def bytes(self) -> bytes:
        return bytes(self.body)


def one(size: tuple[int, int], blocks: Sequence[bytes], entries: Sequence[Entry] = (), **options: bool) -> bytes:
    tiff = Tiff(**options)
    tiff.picture(size, blocks, entries)
    return tiff.bytes()
