"""The closed list of reasons why a file cannot be read, each with a message that says what to do.

`ParseFailure` lives inside the sandbox's child only; clients raise `PermanentFailure` or `TransientFailure`.
"""

from __future__ import annotations

from enum import StrEnum

from idp_project.core.errors import PermanentFailure, TransientFailure
from idp_project.core.reasons import Param, Reason, Sentence, define
from idp_project.core.translation import gettext_noop as _


class SandboxCode(StrEnum):
    """Why a file was refused, or could not be read. Stable: stored with failed documents and shown by the API."""

    NOT_A_DOCUMENT = "not_a_document"
    UNSUPPORTED_FORMAT = "unsupported_format"
    TYPE_MISMATCH = "type_mismatch"
    EMPTY_FILE = "empty_file"
    TRUNCATED = "truncated"
    DAMAGED = "damaged"
    ENCRYPTED = "encrypted"
    TOO_MANY_BYTES = "too_many_bytes"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY_ATTACHMENTS = "too_many_attachments"
    TOO_MANY_HEADERS = "too_many_headers"
    NESTED_TOO_DEEP = "nested_too_deep"
    XML_EXTERNAL_ENTITY = "xml_external_entity"
    XML_ENTITIES = "xml_entities"
    XML_WITH_DTD = "xml_with_dtd"
    XML_TOO_LARGE = "xml_too_large"
    NOT_AN_E_INVOICE = "not_an_e_invoice"
    TOO_SLOW = "too_slow"
    TOO_MUCH_MEMORY = "too_much_memory"
    PARSER_CRASHED = "parser_crashed"
    PAGE_MISSING = "page_missing"
    FILE_MISSING = "file_missing"
    SANDBOX_UNAVAILABLE = "sandbox_unavailable"


_TEXTS = {
    SandboxCode.NOT_A_DOCUMENT: _(
        "This is no document that can be read here. "
        "Send a PDF, a picture (PNG, JPEG, TIFF, WebP, BMP, GIF, HEIC), an e-mail (EML) or an electronic invoice (XML)."
    ),
    SandboxCode.UNSUPPORTED_FORMAT: _("Files of this type are not accepted. Save the document as a PDF and send that."),
    SandboxCode.TYPE_MISMATCH: _(
        "The file's name and its content disagree. Give it the right extension and send it again."
    ),
    SandboxCode.EMPTY_FILE: _("The file is empty. Check the original and send it again."),
    SandboxCode.TRUNCATED: _("The file ends too early, probably because a transfer was interrupted. Send it again."),
    SandboxCode.DAMAGED: _("The file is damaged beyond repair. Open it, save or scan it once more, and send it again."),
    SandboxCode.ENCRYPTED: _(
        "The file is encrypted and needs a password to open. Remove the password and send it again."
    ),
    SandboxCode.TOO_MANY_BYTES: _("The file is larger than allowed. Split or compress it, or ask for a higher limit."),
    SandboxCode.TOO_MANY_PAGES: _("The file has more pages than allowed. Split it, or ask for a higher limit."),
    SandboxCode.TOO_MANY_PIXELS: _("A page has more pixels than allowed. Scan it at a lower resolution."),
    SandboxCode.TOO_MANY_ATTACHMENTS: _(
        "The e-mail has more attachments than allowed. Send its attachments as files, or ask for a higher limit."
    ),
    SandboxCode.TOO_MANY_HEADERS: _(
        "The e-mail has more header lines than any mail program writes. "
        "Save it again from your mail program and send that."
    ),
    SandboxCode.NESTED_TOO_DEEP: _(
        "This e-mail lies inside too many others. Open it, save it as a file, and send that."
    ),
    SandboxCode.XML_EXTERNAL_ENTITY: _(
        "The XML refers to something outside itself (an external entity, XXE), which no invoice needs and attackers "
        "use. Ask the sender for an invoice without a document type."
    ),
    SandboxCode.XML_ENTITIES: _(
        "The XML defines entities of its own, which no invoice needs and attackers use (billion laughs). "
        "Ask the sender for an invoice without a document type."
    ),
    SandboxCode.XML_WITH_DTD: _(
        "The XML has a document type (DOCTYPE), which electronic invoices must not have. "
        "Ask the sender for an invoice without one."
    ),
    SandboxCode.XML_TOO_LARGE: _(
        "The XML is larger than any invoice has to be. Ask the sender for an invoice with fewer or smaller attachments."
    ),
    SandboxCode.NOT_AN_E_INVOICE: _(
        "This XML is no electronic invoice that is known here (UBL, Cross Industry Invoice, ZUGFeRD, Order-X). "
        "Send the invoice itself, or a PDF of it."
    ),
    SandboxCode.TOO_SLOW: _("Reading took longer than allowed. Print the document to a new PDF and send that."),
    SandboxCode.TOO_MUCH_MEMORY: _("Reading took too much memory. Print the document to a new PDF and send that."),
    SandboxCode.PARSER_CRASHED: _(
        "The file makes its reader crash, so it is damaged or built to do harm. "
        "Print it to a new PDF, or scan it, and send that."
    ),
    SandboxCode.PAGE_MISSING: _("The file has no page of that number. Read it again from the start."),
    SandboxCode.FILE_MISSING: _("The stored file is gone. Send it again."),
    SandboxCode.SANDBOX_UNAVAILABLE: _(
        "The file reader is not available at the moment. This is tried again by itself."
    ),
}
MESSAGES: dict[SandboxCode, Sentence] = {code: define(code.value, text) for code, text in _TEXTS.items()}

IMAGE_WITHOUT_AREA = define("image_without_area", _("The image has no area. Check the original and send it again."))
IMAGE_NOT_READ = define(
    "image_not_read",
    _("This is a rare kind of picture that cannot be read here. Save it as a plain PNG, JPEG or PDF and send that."),
)
PAGE_WITHOUT_AREA = define("page_without_area", _("Page {page} has no area. Save or scan it again."), page=Param.NUMBER)
PAGE_DAMAGED = define("page_damaged", _("Page {page} is damaged. Save or scan it again."), page=Param.NUMBER)
TEXT_LAYER_UNREADABLE = define(
    "text_layer_unreadable",
    _("The text layer of page {page} cannot be read. Read the page from its image instead."),
    page=Param.NUMBER,
)
MESSAGE_ENCRYPTED = define(
    "message_encrypted",
    _("The e-mail is encrypted. Decrypt it in your mail program, save it again, and send that."),
)
UNPACKED_TOO_LARGE = define(
    "unpacked_too_large",
    _("Unpacked, the file is larger than allowed. Print the document to a PDF and send that."),
)
XML_BROKEN = define(
    "xml_broken",
    _("The XML breaks off or is not well-formed at line {line}. Ask the sender for the invoice once more."),
    line=Param.NUMBER,
)
XML_TOO_MANY_NODES = define(
    "xml_too_many_nodes",
    _("The XML has more than {most} elements. Ask the sender to split the invoice."),
    most=Param.NUMBER,
)
XML_TOO_DEEP = define(
    "xml_too_deep",
    _("The XML is nested more than {most} levels deep, which no invoice is. Ask the sender for the invoice once more."),
    most=Param.NUMBER,
)
XML_TOO_MANY_ATTACHMENTS = define(
    "xml_too_many_attachments",
    _(
        "The XML holds more than {most} attachments, which is more than allowed. "
        "Ask the sender for an invoice with fewer, or ask for a higher limit."
    ),
    most=Param.COUNT,
)
XML_ATTACHMENTS_TOO_LARGE = define(
    "xml_attachments_too_large",
    _(
        "The attachments in the XML come to more bytes than allowed. "
        "Ask the sender for an invoice with smaller ones, or ask for a higher limit."
    ),
)
_FROM_CHILD = {
    sentence.code: sentence
    for sentence in (
        *MESSAGES.values(),
        IMAGE_WITHOUT_AREA,
        IMAGE_NOT_READ,
        PAGE_WITHOUT_AREA,
        PAGE_DAMAGED,
        TEXT_LAYER_UNREADABLE,
        MESSAGE_ENCRYPTED,
        UNPACKED_TOO_LARGE,
        XML_BROKEN,
        XML_TOO_MANY_NODES,
        XML_TOO_DEEP,
        XML_TOO_MANY_ATTACHMENTS,
        XML_ATTACHMENTS_TOO_LARGE,
    )
}
OTHER_EXTENSION = define(
    "other_extension",
    _("The file is named .{extension}, but it is a {format} file. Rename it and send it again."),
    extension=Param.TEXT,
    format=Param.TEXT,
)
OTHER_CONTENT = define(
    "other_content",
    _("The file is named .{extension}, but it is a different thing ({found}). Send the document itself."),
    extension=Param.TEXT,
    found=Param.WORD,
)
TYPE_NOT_ACCEPTED = define(
    "type_not_accepted",
    _("This is a {found}, which is not accepted. Save the document as a PDF and send that."),
    found=Param.WORD,
)
PDF_WITHOUT_BEGINNING = define(
    "pdf_without_beginning",
    _(
        "The beginning of this PDF is missing. The file is damaged beyond repair. Open it, save or scan it once "
        "more, and "
        "send it again."
    ),
)
OFFICE_NOT_INSTALLED = define(
    "office_not_installed",
    _(
        "Office documents cannot be read on this server. Save the document as a PDF and send that, or ask the "
        "administrator to install LibreOffice ({packages}) and start again."
    ),
    packages=Param.TEXT,
)
FILE_READER_AWAY = define(
    "file_reader_away",
    _("The file reader is not available at the moment. This is tried again by itself. ({detail})"),
    detail=Param.TEXT,
)


class ParseFailure(Exception):
    """Raised inside the sandbox's child; travels to the client as its code and reason."""

    def __init__(self, code: SandboxCode, reason: Reason | None = None) -> None:
        self.code = code
        self.reason = reason or MESSAGES[code]()
        super().__init__(self.reason.source_text)


def reason_from_child(data: object) -> Reason | None:
    """What a child says, if it is one of its sentences with the right parameters; a child that a file took over may say
    anything."""
    if not isinstance(data, dict) or (sentence := _FROM_CHILD.get(str(data.get("code")))) is None:
        return None
    try:
        return sentence(**data.get("params", {}))
    except (TypeError, ValueError):
        return None


def refusal(code: SandboxCode, reason: Reason | None = None) -> PermanentFailure:
    """The exception a client raises for `code`: the same file will fail again."""
    return PermanentFailure(reason or MESSAGES[code](), code=code.value)


def unavailable(detail: str) -> TransientFailure:
    """The exception for a sandbox that is away or busy; `detail` joins the message for the log's reader."""
    return TransientFailure(FILE_READER_AWAY(detail=detail), code=SandboxCode.SANDBOX_UNAVAILABLE.value)
