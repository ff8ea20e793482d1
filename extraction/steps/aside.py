"""What belongs to no document and needs nobody: separator sheets, covering texts, pictures of signatures, cover pages."""

from __future__ import annotations

from documents.domain.file_reasons import COVER_OF_FILES, COVERING_TEXT, SEPARATOR_PAGE, SIGNATURE_PICTURE
from documents.domain.substance import PageRole
from extraction.context import DetectionContext, PageSummary
from extraction.local.continuity import KNOWN_TYPE
from idp_project.core.reasons import Reason


def aside_of(page: PageSummary) -> Reason | None:
    """Why a page alone is set aside; None for a blank one, which needs no word."""
    return SEPARATOR_PAGE() if page.role == PageRole.SEPARATOR else None


def aside_of_file(context: DetectionContext) -> Reason | None:
    """Why a whole file is no document, None where it may be one. A page that could not be read may always be one.

    The text of an e-mail is set aside if documents came with it and it holds no rows and no amounts with a total itself.
    """
    pages, origin = context.pages, context.origin
    if any(page.failure or page.substance.is_document for page in pages):
        return None
    if origin.is_message and origin.brought:
        return COVERING_TEXT()
    if origin.is_portfolio and origin.brought and any(page.role == PageRole.NOTICE for page in pages):
        return COVER_OF_FILES()
    if origin.is_picture_of_message and all(_says_nothing(page) for page in pages):
        return SIGNATURE_PICTURE()
    return None


def _says_nothing(page: PageSummary) -> bool:
    return page.substance.says_nothing and page.type_score < KNOWN_TYPE
