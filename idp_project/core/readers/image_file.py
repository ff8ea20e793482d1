"""One image file, by Pillow: facts, sizes, pixels. A page is a frame. Child of the sandbox only."""

from __future__ import annotations

import io
import re
import struct
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pi_heif import register_heif_opener
from PIL import ExifTags, Image, UnidentifiedImageError

from idp_project.core.files.errors import IMAGE_NOT_READ, IMAGE_WITHOUT_AREA, ParseFailure, SandboxCode
from idp_project.core.files.formats import FileFormat
from idp_project.core.readers import png_stream

png_stream.install()
Image.WARN_POSSIBLE_FORMATS = True
register_heif_opener(decode_threads=0, thumbnails=False, depth_images=False, aux_images=False)
_PAGE_WIDTH_INCHES = 8.27  # A4: the assumed shorter side of an image that does not know its size
_SCREEN_RESOLUTIONS = ((72, 72), (96, 96))  # written by cameras and editors that know nothing of the paper
_RESOLUTIONS = (30.0, 2400.0)
_LONGEST_INCHES = 40.0
_MOST_INCHES = 400.0  # of the longer side of an image that does not know its size
_MOST_HEIC_PIXELS = 2**29  # no limit of ours is higher; what is lower is checked when the image is open
_EXTENT = re.compile(rb"ispe.{12}", re.DOTALL)
_PILLOW_NAMES = {FileFormat.HEIC: "HEIF"}
_WITH_FRAMES = (FileFormat.TIFF, FileFormat.GIF, FileFormat.WEBP, FileFormat.HEIC)
_BIG_END_FIRST = b"MM\0+"  # a BigTIFF that Pillow and its like do not read
_KIND_NOT_READ = re.compile(
    "(?i)unsupported bmp|cannot handle|unknown (pixel mode|data organization)|not yet supported|opening failed. \\d+$"
)
_BAND = 256  # rows that are brought to eight bits at a time
_DAMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    struct.error,
    OverflowError,
    AttributeError,
)


class ImageFile:
    """The frames of an image.

    The physical size: pixels over the file's own resolution where that is believable, else an A4-wide shorter side.
    `render` asks for the pixels of that size at the given dpi and never enlarges: an image of unknown size comes as
    decoded unless its shorter side exceeds 8.27 inches × dpi. Fax pixels, which are not square, become square.
    Raises ParseFailure: damaged, truncated, too_many_pages, too_many_pixels (before decoding).
    """

    def __init__(self, data: bytes, file_format: FileFormat, max_pages: int, max_page_pixels: int) -> None:
        Image.MAX_IMAGE_PIXELS = max_page_pixels
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        self.data = data
        self.format = file_format
        self.max_page_pixels = max_page_pixels
        self.image = _opened(data, file_format)
        self._check_pixels()
        self.page_count = self._count_frames(max_pages)

    def _check_pixels(self) -> None:
        width, height = self.image.size
        if width * height > self.max_page_pixels:
            raise ParseFailure(SandboxCode.TOO_MANY_PIXELS)
        if not (width and height):
            raise ParseFailure(SandboxCode.DAMAGED, IMAGE_WITHOUT_AREA())

    def _count_frames(self, max_pages: int) -> int:
        """Counts by going there, so that a file which claims endless frames stops at the limit."""
        if self.format not in _WITH_FRAMES:
            return 1
        count = 1
        try:
            while count <= max_pages:
                self.image.seek(count)
                count += 1
        except EOFError:
            return count
        except Image.DecompressionBombError as error:
            raise ParseFailure(SandboxCode.TOO_MANY_PIXELS) from error
        except _DAMAGE:
            return count  # the frames before the damage are still good
        raise ParseFailure(SandboxCode.TOO_MANY_PAGES)

    def _seek(self, number: int) -> Image.Image:
        try:
            self.image.seek(number - 1)
        except (EOFError, *_DAMAGE) as error:
            raise _damage(error) from error
        self._check_pixels()
        return self.image

    def facts(self) -> dict[str, Any]:
        software = self.image.getexif().get(ExifTags.Base.Software, "")
        return {
            "is_encrypted": False,
            "producer": str(software)[:200],
            "title": "",
            "pdf_version": "",
            "has_text_layer": False,
            "has_javascript": False,
            "has_attachments": False,
            "is_repaired": False,
            "text_sample": "",
        }

    def page_size(self, number: int) -> tuple[float, float]:
        image = self._seek(number)
        width, height = _upright_size(image)
        across, down = _upright_resolution(image)
        return round(width * 72 / across, 3), round(height * 72 / down, 3)

    def render(self, number: int, dpi: float) -> NDArray[np.uint8]:
        """RGB on white, upright by the file's own orientation."""
        width, height = self._pixels_at(number, dpi)
        image, turn = self._seek(number), _turn(self.image)
        if self.format is FileFormat.JPEG:
            image = _opened(self.data, self.format)  # `draft` changes what the image says of its size
            image.draft(None, (height, width) if turn in _SIDEWAYS else (width, height))
        try:
            pixels = _on_white(image)
            upright = pixels if turn is None else pixels.transpose(turn)
            if upright.size != (width, height):
                upright = upright.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
            return np.asarray(_as(upright, "RGB"))
        except Image.DecompressionBombError as error:
            raise ParseFailure(SandboxCode.TOO_MANY_PIXELS) from error
        except (EOFError, *_DAMAGE) as error:
            raise _damage(error) from error

    def _pixels_at(self, number: int, dpi: float) -> tuple[int, int]:
        """Width and height to render: the page's size at `dpi`, or at its own resolution where that is lower."""
        width, height = (points / 72 for points in self.page_size(number))
        resolution = min(dpi, max(_upright_resolution(self.image)), _LONGEST_INCHES * dpi / max(width, height))
        return max(1, round(width * resolution)), max(1, round(height * resolution))

    def text_layer(self, number: int) -> dict[str, Any]:
        """An image has none: empty, the page covered by its image."""
        width, height = self.page_size(number)
        return {
            "width": width,
            "height": height,
            "words": [],
            "char_count": 0,
            "garbage_ratio": 0.0,
            "invisible_ratio": 0.0,
            "image_area": 1.0,
        }


def _opened(data: bytes, file_format: FileFormat) -> Image.Image:
    if file_format is FileFormat.HEIC:
        _check_boxes(data)
    caught: list[warnings.WarningMessage] = []
    try:
        with warnings.catch_warnings(record=True) as caught:  # Pillow's reasons, which its error leaves out
            return Image.open(io.BytesIO(data), formats=[_PILLOW_NAMES.get(file_format, file_format.value.upper())])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ParseFailure(SandboxCode.TOO_MANY_PIXELS) from error
    except (UnidentifiedImageError, EOFError, *_DAMAGE) as error:
        reasons = " ".join(str(warning.message) for warning in caught)
        if data.startswith(_BIG_END_FIRST) or _KIND_NOT_READ.search(f"{error} {reasons}"):
            raise ParseFailure(SandboxCode.UNSUPPORTED_FORMAT, IMAGE_NOT_READ()) from error
        raise _damage(error) from error


def _check_boxes(data: bytes) -> None:
    """Before libheif looks: every box is there (ISO/IEC 14496-12, 4.2), and no image says that it is too large (`ispe`,
    ISO/IEC 23008-12, 6.5.3), which libheif would only call an error.
    """
    start = 0
    while start + 8 <= len(data):
        size = int.from_bytes(data[start : start + 4], "big")
        if size == 1:
            size = int.from_bytes(data[start + 8 : start + 16], "big")
        if size < 8:  # 0: to the end of the file
            return
        if data[start + 4 : start + 8] == b"meta" and _largest_extent(data[start : start + size]) > _MOST_HEIC_PIXELS:
            raise ParseFailure(SandboxCode.TOO_MANY_PIXELS)
        start += size
    if start > len(data):
        raise ParseFailure(SandboxCode.TRUNCATED)


def _largest_extent(meta: bytes) -> int:
    extents = (struct.unpack_from(">II", found[0], 8) for found in _EXTENT.finditer(meta))
    return max((width * height for width, height in extents), default=0)


def _damage(error: Exception) -> ParseFailure:
    is_cut_off = isinstance(error, EOFError) or "truncated" in str(error).lower()
    return ParseFailure(SandboxCode.TRUNCATED if is_cut_off else SandboxCode.DAMAGED)


def _turn(image: Image.Image) -> Image.Transpose | None:
    """What makes the decoded image upright. Pillow turns TIFFs by itself."""
    return None if image.format == "TIFF" else _TURNS.get(_orientation(image))


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except _DAMAGE:
        return 1


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS = {_TURNS[number] for number in (5, 6, 7, 8)}


def _upright_size(image: Image.Image) -> tuple[int, int]:
    width, height = image.size
    return (height, width) if _turn(image) in _SIDEWAYS else (width, height)


def _upright_resolution(image: Image.Image) -> tuple[float, float]:
    """Pixels an inch, across and down, of the upright image; always believable."""
    low, high = _RESOLUTIONS
    try:
        across, down = (float(value) for value in image.info["dpi"])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        across = down = 0.0
    is_known = low <= across <= high and low <= down <= high and across / 4 <= down <= across * 4
    if not is_known or (round(across), round(down)) in _SCREEN_RESOLUTIONS:
        assumed = max(1.0, min(image.size) / _PAGE_WIDTH_INCHES, max(image.size) / _MOST_INCHES)
        return assumed, assumed
    return (down, across) if _orientation(image) >= 5 else (across, down)


def _on_white(image: Image.Image) -> Image.Image:
    """The decoded image as L or RGB; what is transparent becomes white paper."""
    image.load()
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return _eight_bit(image)
    if image.mode in ("1", "L") and "transparency" not in image.info:
        return _as(image, "L")
    if not image.has_transparency_data:
        return _as(image, "RGB")
    layered = image.convert("RGBA")
    paper = Image.new("RGB", layered.size, "white")
    paper.paste(layered, mask=layered.getchannel("A"))
    return paper


def _as(image: Image.Image, mode: str) -> Image.Image:
    """`convert` copies a large page where there is nothing to convert, and every page of fresh memory costs time."""
    return image if image.mode == mode else image.convert(mode)


def _eight_bit(image: Image.Image) -> Image.Image:
    """Sixteen bits a pixel, or floats, to L: the full scale is 65535, or the largest value of a float image."""
    values = np.asarray(image)
    largest = max(1.0, *(float(band.max()) for band in _bands(values)))
    full = largest if image.mode == "F" else 65535.0 if image.mode != "I" or largest > 255 else 255.0
    shades = [(np.clip(band / full, 0, 1) * 255).astype(np.uint8) for band in _bands(values)]
    return Image.fromarray(np.concatenate(shades), "L")


def _bands(values: NDArray[Any]) -> Iterator[NDArray[np.float32]]:
    """A few rows at a time: at once, a large scan of sixteen bits would take half a gigabyte more."""
    for top in range(0, len(values), _BAND):
        yield np.nan_to_num(values[top : top + _BAND].astype(np.float32), posinf=0.0, neginf=0.0)
