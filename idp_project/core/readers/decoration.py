"""Pictures of an e-mail that are no papers: logos in signatures, icons, lines, pixels that count readers. Child of the sandbox.

A picture is decoration if the message's web page shows it and it is small there, by its own size or by the page's; or if it is
too small to carry a document at all.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable

from PIL import Image

_LEAST_SIDE = 100  # pixels: nothing smaller can be read
_SMALL_AREA, _SMALL_HEIGHT = 160_000, 260  # pixels, of a logo or a banner that the page shows
_SHOWN_AREA = 90_000  # by the page's own measures
_MOST_TAGS = 2000
_IMAGE_TAG = re.compile(r"<img\b[^<>]{0,4000}>", re.IGNORECASE)
_MEASURE = r"\b{}\s*[=:]\s*[\"']?\s*(\d{{1,5}})(?:px)?(?![\d%])"
_WIDTH, _HEIGHT = (re.compile(_MEASURE.format(name), re.IGNORECASE) for name in ("width", "height"))


def is_decoration(data: bytes, identifier: str, pages: Iterable[str], *, is_attached: bool) -> bool:
    """Whether nobody would send the picture in `data` as a paper. `identifier` is its Content-ID (RFC 2392);
    `is_attached`: the sender put it beside the text, not into it."""
    size = _size_of(data)
    if size is None:
        return False
    width, height = size
    if min(width, height) < _LEAST_SIDE // 2 or (max(width, height) < _LEAST_SIDE):
        return True
    tag = _tag_of(identifier, pages)
    if not tag:
        return False
    if _is_shown_small(tag, width, height):
        return True
    is_small = width * height <= _SMALL_AREA or (height <= _SMALL_HEIGHT and width >= 2 * height)
    return is_small and not is_attached


def _size_of(data: bytes) -> tuple[int, int] | None:
    """Reads width and height, in pixels, from the picture's header; None where it does not say."""
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "GIF", "BMP", "WEBP")) as picture:
            return picture.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def _tag_of(identifier: str, pages: Iterable[str]) -> str:
    """The place in a page that shows it."""
    if not identifier:
        return ""
    for page in pages:
        for number, tag in enumerate(_IMAGE_TAG.finditer(page)):
            if number == _MOST_TAGS:
                break
            if f"cid:{identifier}".lower() in tag[0].lower():
                return tag[0]
    return ""


def _is_shown_small(tag: str, width: int, height: int) -> bool:
    shown_width, shown_height = (_measure(pattern, tag) for pattern in (_WIDTH, _HEIGHT))
    if shown_width is None and shown_height is None:
        return False
    if shown_width is None:
        shown_width = round(width * (shown_height or 0) / height)
    if shown_height is None:
        shown_height = round(height * shown_width / width)
    return shown_width * shown_height <= _SHOWN_AREA


def _measure(pattern: re.Pattern[str], tag: str) -> int | None:
    found = pattern.search(tag)
    return int(found[1]) if found else None
