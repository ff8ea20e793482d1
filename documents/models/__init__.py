"""The document model: what was received, what it consists of, what was found, what was approved."""

from documents.models.analyst import AnalystLogin, AnalystLoginStatus
from documents.models.approval import ApprovedVersion, Delivery, Event
from documents.models.batch import Batch, BatchUserPermission, SourceFile
from documents.models.document import Document, Page, PageCandidates, PageLayoutRow, SubDocument
from documents.models.draft import SchemaDraft
from documents.models.e_invoice import ReceivedEInvoice
from documents.models.earned import Evidence, EvidenceSource, Gate
from documents.models.history import FieldValueEvent
from documents.models.identity import SubDocumentIdentity
from documents.models.learned import LearnedExample, LearnedSign
from documents.models.library import LibraryEntry
from documents.models.master_list import MasterList
from documents.models.pause import Pause
from documents.models.rehearsal import Rehearsal, RehearsedDocument
from documents.models.retention import BatchDeletion, FileRemoval, FileSweep, KeptDocument, RetentionRun
from documents.models.review_rule import ReviewRule
from documents.models.run import Run, StepRun
from documents.models.schema import (
    Schema,
    SchemaUserPermission,
    SchemaVersion,
    ViewPublication,
    ViewPublicationStatus,
)
from documents.models.share import DocumentUserPermission, Share
from documents.models.upload import Upload
from documents.models.usage import PageUse
from documents.models.value import FieldValue, TableRow

__all__ = [
    "AnalystLogin",
    "AnalystLoginStatus",
    "ApprovedVersion",
    "Batch",
    "BatchDeletion",
    "BatchUserPermission",
    "Delivery",
    "Document",
    "DocumentUserPermission",
    "Event",
    "Evidence",
    "EvidenceSource",
    "FieldValue",
    "FieldValueEvent",
    "FileRemoval",
    "FileSweep",
    "Gate",
    "KeptDocument",
    "LearnedExample",
    "LearnedSign",
    "LibraryEntry",
    "MasterList",
    "Page",
    "PageCandidates",
    "PageLayoutRow",
    "PageUse",
    "Pause",
    "ReceivedEInvoice",
    "Rehearsal",
    "RehearsedDocument",
    "RetentionRun",
    "ReviewRule",
    "Run",
    "Schema",
    "SchemaDraft",
    "SchemaUserPermission",
    "SchemaVersion",
    "Share",
    "SourceFile",
    "StepRun",
    "SubDocument",
    "SubDocumentIdentity",
    "TableRow",
    "Upload",
    "ViewPublication",
    "ViewPublicationStatus",
]
