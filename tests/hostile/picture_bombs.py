"""Pictures that were made to do harm, or lie of themselves."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from functools import partial

from PIL import Image

from tests.factories import files
from tests.hostile import tiff_files as t
from tests.hostile.ordinary_pictures import (
    SIZE,
    bmp,
    chunk,
    corner,
    gif,
    jpeg,
    png,
    saved,
    unfiltered,
    webp,
)

MANY = 1_000_000


def zeros(size: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(2**20)) for _ in range(size >> 20)) + packer.flush()


# --- TIFF


def directories(count: int) -> bytes:
    tiff = t.Tiff()
    for _ in range(count):
        tiff.picture((8, 8), [bytes(64)])
    return tiff.bytes()


def two_directories_in_a_ring() -> bytes:
    tiff = t.Tiff()
    first = tiff.picture(SIZE, [corner().tobytes()])
    tiff.picture(SIZE, [corner().tobytes()], next_at=first)
    return tiff.bytes()


def tag(number: int, kind: int, count: int, value: int) -> bytes:
    """A TIFF with a tag of `count` values that lie at `value`, which are not there."""
    data = bytearray(t.one(SIZE, [corner().tobytes()], [(60000, t.LONG, [7])]))
    place = data.index(struct.pack("<HHI", 60000, t.LONG, 1))
    data[place : place + 12] = struct.pack("<HHII", number, kind, count, value)
    return bytes(data)


def tiff_of(entries: list[t.Entry], blocks: tuple[bytes, ...] = (b"",), size: tuple[int, int] = SIZE) -> bytes:
    return t.one(size, blocks, entries)


def deflated_tiff(side: int, bits: int, samples: int, kind: int = 1) -> bytes:
    """Zeros: `side` squared pixels of this many samples in a few kilobytes. `kind` 3 are floats."""
    entries = [
        (t.COMPRESSION, t.SHORT, [8]),
        (t.BITS, t.SHORT, [bits] * samples),
        (t.SAMPLES, t.SHORT, [samples]),
        (t.PHOTOMETRIC, t.SHORT, [2 if samples > 2 else 1]),
        (339, t.SHORT, [kind] * samples),
        *([(338, t.SHORT, [2])] if samples == 4 else []),
    ]
    return t.one((side, side), [zeros(side * side * samples * bits // 8 + 2**20)], entries)


# --- BMP


def bmp_header(width: int = 96, height: int = 64, bits: int = 8, compression: int = 0, colors: int = 0) -> bytes:
    return struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, compression, 0, 0, 0, colors, 0)


# --- PNG


def png_with(*between: bytes) -> bytes:
    return png(unfiltered(corner()), bits=8, kind=0, between=b"".join(between))


def png_claiming(width: int, height: int, *, bits: int = 8, kind: int = 0, interlaced: int = 0) -> bytes:
    """What it claims is not there: the rows end after 16 MiB of zeros."""
    return png(bytes(2**24), bits=bits, kind=kind, interlaced=interlaced, size=(width, height))


def png_of_zeros(side: int, bits: int, kind: int) -> bytes:
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[kind]
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, bits, kind, 0, 0, 0))
    rows = zeros((side * channels * bits // 8 + 1) * side + 2**20)
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def many_chunks() -> bytes:
    data = zlib.compress(unfiltered(corner()), 0)
    fragments = b"".join(chunk(b"IDAT", data[n : n + 1]) + chunk(b"IDAT", b"") * 20 for n in range(len(data)))
    whole = png_with()
    return whole[:33] + fragments + chunk(b"IEND", b"")


def endless_animation() -> bytes:
    """An APNG that says it has 2^31 frames."""
    return png_with(chunk(b"acTL", struct.pack(">II", 2**31 - 1, 0)))


# --- JPEG


def segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def jpeg_with(*segments: bytes) -> bytes:
    data = jpeg()
    return data[:2] + b"".join(segments) + data[2:]


def jpeg_claiming(width: int, height: int) -> bytes:
    data = bytearray(jpeg())
    place = data.index(b"\xff\xc0") + 5
    data[place : place + 4] = struct.pack(">HH", height, width)
    return bytes(data)


def jpeg_as(marker: int, bits: int = 8) -> bytes:
    """Another process than it was written by: 0xC1 with 12 bits, 0xC3 lossless, 0xC9 arithmetic."""
    data = bytearray(jpeg())
    place = data.index(b"\xff\xc0")
    data[place + 1], data[place + 4] = marker, bits
    return bytes(data)


def many_scans(count: int, side: int = 64) -> bytes:
    """The last scan of a progressive picture again and again: each decodes the whole picture again."""
    whole = saved(Image.new("L", (side, side), 90), "JPEG", progressive=True, quality=95)
    last = whole.rindex(b"\xff\xda")
    return whole[:last] + whole[last:-2] * count + b"\xff\xd9"


def exif(data: bytes) -> bytes:
    return segment(0xE1, b"Exif\0\0" + data)


def exif_loop() -> bytes:
    """Directories that name themselves: as the next one, as Exif's, as GPS'."""
    entries = [struct.pack("<HHII", number, 4, 1, 8) for number in (0x8769, 0x8825, 0xA005, 0x014A)]
    return exif(
        b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", len(entries)) + b"".join(entries) + struct.pack("<I", 8)
    )


def exif_orientation(kind: int, count: int, value: bytes) -> bytes:
    entry = struct.pack("<HHI", 0x0112, kind, count) + value.ljust(4, b"\0")
    return exif(b"II*\0" + struct.pack("<IH", 8, 1) + entry + struct.pack("<I", 0))


def profile(size: int, *, name: bytes = b"acsp") -> bytes:
    """A colour profile of zeros, deflated, as PNG carries it."""
    body = struct.pack(">I", size) + bytes(32) + name + bytes(2**10)
    return chunk(b"iCCP", b"bomb\0\0" + zlib.compress(body) + (zeros(size) if size > 2**20 else b""))


def lies_of_pictures_behind(count: int) -> bytes:
    """An MPO index of pictures that are not there."""
    index = struct.pack("<HHII", 0xB001, 4, 1, count) + struct.pack("<HHII", 0xB002, 7, 16 * min(count, 3000), 50)
    data = b"MPF\0II*\0" + struct.pack("<IH", 8, 2) + index + struct.pack("<I", 0)
    return jpeg_with(segment(0xE2, data + bytes(16 * min(count, 3000))))


# --- GIF and WebP


def frames_gif(count: int) -> bytes:
    whole = gif()
    start = whole.index(b"\x2c")
    return whole[:start] + whole[start:-1] * count + b";"


def gif_claiming(width: int, height: int, *, of_frame: bool = False) -> bytes:
    data = bytearray(gif())
    place = data.index(b"\x2c") + 5 if of_frame else 6
    data[place : place + 4] = struct.pack("<HH", width, height)
    return bytes(data)


def gif_remarks(count: int) -> bytes:
    whole = gif()
    start = whole.index(b"\x2c")
    return whole[:start] + b"!\xfe" + (b"\xff" + b"a" * 255) * count + b"\0" + whole[start:]


def gif_without_codes() -> bytes:
    """The picture's codes are noise: none of them, then all."""
    whole = gif()
    start = whole.index(b"\x2c") + 11
    return whole[:start] + b"\x0b" + (b"\xff" + b"\xff" * 255) * 200 + b"\0;"


def webp_claiming(width: int, height: int) -> bytes:
    body = (
        b"VP8X"
        + struct.pack("<I", 10)
        + b"\x10\0\0\0"
        + (width - 1).to_bytes(3, "little")
        + (height - 1).to_bytes(3, "little")
    )
    body += webp()[12:]
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def animated_webp(count: int) -> bytes:
    shades = [Image.new("L", (16, 16), n % 256) for n in range(count)]
    return saved(shades[0], "WEBP", save_all=True, append_images=shades[1:], duration=10, lossless=True)


def webp_of_length(length: int) -> bytes:
    return b"RIFF" + struct.pack("<I", length) + webp()[8:]


# --- HEIC


def box(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data) + 8) + kind + data


def full(kind: bytes, data: bytes, version: int = 0, flags: int = 0) -> bytes:
    return box(kind, struct.pack(">I", version << 24 | flags) + data)


def grid(rows: int, columns: int, size: tuple[int, int], *, tiles: int = 0) -> bytes:
    """A picture made of others: of itself, where there are no `tiles`, else of that many times one photograph that is not
    there. ISO/IEC 23008-12, 6.6.2.3."""
    described = struct.pack(">BBBBII", 0, 1, rows - 1, columns - 1, *size)
    names = {1: b"grid", **({2: b"hvc1"} if tiles else {})}
    infos = b"".join(full(b"infe", struct.pack(">HH", item, 0) + kind + b"\0", 2) for item, kind in names.items())
    parts = [2] * tiles if tiles else [1] * min(rows * columns, 60_000)
    references = full(b"iref", box(b"dimg", struct.pack(f">HH{len(parts)}H", 1, len(parts), *parts)))
    extent = full(b"ispe", struct.pack(">II", *size))
    links = b"".join(struct.pack(">HBB", item, 1, 1) for item in names)
    properties = box(b"iprp", box(b"ipco", extent) + full(b"ipma", struct.pack(">I", len(names)) + links))
    places = b"".join(struct.pack(">HHHHII", item, 1, 0, 1, 0, len(described)) for item in names)
    meta = full(
        b"meta",
        full(b"hdlr", bytes(4) + b"pict" + bytes(13))
        + full(b"pitm", struct.pack(">H", 1))
        + full(b"iinf", struct.pack(">H", len(names)) + infos)
        + references
        + properties
        + full(b"iloc", struct.pack(">BBH", 0x44, 0, len(names)) + places, 1)
        + box(b"idat", described),
    )
    return box(b"ftyp", b"heic\0\0\0\0mif1heic") + meta


def sequence_without_track() -> bytes:
    return (
        box(b"ftyp", b"msf1\0\0\0\0msf1hevcheic")
        + box(b"moov", box(b"trak", bytes(100)))
        + files.heic("two-frames")[32:]
    )


# --- of two kinds at once


def two_kinds(first: bytes, second: bytes) -> bytes:
    return first + second


PICTURE_BOMBS: dict[str, Callable[[], bytes]] = {
    "png of one pixel": lambda: png(b"\0\0", bits=8, kind=0, size=(1, 1)),
    "png of one row": lambda: png(bytes(20_001), bits=8, kind=0, size=(20_000, 1)),
    "png of one column": lambda: png(bytes(40_000), bits=8, kind=0, size=(1, 20_000)),
    "tiff of one row": lambda: t.one((60_000, 1), [bytes(range(250)) * 240]),
    "tiff of 20,000 directories": partial(directories, 20_000),
    "tiff, two directories in a ring": two_directories_in_a_ring,
    "tiff tag of 4 billion letters": partial(tag, 305, 2, 2**32 - 1, 8),
    "tiff tag of 4 billion fractions": partial(tag, 282, 5, 2**32 - 1, 8),
    "tiff tag of no kind": partial(tag, 270, 77, 9, 8),
    "tiff exif that is itself": partial(tag, 0x8769, 4, 1, 8),
    "tiff strips of 4 gigabytes": partial(tiff_of, [(t.LENGTHS, t.LONG, [2**32 - 1])]),
    "tiff strips that are elsewhere": partial(tiff_of, [(t.STRIPS, t.LONG, [2**32 - 2])]),
    "tiff tiles of 2^31": partial(tiff_of, [(t.TILE_WIDTH, t.LONG, [2**31]), (t.TILE_HEIGHT, t.LONG, [2**31])]),
    "tiff tiles of nothing": partial(tiff_of, [(t.TILE_WIDTH, t.LONG, [0]), (t.TILE_HEIGHT, t.LONG, [0])]),
    "tiff of 60,000 samples": partial(tiff_of, [(t.SAMPLES, t.SHORT, [60_000]), (t.BITS, t.SHORT, [8] * 60_000)]),
    "tiff rows a strip: 0": partial(tiff_of, [(t.ROWS, t.LONG, [0])]),
    "tiff 50,000 squared": partial(tiff_of, [], (b"",), (50_000, 50_000)),
    "bigtiff, big end first": lambda: t.one(SIZE, [corner().tobytes()], is_big=True, order=">"),
    "tiff of no known compression": partial(tiff_of, [(t.COMPRESSION, t.SHORT, [34712])], (corner().tobytes(),)),
    "tiff codes of noise": partial(tiff_of, [(t.COMPRESSION, t.SHORT, [5])], (b"\x80\xff" * 5000,)),
    "tiff fax of noise": partial(
        tiff_of, [(t.COMPRESSION, t.SHORT, [4]), (t.BITS, t.SHORT, [1])], (b"\xa5\x5a" * 5000,)
    ),
    "tiff deflate, 59 million pixels": partial(deflated_tiff, 7700, 8, 1),
    "tiff deflate, rgba of 16 bit": partial(deflated_tiff, 7700, 16, 4),
    "tiff deflate, floats": partial(deflated_tiff, 7700, 32, 1, 3),
    "bmp of 2^31": partial(bmp, bytes(6000), header=bmp_header(2**31 - 1, 2**31 - 1)),
    "bmp of -2^31 rows": partial(bmp, bytes(6000), header=bmp_header(height=-(2**31))),
    "bmp of -96 columns": partial(bmp, bytes(6000), header=bmp_header(width=-96)),
    "bmp of 4 billion colours": partial(bmp, bytes(6000), header=bmp_header(colors=2**32 - 1)),
    "bmp of 99 bits": partial(bmp, bytes(6000), header=bmp_header(bits=99)),
    "bmp that is a jpeg": partial(bmp, jpeg(), header=bmp_header(compression=4)),
    "bmp rle that never ends": partial(
        bmp, b"\0\2\xff\0" * 100_000, header=bmp_header(compression=1), palette=bytes(1024)
    ),
    "bmp rle, 59 million pixels": partial(
        bmp, b"\xff\0" * 250_000, header=bmp_header(7700, 7700, compression=1), palette=bytes(1024)
    ),
    "png of 2^31": partial(png_claiming, 2**31 - 1, 2**31 - 1),
    "png of no width": partial(png_claiming, 0, 64),
    "png interlaced, 7,700 squared": partial(png_claiming, 7700, 7700, interlaced=1),
    "png rgba of 16 bit, 7,700 squared": partial(png_of_zeros, 7700, 16, 6),
    "png gray of 16 bit, 7,700 squared": partial(png_of_zeros, 7700, 16, 0),
    "png note of 1 gigabyte": lambda: png_with(chunk(b"zTXt", b"Comment\0\0" + zeros(2**30))),
    "png notes, many": lambda: png_with(*[chunk(b"zTXt", b"Comment\0\0" + zeros(2**20))] * 300),
    "png international note": lambda: png_with(chunk(b"iTXt", b"Comment\0\1\0en\0\0" + zeros(2**30))),
    "png profile of 1 gigabyte": lambda: png_with(profile(2**30)),
    "png with an unknown profile": lambda: png_with(profile(100, name=b"nope")),
    "png 10,000 notes": lambda: png_with(*[chunk(b"tEXt", b"Comment\0again")] * 10_000),
    "png of many chunks": many_chunks,
    "png animation of 2^31 frames": endless_animation,
    "png chunk of 2^31": lambda: png_with()[:33] + struct.pack(">I", 2**31 - 1) + b"IDAT" + bytes(100),
    "png two heads": lambda: png_with(chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0))),
    "png palette of nothing": lambda: png(unfiltered(corner()), bits=8, kind=3),
    "png of no known method": lambda: png_with().replace(b"\x08\0\0\0\0", b"\x08\0\x63\x63\0", 1),
    "png rows of a bomb": lambda: png(bytes(2**28), bits=8, kind=0),
    "jpeg 65,500 squared": partial(jpeg_claiming, 65_500, 65_500),
    "jpeg of no height": partial(jpeg_claiming, 96, 0),
    "jpeg 7,700 squared of nothing": partial(jpeg_claiming, 7700, 7700),
    "jpeg of 12 bit": partial(jpeg_as, 0xC1, 12),
    "jpeg lossless": partial(jpeg_as, 0xC3),
    "jpeg arithmetic": partial(jpeg_as, 0xC9),
    "jpeg of 5,000 scans": partial(many_scans, 5000),
    "jpeg of 1,000 scans, 4,000 squared": partial(many_scans, 1000, 4000),
    "jpeg of 10,000 remarks": lambda: jpeg_with(*[segment(0xFE, b"a" * 5000)] * 10_000),
    "jpeg of 255 profiles": lambda: jpeg_with(
        *[segment(0xE2, b"ICC_PROFILE\0" + bytes([n, 255]) + b"x" * 60_000) for n in range(255)]
    ),
    "jpeg exif that is itself": lambda: jpeg_with(exif_loop()),
    "jpeg exif of noise": lambda: jpeg_with(exif(b"II*\0" + b"\xff" * 60_000)),
    "jpeg orientation of a word": lambda: jpeg_with(exif_orientation(2, 4, b"six\0")),
    "jpeg orientation of 1 billion": lambda: jpeg_with(exif_orientation(4, 1, struct.pack("<I", 10**9))),
    "jpeg orientation of fractions": lambda: jpeg_with(exif_orientation(5, 1, struct.pack("<I", 0))),
    "jpeg orientations, many": lambda: jpeg_with(exif_orientation(3, 5000, struct.pack("<I", 8))),
    "jpeg of 3,000 pictures behind": partial(lies_of_pictures_behind, 3000),
    "jpeg of 4 billion pictures behind": partial(lies_of_pictures_behind, 2**32 - 1),
    "jpeg markers only": lambda: b"\xff\xd8" + b"\xff\xd0" * MANY + b"\xff\xd9",
    "jpeg head only": lambda: b"\xff\xd8\xff",
    "gif of 5,000 frames": partial(frames_gif, 5000),
    "gif of 65,535 squared": partial(gif_claiming, 65_535, 65_535),
    "gif frame of 65,535 squared": partial(gif_claiming, 65_535, 65_535, of_frame=True),
    "gif remark of 50 MB": partial(gif_remarks, 200_000),
    "gif codes of noise": gif_without_codes,
    "gif head only": lambda: b"GIF89a",
    "webp of 16,384 squared": partial(webp_claiming, 16_384, 16_384),
    "webp of 16 million squared": partial(webp_claiming, 2**24, 2**24),
    "webp of 600 frames": partial(animated_webp, 600),
    "webp longer than it is": partial(webp_of_length, 2**32 - 1),
    "webp of no length": partial(webp_of_length, 0),
    "heic grid of itself": partial(grid, 256, 256, (4096, 4096)),
    "heic grid of a missing photo": partial(grid, 16, 16, (4096, 4096), tiles=256),
    "heic grid 60,000 squared": partial(grid, 2, 2, (60_000, 60_000), tiles=4),
    "heic grid with too few parts": partial(grid, 255, 255, (4096, 4096), tiles=3),
    "heic sequence without a track": sequence_without_track,
    "picture, then archive": lambda: two_kinds(gif(), b"PK\x03\x04" + bytes(500) + b"PK\x05\x06" + bytes(18)),
}
