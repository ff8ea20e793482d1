"""PDFs whose page is a bomb: operators, forms, patterns, fonts and pictures that were made to do harm."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from functools import partial

from tests.hostile.drawing import stream, text_at
from tests.hostile.pdf_parts import MILLION, TEXT, built, flate, zeros

_HELVETICA = b"/Type /Font /Subtype /Type1 /BaseFont /Helvetica"

# --- what is drawn


def with_object(content: bytes, kind: bytes, *objects: bytes) -> bytes:
    """Object 6 is /X of that kind of resource."""
    return built(content, resources=b"/%s << /X 6 0 R >>" % kind, extra=objects)


def picture(entries: bytes, data: bytes, *more: bytes) -> bytes:
    head = b"/Type /XObject /Subtype /Image "
    return with_object(TEXT + b"q 300 0 0 400 0 0 cm /X Do Q", b"XObject", stream(data, head + entries), *more)


def chain_of_forms(depth: int) -> bytes:
    forms = [
        stream(
            b"q /X Do Q" if n + 1 < depth else text_at(10, 10, b"deep"),
            b"/Type /XObject /Subtype /Form /BBox [0 0 300 400] /Group << /S /Transparency >> "
            b"/Resources << /Font << /F1 3 0 R >> /XObject << /X %d 0 R >> >>" % (7 + n),
        )
        for n in range(depth)
    ]
    return with_object(TEXT + b"/X Do", b"XObject", *forms)


def self_mask() -> bytes:
    state = b"<< /Type /ExtGState /SMask << /S /Luminosity /G 7 0 R >> >>"
    form = stream(
        b"/X gs 0 0 300 400 re f",
        b"/Type /XObject /Subtype /Form /BBox [0 0 300 400] /Group << /S /Transparency /CS /DeviceRGB >> "
        b"/Resources << /ExtGState << /X 6 0 R >> >>",
    )
    return with_object(b"/X gs " + TEXT + b"0 0 300 400 re f", b"ExtGState", state, form)


def tiny_tiles() -> bytes:
    tile = stream(
        b"0 0 1 1 re f",
        b"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1] /XStep 0.0001 /YStep 0.0001 /Resources << >>",
    )
    return with_object(b"/Pattern cs /X scn 0 0 300 400 re f " + TEXT, b"Pattern", tile)


def tile_of_itself() -> bytes:
    tile = stream(
        b"/Pattern cs /X scn 0 0 50 50 re f",
        b"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 50 50] /XStep 9 /YStep 9 "
        b"/Resources << /Pattern << /X 6 0 R >> >>",
    )
    return with_object(b"/Pattern cs /X scn 0 0 300 400 re f " + TEXT, b"Pattern", tile)


def shading(entries: bytes, *more: bytes) -> bytes:
    return with_object(TEXT + b"/X sh", b"Shading", b"<< /ColorSpace /DeviceRGB %s >>" % entries, *more)


def mesh(count: int) -> bytes:
    entries = (
        b"/ShadingType 4 /BitsPerCoordinate 8 /BitsPerComponent 8 /BitsPerFlag 8 /Decode [0 300 0 400 0 1 0 1 0 1] "
    )
    triangles = b"\0\0\0\xff\0\0\0\xff\0\0\xff\0\0\0\xff\0\0\xff" * count
    return with_object(TEXT + b"/X sh", b"Shading", flate(triangles, b"/ColorSpace /DeviceRGB " + entries))


def color_space(space: bytes, *more: bytes) -> bytes:
    return with_object(b"/X cs 1 1 1 scn 0 0 300 400 re f 0 g " + TEXT, b"ColorSpace", space, *more)


def font(entries: bytes, *more: bytes, shown: bytes = b"(ABC) Tj") -> bytes:
    content = TEXT + b"BT /X 12 Tf 40 100 Td %s ET" % shown
    return built(content, resources=b"/Font << /F1 3 0 R /X 6 0 R >>", extra=[b"<< /Type /Font %s >>" % entries, *more])


def glyph_of_itself() -> bytes:
    entries = (
        b"/Subtype /Type3 /FontBBox [0 0 1 1] /FontMatrix [1 0 0 1 0 0] /FirstChar 65 /LastChar 67 /Widths [1 1 1] "
        b"/Encoding << /Differences [65 /a /a /a] >> /CharProcs << /a 7 0 R >> /Resources << /Font << /X 6 0 R >> >>"
    )
    return font(entries, stream(b"1 0 d0 BT /X 1 Tf (ABC) Tj (ABC) Tj ET"))


def map_of(ranges: bytes) -> bytes:
    cmap = (
        b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        + ranges
    )
    return font(_HELVETICA + b" /ToUnicode 7 0 R", flate(cmap + b"\nendcmap end"))


def composite(descendant: bytes, *more: bytes, encoding: bytes = b"/Identity-H") -> bytes:
    entries = b"/Subtype /Type0 /BaseFont /A /Encoding %s /DescendantFonts [7 0 R]" % encoding
    return font(
        entries, b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A %s >>" % descendant, *more, shown=b"<00410042> Tj"
    )


def font_file(kind: bytes, data: bytes) -> bytes:
    descriptor = b"<< /Type /FontDescriptor /FontName /A /Flags 4 /FontBBox [0 0 1 1] /%s 8 0 R >>" % kind
    return font(
        b"/Subtype /TrueType /BaseFont /A /FontDescriptor 7 0 R", descriptor, flate(data, b"/Length1 %d" % len(data))
    )


# --- pictures inside


def jbig2(width: int, height: int) -> bytes:
    """One page information and an end: everything in between is blank. ISO/IEC 14492, 7.4.8."""
    page = struct.pack(">IBBI", 0, 48, 1, 19) + struct.pack(">IIIIBH", width, height, 0, 0, 0, 0)
    entries = b"/Width %d /Height %d /BitsPerComponent 1 /ColorSpace /DeviceGray /Filter /JBIG2Decode" % (width, height)
    return picture(entries, page + struct.pack(">IBBI", 1, 49, 1, 0))


def jbig2_symbols() -> bytes:
    """A dictionary that says it exports 4 billion symbols."""
    body = struct.pack(">HbbbbbbbbII", 0, 3, -1, -3, -1, 2, -2, -2, -2, 2**32 - 1, 2**32 - 1)
    data = struct.pack(">IBBI", 0, 0, 1, len(body)) + body
    return picture(b"/Width 9 /Height 9 /BitsPerComponent 1 /ColorSpace /DeviceGray /Filter /JBIG2Decode", data)


def jpx(width: int, height: int, tile: int) -> bytes:
    """A code stream's head: the size of the picture and of its tiles. ISO/IEC 15444-1, A.5.1."""
    size = struct.pack(">HIIIIIIIIH", 0, width, height, 0, 0, tile, tile, 0, 0, 3) + b"\7\1\1" * 3
    coding = b"\xff\x52" + struct.pack(">HBBHBBBBBB", 12, 0, 0, 1, 0, 5, 4, 4, 0, 1)
    quantities = b"\xff\x5c" + struct.pack(">HB", 19, 0x40) + bytes([0x40] * 16)
    data = b"\xff\x4f\xff\x51" + struct.pack(">H", len(size) + 2) + size + coding + quantities
    data += b"\xff\x90" + struct.pack(">HHIBB", 10, 0, 0, 0, 1) + b"\xff\x93" + bytes(100) + b"\xff\xd9"
    return picture(b"/Width %d /Height %d /Filter /JPXDecode" % (width, height), data)


def fax(columns: int, rows: int, k: int) -> bytes:
    entries = (
        b"/Width 1000 /Height 1000 /BitsPerComponent 1 /ColorSpace /DeviceGray /Filter /CCITTFaxDecode /DecodeParms "
    )
    return picture(entries + b"<< /K %d /Columns %d /Rows %d >>" % (k, columns, rows), b"\x26\xa0" * 5000)


def predicted(colors: int, columns: int, bits: int = 8) -> bytes:
    parameters = b"<< /Predictor 15 /Colors %d /Columns %d /BitsPerComponent %d >>" % (colors, columns, bits)
    return picture(
        b"/Width 9 /Height 9 /BitsPerComponent 8 /ColorSpace /DeviceGray /Filter /FlateDecode /DecodeParms "
        + parameters,
        zeros(2**20),
    )


def gray(width: int, height: int, filters: bytes, data: bytes) -> bytes:
    head = b"/Width %d /Height %d /BitsPerComponent 8 /ColorSpace /DeviceGray /Filter %s" % (width, height, filters)
    return picture(head, data)


PDF_CONTENT_BOMBS: dict[str, Callable[[], bytes]] = {
    "1,000,000 operators": lambda: built(flate(b"0 0 m 9 9 l S\n" * (MILLION // 3) + TEXT)),
    "1,000,000 states kept": lambda: built(flate(b"q " * MILLION + TEXT)),
    "1,000,000 states given back": lambda: built(flate(TEXT + b"Q " * MILLION)),
    "1,000,000 letters": lambda: built(flate(text_at(10, 10, b"again and again") * (MILLION // 15))),
    "190,000 letters in one word": lambda: built(
        flate(b"BT /F1 1 Tf 1 0 0 1 0 10 Tm (" + b"ab1.,-/:" * 23_750 + b") Tj ET")
    ),
    "190,000 letters in lines": lambda: built(
        flate(b"".join(text_at(10, 390 - n % 380, b"Total 1.234,56 EUR 12/2026 no 4711 ") for n in range(5400)))
    ),
    "one letter, 10,000,000 times": lambda: built(flate(text_at(10, 10, b"a" * 10 * MILLION))),
    "letters of 1e9 points": lambda: built(b"BT /F1 1000000000 Tf 1 0 0 1 10 10 Tm (Wide) Tj ET"),
    "letters in no space": lambda: built(b"BT /F1 12 Tf 0 0 0 0 0 0 Tm (Flat) Tj ET " + TEXT),
    "operands, 1,000,000": lambda: built(flate(b"1 " * MILLION + b"m " + TEXT)),
    "100,000 pictures inline": lambda: built(flate(b"BI /W 1 /H 1 /BPC 8 /CS /G ID \xff EI " * 100_000 + TEXT)),
    "picture inline of 2^31": lambda: built(b"BI /W 2147483647 /H 2147483647 /BPC 8 /CS /RGB ID abc EI " + TEXT),
    "picture inline without end": lambda: built(TEXT + b"BI /W 9 /H 9 /BPC 8 /CS /G ID " + b"E" * 2**20),
    "clips, 200,000": lambda: built(flate(b"0 0 300 400 re W n " * 200_000 + TEXT)),
    "curves out of sight": lambda: built(flate(b"0 0 m 1e9 -1e9 1e9 1e9 0 9 c S " * 5_000 + TEXT)),
    "forms 5,000 deep": partial(chain_of_forms, 5000),
    "mask of itself": self_mask,
    "tiles of nothing": tiny_tiles,
    "tile of itself": tile_of_itself,
    "shading by itself": partial(
        shading,
        b"/ShadingType 1 /Function 7 0 R",
        b"<< /FunctionType 3 /Domain [0 1] /Functions [7 0 R 7 0 R] /Bounds [0.5] /Encode [0 1 0 1] >>",
    ),
    "shading by a huge table": partial(
        shading,
        b"/ShadingType 1 /Function 7 0 R",
        stream(b"", b"/FunctionType 0 /Domain [0 1 0 1] /Range [0 1 0 1 0 1] /Size [65535 65535] /BitsPerSample 32"),
    ),
    "shading by a program": partial(
        shading,
        b"/ShadingType 1 /Function 7 0 R",
        flate(b"{" * 5000 + b"1 add" + b"}" * 5000, b"/FunctionType 4 /Domain [0 1 0 1] /Range [0 1 0 1 0 1]"),
    ),
    "mesh of 500,000": partial(mesh, 500_000),
    "colours of themselves": partial(color_space, b"[/Indexed 6 0 R 255 (abc)]"),
    "colours by themselves": partial(color_space, b"[/Separation /A 6 0 R 6 0 R]"),
    "colours, 1,000,000 parts": partial(color_space, b"[/ICCBased 7 0 R]", stream(b"x", b"/N 1000000")),
    "colour profile of 1 gigabyte": lambda: color_space(
        b"[/ICCBased 7 0 R]", stream(zeros(2**30), b"/N 3 /Filter /FlateDecode")
    ),
    "colours, 500 inks": partial(
        color_space, b"[/DeviceN [%s] /DeviceRGB << /FunctionType 2 /N 1 /Domain [0 1] >>]" % (b"/A " * 500)
    ),
    "palette of 2^31": partial(color_space, b"[/Indexed /DeviceRGB 2147483647 (abc)]"),
    "glyph of itself": glyph_of_itself,
    "letters mean 4 billion": partial(map_of, b"1 beginbfrange <00000000> <FFFFFFFF> <0000> endbfrange"),
    "letters mean 65,536 each": partial(map_of, b"100 beginbfrange " + b"<0000> <FFFF> <0000> " * 100 + b"endbfrange"),
    "a letter means a megabyte": partial(map_of, b"1 beginbfchar <0041> <" + b"0041" * 2**20 + b"> endbfchar"),
    "map without end": partial(map_of, b"1 beginbfrange " * 200_000),
    "map that uses itself": partial(
        composite, b"", stream(b"begincmap", b"/Type /CMap /CMapName /A /UseCMap 8 0 R"), encoding=b"8 0 R"
    ),
    "map of a name that is a path": partial(composite, b"", encoding=b"/..#2f..#2fetc#2fpasswd"),
    "widths of 4 billion": partial(composite, b"/W [0 4294967295 500] /DW 1000"),
    "widths in themselves": partial(composite, b"/W 8 0 R", b"[8 0 R 8 0 R]"),
    "descendant of itself": partial(
        font, b"/Subtype /Type0 /BaseFont /A /Encoding /Identity-H /DescendantFonts [6 0 R]"
    ),
    "widths, 1,000,000": partial(
        font, _HELVETICA[11:] + b" /FirstChar 0 /LastChar 999999 /Widths [%s]" % (b"500 " * 1_000_000)
    ),
    "font of noise": partial(font_file, b"FontFile2", b"\0\1\0\0\xff\xff" + b"\xa5\x5a\xff" * 50_000),
    "font of 200 MB": lambda: font_file(b"FontFile2", b"\0\1\0\0" + bytes(200 * 2**20)),
    "font program without end": partial(font_file, b"FontFile", b"%!PS-AdobeFont-1.0\n/a {" * 50_000),
    "jbig2 65,535 squared": partial(jbig2, 65_535, 65_535),
    "jbig2 2^31 squared": partial(jbig2, 2**31 - 1, 2**31 - 1),
    "jbig2 of 4 billion symbols": jbig2_symbols,
    "jpx 60,000 squared": partial(jpx, 60_000, 60_000, 60_000),
    "jpx in tiles of 1": partial(jpx, 30_000, 30_000, 1),
    "fax 60,000 squared": partial(fax, 60_000, 60_000, -1),
    "fax 2^31 columns": partial(fax, 2**31 - 1, 2**31 - 1, -1),
    "fax of two dimensions": partial(fax, 1000, 2**31 - 1, 5),
    "predictor of 2^31": partial(predicted, 2**31 - 1, 2**31 - 1),
    "predictor of 99 colours": partial(predicted, 99, 999_999, 99),
    "jpeg of noise": partial(gray, 9, 9, b"/DCTDecode", b"\xff\xd8\xff\xe0" + b"\xa5" * 9999),
    "picture lies of its size": partial(gray, 60_000, 60_000, b"/FlateDecode", zlib.compress(b"white")),
    "picture 20,000 squared": lambda: gray(20_000, 20_000, b"/FlateDecode", zeros(400 * 2**20)),
    "picture of -1": partial(gray, -1, -1, b"/FlateDecode", zlib.compress(bytes(99))),
    "mask of a mask of itself": partial(
        picture, b"/Width 9 /Height 9 /BitsPerComponent 8 /ColorSpace /DeviceGray /SMask 6 0 R", bytes(81)
    ),
}
