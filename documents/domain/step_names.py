"""The stored names of the 14 document steps and the page's 7. They never change."""

from enum import StrEnum


class StepName(StrEnum):
    """The document pipeline."""

    UPLOAD = "upload"
    METADATA = "metadata"
    PAGE_SPLIT = "page_split"
    ENHANCEMENT = "enhancement"
    OCR = "ocr"
    AI_EXTRACTION = "ai_extraction"
    SUBDOCUMENT_DETECTION = "subdocument_detection"
    MERGE = "merge"
    FIELD_VALIDATION = "field_validation"
    CONFIDENCE_CHECK = "confidence_check"
    REVIEW_QUEUE = "review_queue"
    HUMAN_REVIEW = "human_review"
    AUTO_APPROVE = "auto_approve"
    PDB_SYNC = "pdb_sync"


class PageStepName(StrEnum):
    """Every page's own sub-pipeline."""

    RENDER = "render"
    CLASSIFY_PAGE = "classify_page"
    ENHANCE = "enhance"
    READ_TEXT = "read_text"
    LAYOUT = "layout"
    PAGE_TYPE = "page_type"
    EXTRACT_FIELDS = "extract_fields"


DOCUMENT_STEP_NAMES = (
    StepName.UPLOAD,
    StepName.METADATA,
    StepName.PAGE_SPLIT,
    StepName.ENHANCEMENT,
    StepName.OCR,
    StepName.AI_EXTRACTION,
    StepName.SUBDOCUMENT_DETECTION,
)
SUB_DOCUMENT_STEP_NAMES = tuple(name for name in StepName if name not in DOCUMENT_STEP_NAMES)

# The page step after which a page has passed the document step that it belongs to.
LAST_PAGE_STEP = {
    StepName.ENHANCEMENT: PageStepName.ENHANCE,
    StepName.OCR: PageStepName.READ_TEXT,
    StepName.AI_EXTRACTION: PageStepName.EXTRACT_FIELDS,
}
