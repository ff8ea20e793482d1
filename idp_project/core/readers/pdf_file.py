"""One PDF, by pdfium: facts, sizes, pixels. Text is read by `text_layer`. Child of the sandbox only."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
import pikepdf
import pypdfium2 as pdfium
from numpy.typing import NDArray
from pypdfium2 import raw

from idp_project.core.files.errors import (
    PAGE_DAMAGED,
    PAGE_WITHOUT_AREA,
    TEXT_LAYER_UNREADABLE,
    ParseFailure,
    SandboxCode,
)
from idp_project.core.readers.attached_file import AttachedFile
from idp_project.core.readers.embedded_files import EmbeddedFiles
from idp_project.core.readers.pdf_repair import check_password_free, repaired, rewritten, saved
from idp_project.core.readers.text_layer import PageFrame, TextLayerReader, TextLayerUnreadable

_SAMPLE_CHARACTERS = 4000
_SAMPLE_PAGES = 8
_MINIMUM_CHARACTERS = 16  # of a page, to say that it has a text layer
_MINIMUM_DPI = 20  # a page too large for the pixel limit is rendered smaller, down to this
_A4 = (595.276, 841.89)
_XFA = (raw.FORMTYPE_XFA_FULL, raw.FORMTYPE_XFA_FOREGROUND)
_MOST_ANNOTATIONS = 1000  # of a page that are looked at
_DRAWN = (raw.FPDF_ANNOT_FREETEXT, raw.FPDF_ANNOT_STAMP, raw.FPDF_ANNOT_WATERMARK, raw.FPDF_ANNOT_REDACT)
_SCRIPT = re.compile(rb"/JavaScript\b|/JS\b")
_SIGNED = re.compile(rb"/ByteRange\s*\[")


class PdfFile:
    """A PDF that opens without a password. One that pdfium cannot open, or of which it does not find every page, is repaired
    and tried again: `is_repaired`.

    Raises ParseFailure: encrypted, truncated, damaged, too_many_pages.
    """

    def __init__(
        self,
        data: bytes,
        max_pages: int,
        max_page_pixels: int,
        *,
        max_attachments: int = 0,
        max_bytes: int = 0,
    ) -> None:
        self.data = data
        self.max_attachments, self.max_bytes = max_attachments, max_bytes
        self.max_pages = max_pages
        self.max_page_pixels = max_page_pixels
        self.is_repaired = self._has_broken_pages = False
        self.document = self._open()
        self.page_count = len(self.document)
        if self.page_count > max_pages:
            raise ParseFailure(SandboxCode.TOO_MANY_PAGES)
        self._prefer_whole_pages()
        with contextlib.suppress(pdfium.PdfiumError):  # a broken form is drawn without its fields
            self.document.init_forms()
        self._texts: dict[bool, TextLayerReader] = {}

    def _open(self) -> pdfium.PdfDocument:
        try:
            document = pdfium.PdfDocument(self.data)
            if raw.FPDF_GetSecurityHandlerRevision(document) >= 0:
                check_password_free(self.data)
            if len(document):
                return document
        except pdfium.PdfiumError as error:
            if error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
                raise ParseFailure(SandboxCode.ENCRYPTED) from error
        self.data = repaired(self.data, self.max_pages)
        self.is_repaired = True
        try:
            return pdfium.PdfDocument(self.data)
        except pdfium.PdfiumError as error:
            raise ParseFailure(SandboxCode.DAMAGED) from error

    def _prefer_whole_pages(self) -> None:
        """Takes qpdf's copy of a file with broken pages if it has as many pages and fewer broken ones."""
        broken = _broken_pages(self.document)
        if broken and not self.is_repaired:
            broken = self._repair_pages(broken)
        if broken == self.page_count:
            raise ParseFailure(SandboxCode.DAMAGED)
        self._has_broken_pages = broken > 0

    def _repair_pages(self, broken: int) -> int:
        """How many are broken then."""
        try:
            data = rewritten(self.data)
            copy = pdfium.PdfDocument(data)
        except (pdfium.PdfiumError, pikepdf.PdfError, ParseFailure, ValueError, RuntimeError):
            return broken
        left = _broken_pages(copy)
        if len(copy) != self.page_count or left >= broken:
            return broken
        self.data, self.document, self.is_repaired = data, copy, True
        return left

    def facts(self) -> dict[str, Any]:
        metadata = self.document.get_metadata_dict()
        sample, has_text_layer = self._text_sample()
        version = self.document.get_version()
        return {
            "is_encrypted": raw.FPDF_GetSecurityHandlerRevision(self.document) >= 0,
            "producer": _clean(metadata.get("Producer", ""))[:200],
            "title": _clean(metadata.get("Title", ""))[:300],
            "pdf_version": f"{version // 10}.{version % 10}" if version else "",
            "has_text_layer": has_text_layer,
            "has_javascript": raw.FPDFDoc_GetJavaScriptActionCount(self.document) > 0
            or bool(_SCRIPT.search(self.data)),
            "needs_other_viewer": self.document.get_formtype() in _XFA and self.embedded.needs_rendering,
            **self.embedded.facts(),
            "is_repaired": self.is_repaired,
            "is_signed": _SIGNED.search(self.data) is not None,
            "text_sample": sample,
        }

    @cached_property
    def embedded(self) -> EmbeddedFiles:
        return EmbeddedFiles(self.data, self.max_attachments)

    def attachments(self) -> Iterator[AttachedFile]:
        """Those that are documents; electronic invoices are left to those who read them."""
        for name, content in self.embedded.documents(self.max_bytes):
            yield AttachedFile(name, content)

    def _text_sample(self) -> tuple[str, bool]:
        """Text of a few pages spread over the document, and whether any of them has a text layer."""
        step = max(1, self.page_count // _SAMPLE_PAGES)
        sample, has_text_layer = "", False
        for index in range(0, self.page_count, step)[:_SAMPLE_PAGES]:
            try:
                text = _clean(self.document[index].get_textpage().get_text_range())
            except pdfium.PdfiumError:
                continue
            has_text_layer |= len(text.replace(" ", "")) >= _MINIMUM_CHARACTERS
            sample = f"{sample}\n{text}".strip()[:_SAMPLE_CHARACTERS]
        return sample, has_text_layer

    def page_size(self, number: int) -> tuple[float, float]:
        """That of A4 for a broken page, so that its siblings are read; reading itself says what is wrong with it."""
        try:
            width, height = self.document.get_page_size(number - 1)
        except pdfium.PdfiumError:
            return _A4
        if not (width > 0 and height > 0):
            width, height = self._page(number).get_size()
        return round(width, 3), round(height, 3)

    def render(self, number: int, dpi: float) -> NDArray[np.uint8]:
        """RGB, upright by the page's own rotation. A page too large at `dpi` is rendered at less, but not below 20."""
        page = self._page(number)
        width, height = page.get_size()
        if not (width > 0 and height > 0):
            raise ParseFailure(SandboxCode.DAMAGED, PAGE_WITHOUT_AREA(page=number))
        fitting = 72 * (self.max_page_pixels / (width * height)) ** 0.5
        if fitting < _MINIMUM_DPI:
            raise ParseFailure(SandboxCode.TOO_MANY_PIXELS)
        scale = min(dpi, fitting * 0.999) / 72
        bitmap = page.render(scale=scale, rev_byteorder=True, may_draw_forms=True)
        pixels: NDArray[np.uint8] = bitmap.to_numpy()
        return pixels[:, :, :3] if pixels.ndim == 3 else np.repeat(pixels[:, :, None], 3, axis=2)

    def text_layer(self, number: int) -> dict[str, Any]:
        """See `text_layer.TextLayerReader.read`. Where pdfminer stumbles, qpdf rewrites the file and it tries again."""
        page = self._page(number)
        left, bottom, right, top = page.get_bbox()
        frame = PageFrame(left, bottom, right, top, page.get_rotation())
        if self._has_broken_pages:  # which pdfminer leaves out, so that its page numbers are others
            raise _unreadable_text(number)
        is_flat = self._has_form or _has_drawn_annotation(page)
        try:
            return self._reader(is_flat=is_flat).read(number, frame)
        except TextLayerUnreadable:
            pass
        try:
            self._texts[is_flat] = TextLayerReader(repaired(self.data, self.max_pages))
            return self._texts[is_flat].read(number, frame)
        except (TextLayerUnreadable, ParseFailure) as error:
            raise _unreadable_text(number) from error

    @property
    def _has_form(self) -> bool:
        return bool(self.document.get_formtype() != raw.FORMTYPE_NONE)

    def _reader(self, *, is_flat: bool) -> TextLayerReader:
        """Opened once: of the file, or of its copy with form fields and annotations as part of the page."""
        if is_flat not in self._texts:
            self._texts[is_flat] = TextLayerReader(self._flat_data() if is_flat else self.data)
        return self._texts[is_flat]

    def _flat_data(self) -> bytes:
        """pdfminer does not read what people typed into a form, nor what they wrote or stamped on a page."""
        try:
            with pikepdf.open(io.BytesIO(self.data)) as pdf:
                pdf.generate_appearance_streams()
                pdf.flatten_annotations("screen")
                return saved(pdf)
        except (pikepdf.PdfError, ValueError, RuntimeError):
            return self.data

    def _page(self, number: int) -> pdfium.PdfPage:
        """A crop box that leaves nothing of the page is left out."""
        try:
            page = self.document[number - 1]
        except pdfium.PdfiumError as error:
            raise ParseFailure(SandboxCode.DAMAGED, PAGE_DAMAGED(page=number)) from error
        if not all(page.get_size()):
            page.set_cropbox(*page.get_mediabox())
        return page


def _unreadable_text(number: int) -> ParseFailure:
    return ParseFailure(SandboxCode.DAMAGED, TEXT_LAYER_UNREADABLE(page=number))


def _has_drawn_annotation(page: pdfium.PdfPage) -> bool:
    """Whether somebody wrote or stamped something on it."""
    count = min(raw.FPDFPage_GetAnnotCount(page), _MOST_ANNOTATIONS)
    for index in range(count):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        kind = raw.FPDFAnnot_GetSubtype(annotation)
        raw.FPDFPage_CloseAnnot(annotation)
        if kind in _DRAWN:
            return True
    return False


def _broken_pages(document: pdfium.PdfDocument) -> int:
    return sum(not _has_size(document, index) for index in range(len(document)))


def _has_size(document: pdfium.PdfDocument, index: int) -> bool:
    try:
        document.get_page_size(index)
    except pdfium.PdfiumError:
        return False
    return True


def _clean(text: str) -> str:
    """Printable text in one line, fit for JSON."""
    kept = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(kept.encode("utf-8", "ignore").decode("utf-8").split())
