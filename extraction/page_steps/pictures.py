"""Pictures on a page whose text layer is trusted: a letterhead may be one, and is read by OCR; only such regions are."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from hashlib import blake2b
from threading import Lock
from typing import Any

import cv2
import numpy as np

from documents.domain.pipeline import PageStepName
from extraction.context import PageContext
from extraction.local.paper import Image
from extraction.page_steps.reading_order import LooseWord
from idp_project.core.errors import PermanentFailure
from idp_project.core.geometry import BoundingBox, Polygon
from idp_project.core.page_text import PageText, TextSource
from idp_project.providers.ocr.base import OcrEngine

_LEAST_WIDTH, _LEAST_HEIGHT = 0.05, 0.008  # of the page: smaller pictures are signs
_LARGEST_AREA = 0.25
_MARGIN = 0.34  # of the page, above and below: where letterheads stand
_MOST_REGIONS = 3
_COVERED = 2  # words of the layer inside a picture: it is a background
_READ_AT = 200  # dots per inch
_LEAST_CONFIDENCE = 0.6
_REMEMBERED = 64  # a letterhead is on every page of a stack

_known: OrderedDict[bytes, PageText] = OrderedDict()
_lock = Lock()


def words_in_pictures(context: PageContext, layer: dict[str, Any], quarter_turns: int) -> list[LooseWord]:
    """Words that the OCR engine reads in pictures near the page's upper and lower edge, in page coordinates."""
    image = context.image
    if image is None:
        return []
    words: list[LooseWord] = []
    for region in _regions(layer, quarter_turns):
        crop = _crop(image, region)
        if crop is not None:
            found = _read(context.ocr, _enlarged(crop, context))
            words += [
                (word.text, _placed(word.polygon, region), word.confidence)
                for word in found.words
                if word.confidence is None or word.confidence >= _LEAST_CONFIDENCE
            ]
    return words


def _regions(layer: dict[str, Any], quarter_turns: int) -> Iterator[BoundingBox]:
    width, height = float(layer["width"]) or 1.0, float(layer["height"]) or 1.0
    count = 0
    for x0, top, x1, bottom in layer.get("images", ()):
        corners = ((x0, top), (x1, top), (x1, bottom), (x0, bottom))
        box = Polygon.from_pixels(corners, width=width, height=height).rotated(quarter_turns).bounding_box
        inside = sum(
            x0 <= (w[1] + w[3]) / 2 <= x1 and top <= (w[2] + w[4]) / 2 <= bottom for w in layer["words"] if w[7]
        )
        if _may_be_letterhead(box) and inside < _COVERED and count < _MOST_REGIONS:
            count += 1
            yield box


def _may_be_letterhead(box: BoundingBox) -> bool:
    if box.width < _LEAST_WIDTH or box.height < _LEAST_HEIGHT or box.width * box.height > _LARGEST_AREA:
        return False
    return box.bottom <= _MARGIN or box.top >= 1 - _MARGIN


def _crop(image: Image, region: BoundingBox) -> Image | None:
    rows, columns = image.shape[:2]
    top, bottom = int(region.top * rows), int(np.ceil(region.bottom * rows))
    left, right = int(region.left * columns), int(np.ceil(region.right * columns))
    crop = image[max(0, top) : bottom, max(0, left) : right]
    return crop if crop.size and crop.std() > 1 else None  # nothing is printed in one colour


def _enlarged(crop: Image, context: PageContext) -> Image:
    factor = max(1.0, _READ_AT / max(1, int(context.facts.get(PageStepName.RENDER, {}).get("dpi", _READ_AT))))
    return cv2.resize(crop, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC) if factor > 1 else crop


def _read(engine: OcrEngine, crop: Image) -> PageText:
    """What the engine reads; the same picture is read once per process."""
    key = blake2b(crop.tobytes(), digest_size=16, key=f"{engine.name} {engine.version}".encode()[:64]).digest()
    with _lock:
        if key in _known:
            _known.move_to_end(key)
            return _known[key]
    try:
        found = engine.recognize(np.ascontiguousarray(crop))
    except PermanentFailure:  # the page has its own text: it does not fail with its letterhead
        found = PageText.empty(source=TextSource.OCR, engine=engine.name, engine_version=engine.version)
    with _lock:
        _known[key] = found
        while len(_known) > _REMEMBERED:
            _known.popitem(last=False)
    return found


def _placed(polygon: Polygon, region: BoundingBox) -> Polygon:
    """From fractions of the picture to fractions of the page."""
    points = tuple((region.left + x * region.width, region.top + y * region.height) for x, y in polygon.points)
    return Polygon(points)
