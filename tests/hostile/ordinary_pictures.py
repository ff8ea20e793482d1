"""Pictures that any viewer shows and that few programs write: the upper left quarter is black, the rest white, in whatever
way the pixels are stored. 96 × 64 pixels, upright."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.hostile import tiff_files as t

WIDTH, HEIGHT = 96, 64
SIZE = (WIDTH, HEIGHT)
Pixels = NDArray[np.uint8]


def corner() -> Pixels:
    pixels = np.full((HEIGHT, WIDTH), 255, np.uint8)
    pixels[: HEIGHT // 2, : WIDTH // 2] = 0
    return pixels


def picture(mode: str = "L") -> Image.Image:
    return Image.fromarray(corner()).convert(mode)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


# --- TIFF


def tiff(compression: str, mode: str = "L") -> bytes:
    return saved(picture(mode), "TIFF", compression=compression)


def _tiles(pixels: NDArray[np.generic], side: int) -> list[bytes]:
    rows, columns = pixels.shape[0] // side, pixels.shape[1] // side
    return [
        pixels[side * row : side * (row + 1), side * column : side * (column + 1)].tobytes()
        for row in range(rows)
        for column in range(columns)
    ]


def tiled_tiff(*, is_big: bool = False, order: str = "<") -> bytes:
    entries = [(t.TILE_WIDTH, t.SHORT, [32]), (t.TILE_HEIGHT, t.SHORT, [32])]
    return t.one(SIZE, _tiles(corner(), 32), entries, is_big=is_big, order=order)


def tiled_deflate_tiff() -> bytes:
    entries = [(t.TILE_WIDTH, t.SHORT, [32]), (t.TILE_HEIGHT, t.SHORT, [32]), (t.COMPRESSION, t.SHORT, [8])]
    return t.one(SIZE, [zlib.compress(tile) for tile in _tiles(corner(), 32)], entries)


def planar_tiff() -> bytes:
    entries = [
        (t.SAMPLES, t.SHORT, [3]),
        (t.BITS, t.SHORT, [8, 8, 8]),
        (t.PLANAR, t.SHORT, [2]),
        (t.PHOTOMETRIC, t.SHORT, [2]),
    ]
    return t.one(SIZE, [corner().tobytes()] * 3, [*entries, (t.ROWS, t.LONG, [HEIGHT])])


def deep_tiff(photometric: int = 1, samples: int = 1, order: str = "<") -> bytes:
    """16 bits a sample."""
    values = np.repeat(corner().astype(order + "u2")[:, :, None] * 257, samples, axis=2)
    entries = [
        (t.BITS, t.SHORT, [16] * samples),
        (t.SAMPLES, t.SHORT, [samples]),
        (t.PHOTOMETRIC, t.SHORT, [photometric]),
    ]
    return t.one(SIZE, [values.tobytes()], entries, order=order)


def packed_tiff(bits: int, *, is_white_zero: bool = False) -> bytes:
    """1, 2 or 4 bits a pixel; as facsimile machines do, white may be zero."""
    levels = corner() // 255 * (2**bits - 1)
    levels = (2**bits - 1) - levels if is_white_zero else levels
    each = 8 // bits
    grouped = levels.reshape(HEIGHT, WIDTH // each, each).astype(np.uint8)
    packed = sum(grouped[:, :, place] << (bits * (each - 1 - place)) for place in range(each))
    entries = [(t.BITS, t.SHORT, [bits]), (t.PHOTOMETRIC, t.SHORT, [0 if is_white_zero else 1])]
    return t.one(SIZE, [np.asarray(packed, np.uint8).tobytes()], entries)


def cmyk_tiff() -> bytes:
    return saved(picture("CMYK"), "TIFF", compression="tiff_lzw")


def lab_tiff() -> bytes:
    lab = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    lab[:, :, 0] = corner()
    entries = [(t.BITS, t.SHORT, [8] * 3), (t.SAMPLES, t.SHORT, [3]), (t.PHOTOMETRIC, t.SHORT, [8])]
    return t.one(SIZE, [lab.tobytes()], entries)


def alpha_tiff() -> bytes:
    """White paper is what is transparent, and black below it."""
    layers = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    layers[:, :, 3] = 255 - corner()
    entries = [
        (t.BITS, t.SHORT, [8] * 4),
        (t.SAMPLES, t.SHORT, [4]),
        (t.PHOTOMETRIC, t.SHORT, [2]),
        (338, t.SHORT, [2]),
    ]
    return t.one(SIZE, [layers.tobytes()], entries)


def one_strip_tiff() -> bytes:
    """Rows a strip: as many as there could ever be, the default of the standard."""
    return t.one(SIZE, [corner().tobytes()], [(t.ROWS, t.LONG, [2**32 - 1])])


def tiff_without_lengths() -> bytes:
    """Old programs leave the lengths of strips out."""
    return t.one(SIZE, [corner().tobytes()], [(t.LENGTHS, t.LONG, [0])])


def old_jpeg_in_tiff() -> bytes:
    stream = saved(picture("L"), "JPEG", quality=95)
    return t.one(SIZE, [stream], [(t.COMPRESSION, t.SHORT, [7])])


# --- BMP


def bmp(rows: bytes, *, header: bytes, palette: bytes = b"") -> bytes:
    offset = 14 + len(header) + len(palette)
    return b"BM" + struct.pack("<IHHI", offset + len(rows), 0, 0, offset) + header + palette + rows


_GRAYS = {bits: b"".join(bytes([n * 255 // (2**bits - 1)] * 3 + [0]) for n in range(2**bits)) for bits in (1, 4, 8)}


def _info(bits: int, compression: int = 0, *, height: int = HEIGHT, size: int = 40, extra: bytes = b"") -> bytes:
    return struct.pack("<IiiHHIIiiII", size, WIDTH, height, 1, bits, compression, 0, 2835, 2835, 0, 0) + extra


def plain_bmp(*, is_upright: bool = False) -> bytes:
    rows = corner() if is_upright else corner()[::-1]
    return bmp(rows.tobytes(), header=_info(8, height=-HEIGHT if is_upright else HEIGHT), palette=_GRAYS[8])


def os2_bmp() -> bytes:
    """As OS/2 1 and Windows 2 wrote: a header of 12 bytes, colours of three."""
    palette = b"".join(_GRAYS[8][n : n + 3] for n in range(0, 1024, 4))
    return bmp(corner()[::-1].tobytes(), header=struct.pack("<IHHHH", 12, WIDTH, HEIGHT, 1, 8), palette=palette)


def rle8_bmp() -> bytes:
    black, white = bytes([48, 0, 48, 255, 0, 0]), bytes([96, 255, 0, 0])
    return bmp(white * 32 + black * 32 + b"\0\1", header=_info(8, 1), palette=_GRAYS[8])


def rle4_bmp() -> bytes:
    black, white = bytes([48, 0x00, 48, 0xFF, 0, 0]), bytes([96, 0xFF, 0, 0])
    return bmp(white * 32 + black * 32 + b"\0\1", header=_info(4, 2), palette=_GRAYS[4])


def masked_bmp() -> bytes:
    """16 bits a pixel: 5 red, 6 green, 5 blue."""
    masks = struct.pack("<III", 0xF800, 0x07E0, 0x001F)
    rows = (corner()[::-1].astype(np.uint16) // 255 * 0xFFFF).astype("<u2").tobytes()
    return bmp(rows, header=_info(16, 3) + masks)


def short_bmp() -> bytes:
    rows = (corner()[::-1].astype(np.uint16) // 255 * 0x7FFF).astype("<u2").tobytes()
    return bmp(rows, header=_info(16))


def wide_bmp() -> bytes:
    """32 bits a pixel, of which the last eight are nothing: they are not how transparent it is."""
    rows = np.repeat(corner()[::-1, :, None], 4, axis=2)
    rows[:, :, 3] = 0
    return bmp(rows.tobytes(), header=_info(32))


def bit_bmp() -> bytes:
    return bmp(np.packbits(corner()[::-1] > 0, axis=1).tobytes(), header=_info(1), palette=_GRAYS[1])


def newest_bmp() -> bytes:
    header = _info(24, size=124, extra=bytes(124 - 40))
    return bmp(np.repeat(corner()[::-1, :, None], 3, axis=2).tobytes(), header=header)


# --- PNG


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(
    rows: bytes, *, bits: int, kind: int, interlaced: int = 0, between: bytes = b"", size: tuple[int, int] = SIZE
) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", *size, bits, kind, 0, 0, interlaced))
    return b"\x89PNG\r\n\x1a\n" + head + between + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def unfiltered(rows: NDArray[np.generic]) -> bytes:
    return b"".join(b"\0" + row.tobytes() for row in rows)


def deep_png(channels: int) -> bytes:
    """16 bits a sample; with alpha, paper is what is transparent."""
    kind = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    values = np.repeat(corner().astype(">u2")[:, :, None] * 257, channels, axis=2)
    if channels in (2, 4):
        values[:, :, -1] = 65535 - values[:, :, 0]
        values[:, :, :-1] = 0
    return png(unfiltered(values), bits=16, kind=kind)


def interlaced_png() -> bytes:
    """Adam7, whose seven passes are images of their own. PNG, 8.2."""
    passes = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
    rows = b"".join(unfiltered(np.ascontiguousarray(corner()[y::down, x::across])) for x, y, across, down in passes)
    return png(rows, bits=8, kind=0, interlaced=1)


def animated_png() -> bytes:
    frames = [picture(), Image.new("L", SIZE, 128)]
    return saved(frames[0], "PNG", save_all=True, append_images=frames[1:])


def palette_png() -> bytes:
    image = picture("P")
    return saved(image, "PNG", transparency=image.getpixel((WIDTH - 1, HEIGHT - 1)))


def png_with_spoiled_note() -> bytes:
    """A remark whose check sum is wrong; the picture itself is whole."""
    note = chunk(b"tEXt", b"Comment\0made with love")
    return png(unfiltered(corner()), bits=8, kind=0, between=note[:-4] + b"\0\0\0\0")


def png_with_long_note() -> bytes:
    """As drawing programs keep the whole drawing in a remark."""
    return png(
        unfiltered(corner()), bits=8, kind=0, between=chunk(b"zTXt", b"drawing\0\0" + zlib.compress(bytes(2**21)))
    )


def png_without_end() -> bytes:
    return png(unfiltered(corner()), bits=8, kind=0)[:-12]


# --- JPEG


def jpeg(mode: str = "L", **options: object) -> bytes:
    return saved(picture(mode), "JPEG", quality=95, **options)


def turned_jpeg(orientation: int) -> bytes:
    """Stored on its side by a camera that was held so, and says it."""
    exif = Image.Exif()
    exif[274] = orientation
    stored = picture().transpose({6: Image.Transpose.ROTATE_90, 3: Image.Transpose.ROTATE_180}[orientation])
    return saved(stored, "JPEG", quality=95, exif=exif)


def wrongly_turned_jpeg(value: int) -> bytes:
    """An orientation that there is not."""
    exif = Image.Exif()
    exif[274] = value
    return jpeg(exif=exif)


def two_pictures_jpeg() -> bytes:
    """As phones and 3D cameras write: a second picture, a preview, behind the first (CIPA DC-007)."""
    return saved(picture("RGB"), "MPO", save_all=True, append_images=[Image.new("RGB", (48, 32), "gray")], quality=95)


def jpeg_with_more_behind() -> bytes:
    """As scanners pad, and phones append a film of the moment."""
    return jpeg() + b"\0" * 4096 + b"\0\0\0\x18ftypmp42" + bytes(5000)


def rgb_jpeg() -> bytes:
    return saved(picture("RGB"), "JPEG", quality=95, keep_rgb=True)


# --- GIF and WebP


def gif(**options: object) -> bytes:
    return saved(picture("P"), "GIF", **options)


def transparent_gif() -> bytes:
    image = picture("P")
    return saved(image, "GIF", transparency=image.getpixel((WIDTH - 1, HEIGHT - 1)))


def gif_without_end() -> bytes:
    return gif()[:-1]


def webp(**options: object) -> bytes:
    return saved(picture("RGB"), "WEBP", quality=95, **options)


def transparent_webp() -> bytes:
    image = Image.new("RGBA", SIZE, (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), (0, 0, WIDTH // 2, HEIGHT // 2))
    return saved(image, "WEBP", lossless=True)


ORDINARY_PICTURES: dict[str, Callable[[], bytes]] = {
    **{
        f"tiff {name}": (lambda name=name: tiff(name))
        for name in ("packbits", "tiff_lzw", "tiff_adobe_deflate", "jpeg", "lzma", "zstd")
    },
    **{f"tiff {name}": (lambda name=name: tiff(name, "1")) for name in ("group3", "group4", "tiff_ccitt")},
    "tiff tiled": tiled_tiff,
    "tiff tiled, deflate": tiled_deflate_tiff,
    "bigtiff": lambda: t.one(SIZE, [corner().tobytes()], is_big=True),
    "bigtiff tiled": lambda: tiled_tiff(is_big=True),
    "tiff tiled, big end first": lambda: tiled_tiff(order=">"),
    "tiff planes": planar_tiff,
    "tiff 16 bit": deep_tiff,
    "tiff 16 bit, big end first": lambda: deep_tiff(order=">"),
    "tiff 16 bit rgb": lambda: deep_tiff(2, 3),
    **{f"tiff {bits} bit": (lambda bits=bits: packed_tiff(bits)) for bits in (1, 2, 4)},
    **{f"tiff {bits} bit, white is zero": (lambda bits=bits: packed_tiff(bits, is_white_zero=True)) for bits in (1, 4)},
    "tiff cmyk": cmyk_tiff,
    "tiff lab": lab_tiff,
    "tiff alpha": alpha_tiff,
    "tiff one strip": one_strip_tiff,
    "tiff without lengths": tiff_without_lengths,
    "tiff jpeg inside": old_jpeg_in_tiff,
    "tiff palette": lambda: tiff("tiff_lzw", "P"),
    "tiff ycbcr": lambda: tiff("jpeg", "YCbCr"),
    "bmp": plain_bmp,
    "bmp top first": lambda: plain_bmp(is_upright=True),
    "bmp of os/2": os2_bmp,
    "bmp rle8": rle8_bmp,
    "bmp rle4": rle4_bmp,
    "bmp 16 bit, masks": masked_bmp,
    "bmp 16 bit": short_bmp,
    "bmp 32 bit": wide_bmp,
    "bmp 1 bit": bit_bmp,
    "bmp version 5": newest_bmp,
    **{f"png 16 bit, {n} channels": (lambda n=n: deep_png(n)) for n in (1, 2, 3, 4)},
    "png interlaced": interlaced_png,
    "png animated": animated_png,
    "png palette, transparent": palette_png,
    "png 1 bit": lambda: saved(picture("1"), "PNG"),
    "png alpha and gray": lambda: saved(picture("LA"), "PNG"),
    "png with a spoiled note": png_with_spoiled_note,
    "png with a long note": png_with_long_note,
    "png without end": png_without_end,
    "jpeg cmyk": lambda: jpeg("CMYK"),
    "jpeg rgb": rgb_jpeg,
    "jpeg progressive": lambda: jpeg("RGB", progressive=True),
    "jpeg restarts": lambda: jpeg("RGB", restart_marker_blocks=2),
    "jpeg 4:2:0": lambda: jpeg("RGB", subsampling=2),
    "jpeg turned by 90": lambda: turned_jpeg(6),
    "jpeg turned by 180": lambda: turned_jpeg(3),
    "jpeg orientation 9": lambda: wrongly_turned_jpeg(9),
    "jpeg orientation 0": lambda: wrongly_turned_jpeg(0),
    "jpeg of two pictures": two_pictures_jpeg,
    "jpeg with more behind": jpeg_with_more_behind,
    "gif": gif,
    "gif interlaced": lambda: gif(interlace=1),
    "gif transparent": transparent_gif,
    "gif without end": gif_without_end,
    "webp": webp,
    "webp lossless": lambda: webp(lossless=True),
    "webp transparent": transparent_webp,
}
