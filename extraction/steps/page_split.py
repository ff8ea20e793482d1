"""Page split: the sizes of a document's pages, within the limits; of an e-mail also the files it brought along."""

from __future__ import annotations

from extraction.context import DocumentContext
from extraction.results import PageSize, SplitResult
from idp_project.core.errors import PermanentFailure
from idp_project.core.files.formats import CONTENT_TYPES, FileFormat

_POINTS_PER_INCH = 72
_LOWEST_DPI = 72  # a page that has too many pixels even then cannot be shown


def split_pages(context: DocumentContext) -> SplitResult:
    """One PageSize per page. Raises PermanentFailure too_many_bytes, too_many_pages, too_many_pixels, empty_document, and
    what the parser raises of an e-mail's attachments.
    """
    limits = context.limits
    if context.size_bytes > limits.max_bytes:
        raise PermanentFailure(
            f"The file has {context.size_bytes:,} bytes; at most {limits.max_bytes:,} are allowed. Split or compress it.",
            code="too_many_bytes",
        )
    sizes = context.parser.page_sizes(context.path)
    if not sizes:
        raise PermanentFailure("The file has no pages. Check the original and send it again.", code="empty_document")
    if len(sizes) > limits.max_pages:
        raise PermanentFailure(
            f"The file has {len(sizes):,} pages; at most {limits.max_pages:,} are allowed. Split it.",
            code="too_many_pages",
        )
    pages = tuple(
        PageSize(number, float(width), float(height)) for number, (width, height) in enumerate(sizes, start=1)
    )
    for page in pages:
        _check_pixels(page, limits.max_page_pixels)
    is_message = context.content_type == CONTENT_TYPES[FileFormat.EML]
    return SplitResult(pages, tuple(context.parser.read_attachments(context.path)) if is_message else ())


def _check_pixels(page: PageSize, most: int) -> None:
    scale = _LOWEST_DPI / _POINTS_PER_INCH
    pixels = page.width * scale * page.height * scale
    if pixels > most:
        raise PermanentFailure(
            f"Page {page.number} has {int(pixels):,} pixels at {_LOWEST_DPI} dpi; at most {most:,} are allowed. Scan it smaller.",
            code="too_many_pixels",
        )
