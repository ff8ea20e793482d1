"""upload: what is left to do with a received file before anything else opens it."""

from __future__ import annotations

from documents.domain.refusals import VIRUS_FOUND
from extraction.context import UploadContext
from extraction.results import UploadResult
from idp_project.core.errors import PermanentFailure
from idp_project.core.virus_scan import INFECTED


def prepare_file(context: UploadContext) -> UploadResult:
    """Has a virus scanner look at the file where one is set up, then makes the PDF of an office document or an e-mail.

    Receiving and storing the file is the upload itself: it has happened when this step begins. Raises PermanentFailure
    where the scanner finds something, and what the scanner and the converter raise.
    """
    found = context.scan() if context.scan else ""
    if found:
        raise PermanentFailure(VIRUS_FOUND(found=found), code=INFECTED)
    return UploadResult(is_scanned=context.scan is not None, pdf=context.convert() if context.convert else None)
