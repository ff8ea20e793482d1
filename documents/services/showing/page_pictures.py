"""Pictures of pages as people get them: without the right to take files, no larger than a screen shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any
from uuid import UUID

from django.conf import settings
from PIL import Image, ImageDraw

from accounts.access import Access
from accounts.domain.roles import Permission
from documents import storage
from documents.domain.refusals import PAGE_WITHOUT_PICTURE
from documents.models import Page
from documents.selectors.doors import page_get_for
from documents.selectors.sensitive import mask_for
from idp_project.core.errors import NotFound
from idp_project.core.geometry import BoundingBox

_POINTS_AN_INCH = 72
_LEAST_EDGE = 200  # px, of pages whose size in points says nothing
_QUALITY = 80
THUMB_EDGE = 300  # px: twice of what a list of pages shows, for dense screens
LIGHT_EDGE = 1600  # px: an A4 page in which small print can be read
_WEBP = {
    "format": "WEBP",
    "quality": 40,
    "method": 2,
}  # of text a fifth of the JPEG's bytes; a better method takes thrice as long
_JPEG = {"format": "JPEG", "quality": _QUALITY}
_EDGE = 0.002  # of the page, around what is blacked out


def page_picture(access: Access, page_id: UUID, variant: str) -> bytes:
    """The page as a JPEG: `view` as it is read, `original` as it was rendered; or as a WebP, as `media_type` tells: `light`, the
    view at most LIGHT_EDGE px long, and `thumb`, at most THUMB_EDGE.

    Values that the asker may not see are black; pages whose values are not known yet are not shown to them.
    Anyone who may not take the document gets the view at screen resolution (VIEW_DPI) for both: the full one is as good as
    the file. Raises NotFound for a page that cannot be seen, a variant that there is not and a picture that is not made yet.
    """
    page = page_get_for(access, page_id)
    document = page.document
    names = {
        "view": page.image_name,
        "thumb": page.image_name,
        "light": page.image_name,
        "original": page.original_image_name,
    }
    if mask := mask_for(access, document):  # places are those of the page as it is read
        names = {} if mask.is_unread else dict.fromkeys(names, page.image_name)
    name = names.get(variant)
    place = {"team_id": document.team_id, "batch_id": document.batch_id, "document_id": document.id}
    may_take = access.can(Permission.DOWNLOAD_DOCUMENTS, **place)
    if name and not may_take:
        name = page.image_name
    if not name or not storage.is_stored(name):
        raise NotFound(PAGE_WITHOUT_PICTURE())
    content = storage.page_image_read(name)
    if mask:
        content = _blacked_out(content, mask.boxes(page.number, (page.text or {}).get("words", [])))
    if variant == "thumb":
        return _at_most(content, THUMB_EDGE, _WEBP)
    if variant == "light":
        return _at_most(content, LIGHT_EDGE if may_take and not mask else min(LIGHT_EDGE, _screen_edge(page)), _WEBP)
    return content if may_take and not mask else _at_most(content, _screen_edge(page), _JPEG)


def media_type(picture: bytes) -> str:
    """Of what `page_picture` gave."""
    return "image/webp" if picture.startswith(b"RIFF") else "image/jpeg"


def _blacked_out(content: bytes, boxes: Sequence[BoundingBox]) -> bytes:
    with Image.open(BytesIO(content)) as picture:
        shown = picture.convert("RGB")
    draw = ImageDraw.Draw(shown)
    width, height = shown.size
    for box in boxes:
        edges = (box.left - _EDGE, box.top - _EDGE, box.right + _EDGE, box.bottom + _EDGE)
        draw.rectangle([edges[0] * width, edges[1] * height, edges[2] * width, edges[3] * height], fill="black")
    changed = BytesIO()
    shown.save(changed, "JPEG", quality=_QUALITY)
    return changed.getvalue()


def _screen_edge(page: Page) -> int:
    longest = max(page.width_points, page.height_points)
    return max(_LEAST_EDGE, round(longest / _POINTS_AN_INCH * settings.VIEW_DPI))


def _at_most(content: bytes, longest: int, kind: Mapping[str, Any]) -> bytes:
    with Image.open(BytesIO(content)) as picture:
        if max(picture.size) <= longest and picture.format == kind["format"]:
            return content
        picture.draft(None, (longest, longest))  # the decoder skips what is thrown away
        if max(picture.size) > longest:
            picture.thumbnail((longest, longest), Image.Resampling.LANCZOS)
        smaller = BytesIO()
        picture.save(smaller, **kind)
    return smaller.getvalue()
