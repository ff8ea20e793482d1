"""Imports every parser and runs each once on bytes of our own, so that a child finds code, fonts and tables loaded."""

from __future__ import annotations

import contextlib
import encodings
import importlib
import io
import pkgutil
from pathlib import Path

import pdfminer
import pikepdf
from PIL import BmpImagePlugin, GifImagePlugin, Image, JpegImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin

from idp_project.core.files.formats import OFFICE_FORMATS, FileFormat
from idp_project.core.isolation import child
from idp_project.core.readers import message_pdf
from idp_project.core.readers.e_invoice_schema import all_schemas, compiled_schema, shipped_version
from idp_project.core.readers.image_file import ImageFile
from idp_project.core.readers.message_file import MessageFile
from idp_project.core.readers.pdf_file import PdfFile
from idp_project.core.readers.pdf_repair import rewritten
from idp_project.core.readers.pdf_signatures import read_signatures

# What some files need and the files of our own do not. A child maps no new code, so it is loaded before.
_OF_PILLOW = (
    *("ExifTags", "ImageChops", "ImageCms", "ImageColor", "ImageDraw", "ImageFilter", "ImageFont", "ImageMath"),
    *("ImageOps", "ImagePalette", "ImageSequence", "Jpeg2KImagePlugin", "MpoImagePlugin"),
)
_RARELY_NEEDED = (
    *(f"PIL.{name}" for name in _OF_PILLOW),
    *("defusedxml.ElementTree", "lxml.etree", "stringprep", "tempfile", "xml.etree.ElementTree"),
)
LOADED = (child, BmpImagePlugin, GifImagePlugin, JpegImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin)


# The HEIC decoder starts a thread: in children only.
_NOT_WARMED = {FileFormat.PDF, FileFormat.EML, FileFormat.HEIC, FileFormat.XML, *OFFICE_FORMATS}
_OWN_MESSAGE = (
    b"From: a@b.example\r\nSubject: =?utf-8?q?Warm?=\r\nContent-Type: text/html\r\n\r\n<p>up &amp; running</p>"
)


def warm_up() -> None:
    """Parses nothing that came from outside. What fails here fails in the open, before the first request."""
    data = _own_pdf()
    pages = PdfFile(rewritten(data), max_pages=1, max_page_pixels=10**6)
    pages.facts()
    pages.render(1, 72)
    pages.text_layer(1)
    pages.document.close()
    MessageFile(_OWN_MESSAGE, max_pages=1, max_page_pixels=10**6, max_attachments=1).render(1, 72)
    for file_format in FileFormat:
        if file_format not in _NOT_WARMED:
            target = io.BytesIO()
            Image.new("RGB", (8, 8), "white").save(target, file_format.value)
            ImageFile(target.getvalue(), file_format, max_pages=1, max_page_pixels=10**6).render(1, 72)
    for name in all_schemas():
        compiled_schema(name)
    shipped_version()
    read_signatures(data)
    _load_the_rest()


def _load_the_rest() -> None:
    codecs = [f"encodings.{module.name}" for module in pkgutil.iter_modules(encodings.__path__)]
    for name in (*_RARELY_NEEDED, *codecs):
        with contextlib.suppress(ImportError, LookupError):  # an optional package; a codec of another system
            importlib.import_module(name)


def read_later() -> list[Path]:
    """Folders that children read from, no matter who the server becomes: character maps and fonts."""
    return [Path(pdfminer.__file__).parent / "cmap", message_pdf.FONTS]


def _own_pdf() -> bytes:
    """A page with text in two standard fonts, a ruled table and no embedded font: the viewer's fonts get looked up."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(200, 200))
        fonts = {"/F1": "/Helvetica", "/F2": "/Times-Roman"}
        named = {
            key: pdf.make_indirect(
                pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name(name))
            )
            for key, name in fonts.items()
        }
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(named))
        lines = "".join(f"{20 * n} 20 m {20 * n} 60 l S 20 {20 * n} m 60 {20 * n} l S " for n in (1, 2, 3))
        page.Contents = pdf.make_stream(f"{lines} BT /F1 9 Tf 25 45 Td (Warm) Tj /F2 9 Tf 20 0 Td (up) Tj ET".encode())
        target = io.BytesIO()
        pdf.save(target)
        return target.getvalue()
