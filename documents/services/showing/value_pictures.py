"""What stands on the page around a value, as a picture with the place framed."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from uuid import UUID

from PIL import Image, ImageDraw

from accounts.access import Access
from documents.services.showing.page_pictures import page_picture
from idp_project.core.geometry import Polygon

_AROUND = 0.6  # of a place's own size: what its picture shows on each side
_LEAST_WIDTH, _LEAST_HEIGHT = 0.2, 0.03  # of the page: of smaller places more is shown around
_WIDEST = 1400  # px
_GAP = 4  # px between print and frame
_FRAME = (196, 62, 28)
_QUALITY = 80


def value_picture(access: Access, page_id: UUID, polygon: Polygon) -> bytes:
    """A JPEG of the place and a margin around it. Raises as `page_picture` does."""
    box = polygon.bounding_box
    with Image.open(BytesIO(page_picture(access, page_id, "view"))) as picture:
        width, height = picture.size
        across, down = _AROUND * max(box.width, _LEAST_WIDTH), _AROUND * max(box.height, _LEAST_HEIGHT)
        left, top = round(max(0.0, box.left - across) * width), round(max(0.0, box.top - down) * height)
        right, bottom = (
            min(width, round((box.right + across) * width)),
            min(height, round((box.bottom + down) * height)),
        )
        crop = picture.convert("RGB").crop((left, top, max(left + 1, right), max(top + 1, bottom)))
    frame = (box.left * width - left, box.top * height - top, box.right * width - left, box.bottom * height - top)
    ImageDraw.Draw(crop).rectangle(_widened(frame, crop.size), outline=_FRAME, width=max(2, width // 700))
    crop.thumbnail((_WIDEST, _WIDEST), Image.Resampling.LANCZOS)
    found = BytesIO()
    crop.save(found, "JPEG", quality=_QUALITY)
    return found.getvalue()


def _widened(frame: Sequence[float], size: tuple[int, int]) -> tuple[float, float, float, float]:
    """A few pixels around what is printed, within the picture."""
    left, top, right, bottom = frame
    return max(0, left - _GAP), max(0, top - _GAP), min(size[0] - 1, right + _GAP), min(size[1] - 1, bottom + _GAP)
