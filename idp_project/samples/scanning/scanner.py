"""Scans a drawing: renders its pages, degrades them and packs them as an image file or an image-only PDF."""

from __future__ import annotations

import io
import random
from datetime import UTC, datetime

import numpy as np
import pypdfium2
from fpdf import FPDF
from numpy.typing import NDArray
from PIL import Image

from idp_project.samples.drawing.paper import Drawing
from idp_project.samples.scanning.degradation import Page, degrade
from idp_project.samples.scanning.quality import ScanQuality

_POINTS_PER_INCH = 72
_BED_INCHES = 0.28  # how much of the lid shows around a receipt
_GREYS = 16  # of PNG scans, as office scanners save them to keep files small


def scan_pages(drawing: Drawing, quality: ScanQuality, rng: random.Random, *, has_bed: bool) -> list[NDArray[np.uint8]]:
    """Grey pixels of every page. Each sheet lies a little differently."""
    noise = np.random.default_rng(rng.getrandbits(64))
    bed = round(_BED_INCHES * quality.dpi) if has_bed else 0
    return [degrade(page, quality, noise, bed=bed) for page in _render(drawing, quality.dpi)]


def encode_jpeg(page: NDArray[np.uint8], quality: ScanQuality) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(page).save(buffer, "JPEG", quality=quality.jpeg, dpi=(quality.dpi, quality.dpi))
    return buffer.getvalue()


def encode_png(page: NDArray[np.uint8], quality: ScanQuality) -> bytes:
    """With 16 greys."""
    buffer = io.BytesIO()
    image = Image.fromarray(page).quantize(_GREYS, dither=Image.Dither.NONE)
    image.save(buffer, "PNG", dpi=(quality.dpi, quality.dpi), optimize=True)
    return buffer.getvalue()


def encode_pdf(pages: list[NDArray[np.uint8]], quality: ScanQuality) -> bytes:
    """A PDF of images only, without a text layer, as scanners send them."""
    pdf = FPDF(unit="pt")
    pdf.set_creation_date(datetime(2026, 1, 5, 9, tzinfo=UTC))
    pdf.set_creator("Office scanner")
    pdf.set_margin(0)
    pdf.set_auto_page_break(False)
    for page in pages:
        height, width = (side * _POINTS_PER_INCH / quality.dpi for side in page.shape)
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
