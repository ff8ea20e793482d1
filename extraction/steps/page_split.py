"""Page split: the sizes of a document's pages, within the limits; the files that it brought along; its electronic invoice."""

from __future__ import annotations

from documents.domain.refusals import EMPTY_DOCUMENT, FILE_TOO_LARGE, FILE_TOO_LONG, PAGE_TOO_LARGE
from extraction.context import DocumentContext
from extraction.results import PageSize, SplitResult
from idp_project.core.errors import PermanentFailure
from idp_project.core.files.formats import PDF_TYPE
from idp_project.core.isolation.client import Attachment

_POINTS_PER_INCH = 72
_LOWEST_DPI = 72  # a page that has too many pixels even then cannot be shown


def split_pages(context: DocumentContext) -> SplitResult:
    """One PageSize per page. Raises PermanentFailure too_many_bytes, too_many_pages, too_many_pixels, empty_document, and
    what the parser raises of an e-mail's attachments.
    """
    limits = context.limits
    if context.size_bytes > limits.max_bytes:
        raise PermanentFailure(
            FILE_TOO_LARGE(size=context.size_bytes, most=limits.max_bytes),
            code="too_many_bytes",
        )
    sizes = context.parser.page_sizes(context.path)
    if not sizes:
        raise PermanentFailure(EMPTY_DOCUMENT(), code="empty_document")
    if len(sizes) > limits.max_pages:
        raise PermanentFailure(
            FILE_TOO_LONG(pages=len(sizes), most=limits.max_pages),
            code="too_many_pages",
        )
    pages = tuple(
        PageSize(number, float(width), float(height)) for number, (width, height) in enumerate(sizes, start=1)
    )
    for page in pages:
        _check_pixels(page, limits.max_page_pixels)
    e_invoice = context.read_e_invoice() if context.read_e_invoice else None
    return SplitResult(pages, (*_attachments(context), *(e_invoice.attachments if e_invoice else ())), e_invoice)


def _attachments(context: DocumentContext) -> tuple[Attachment, ...]:
    """Of an e-mail, and the documents in a PDF that was received as one; what keeps those from being read keeps nobody from
    reading the PDF, whose sub-documents name them."""
    if context.message_path:
        return tuple(context.parser.read_attachments(context.message_path))
    if context.content_type != PDF_TYPE:
        return ()
    try:
        return tuple(context.parser.read_attachments(context.path))
    except PermanentFailure:
        return ()


def _check_pixels(page: PageSize, most: int) -> None:
    scale = _LOWEST_DPI / _POINTS_PER_INCH
    pixels = page.width * scale * page.height * scale
    if pixels > most:
        raise PermanentFailure(
            PAGE_TOO_LARGE(page=page.number, pixels=int(pixels), dpi=_LOWEST_DPI, most=most),
            code="too_many_pixels",
        )
