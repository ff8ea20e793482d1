"""Scans a drawing: renders its pages, degrades them and packs them as an image file or an image-only PDF."""

from __future__ import annotations

import io
import random
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pypdfium2
from fpdf import FPDF
from numpy.typing import NDArray
from PIL import Image

from idp_project.operations.samples.drawing.paper import Drawing
from idp_project.operations.samples.scanning.degradation import Page, degrade
from idp_project.operations.samples.scanning.handling import Handling, handle
from idp_project.operations.samples.scanning.photo import photograph
from idp_project.operations.samples.scanning.quality import PhotoQuality, ScanQuality

Pixels = NDArray[np.uint8]

_POINTS_PER_INCH = 72
_BED_INCHES = 0.28  # how much of the lid shows around a receipt
_A4_INCHES = (11.69, 8.27)
_GREYS = 16  # of PNG scans, as office scanners save them to keep files small


def scan_pages(
    drawing: Drawing, quality: ScanQuality, rng: random.Random, *, has_bed: bool, handling: Handling = Handling()
) -> list[Pixels]:
    """Grey pixels of every page. Each sheet lies a little differently; stamps are on the first, folds in all."""
    noise = np.random.default_rng(rng.getrandbits(64))
    bed = round(_BED_INCHES * quality.dpi) if has_bed else 0
    pages = _handled(_render(drawing, quality.dpi), handling, rng, quality.dpi)
    return [degrade(page, quality, noise, bed=bed) for page in pages]


def photograph_pages(
    drawing: Drawing, quality: PhotoQuality, rng: random.Random, *, handling: Handling
) -> list[Pixels]:
    """Colour pixels of every page, each a picture of its own."""
    noise = np.random.default_rng(rng.getrandbits(64))
    pages = _handled(_render(drawing, quality.dpi), handling, rng, quality.dpi)
    return [photograph(page, quality, noise) for page in pages]


def scan_blank(quality: ScanQuality, rng: random.Random) -> Pixels:
    """A sheet of A4 with nothing on it, as it separates documents or is the back of one."""
    height, width = (round(side * quality.dpi) for side in _A4_INCHES)
    noise = np.random.default_rng(rng.getrandbits(64))
    return degrade(np.full((height, width), 255.0, np.float32), replace(quality, stains=0), noise, bed=0)


def _handled(pages: list[Page], handling: Handling, rng: random.Random, dpi: int) -> list[Page]:
    if handling == Handling():
        return pages
    marks = np.random.default_rng(rng.getrandbits(64))
    unstamped = replace(handling, stamp="")
    return [handle(page, handling if number == 0 else unstamped, marks, dpi=dpi) for number, page in enumerate(pages)]


def encode_jpeg(page: Pixels, quality: ScanQuality | PhotoQuality) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(page).save(buffer, "JPEG", quality=quality.jpeg, dpi=(quality.dpi, quality.dpi))
    return buffer.getvalue()


def encode_png(page: Pixels, quality: ScanQuality | PhotoQuality) -> bytes:
    """With 16 greys."""
    buffer = io.BytesIO()
    image = Image.fromarray(page).quantize(_GREYS, dither=Image.Dither.NONE)
    image.save(buffer, "PNG", dpi=(quality.dpi, quality.dpi), optimize=True)
    return buffer.getvalue()


def encode_pdf(pages: list[Pixels], quality: ScanQuality | PhotoQuality) -> bytes:
    """A PDF of images only, without a text layer, as scanners send them."""
    pdf = FPDF(unit="pt")
    pdf.set_creation_date(datetime(2026, 1, 5, 9, tzinfo=UTC))
    pdf.set_creator("Office scanner")
    pdf.set_margin(0)
    pdf.set_auto_page_break(False)
    for page in pages:
        height, width = (side * _POINTS_PER_INCH / quality.dpi for side in page.shape[:2])
        pdf.add_page(format=(width, height))
        pdf.image(io.BytesIO(encode_jpeg(page, quality)), 0, 0, width, height)
    return bytes(pdf.output())


def _render(drawing: Drawing, dpi: int) -> list[Page]:
    document = pypdfium2.PdfDocument(drawing.content)
    try:
        bitmaps = [page.render(scale=dpi / _POINTS_PER_INCH, grayscale=True).to_numpy() for page in document]
    finally:
        document.close()
    return [np.ascontiguousarray(bitmap.reshape(bitmap.shape[:2]), dtype=np.float32) for bitmap in bitmaps]
