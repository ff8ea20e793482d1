"""The closed list of reasons why a file cannot be read, each with a message that says what to do.

`ParseFailure` lives inside the sandbox's child only; clients raise `PermanentFailure` or `TransientFailure`.
"""

from __future__ import annotations

from enum import StrEnum

from idp_project.core.errors import PermanentFailure, TransientFailure


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
    TOO_SLOW = "too_slow"
    TOO_MUCH_MEMORY = "too_much_memory"
    PARSER_CRASHED = "parser_crashed"
    PAGE_MISSING = "page_missing"
    FILE_MISSING = "file_missing"
    SANDBOX_UNAVAILABLE = "sandbox_unavailable"


MESSAGES: dict[SandboxCode, str] = {
    SandboxCode.NOT_A_DOCUMENT: "This is no document that can be read here. "
    "Send a PDF, a picture (PNG, JPEG, TIFF, WebP, BMP, GIF, HEIC) or an e-mail (EML).",
    SandboxCode.UNSUPPORTED_FORMAT: "Files of this type are not accepted. Save the document as a PDF and send that.",
    SandboxCode.TYPE_MISMATCH: "The file's name and its content disagree. Give it the right extension and send it again.",
    SandboxCode.EMPTY_FILE: "The file is empty. Check the original and send it again.",
    SandboxCode.TRUNCATED: "The file ends too early, probably because a transfer was interrupted. Send it again.",
    SandboxCode.DAMAGED: "The file is damaged beyond repair. Open it, save or scan it once more, and send it again.",
    SandboxCode.ENCRYPTED: "The file is encrypted and needs a password to open. Remove the password and send it again.",
    SandboxCode.TOO_MANY_BYTES: "The file is larger than allowed. Split or compress it, or ask for a higher limit.",
    SandboxCode.TOO_MANY_PAGES: "The file has more pages than allowed. Split it, or ask for a higher limit.",
    SandboxCode.TOO_MANY_PIXELS: "A page has more pixels than allowed. Scan it at a lower resolution.",
    SandboxCode.TOO_MANY_ATTACHMENTS: "The e-mail has more attachments than allowed. "
    "Send its attachments as files, or ask for a higher limit.",
    SandboxCode.TOO_MANY_HEADERS: "The e-mail has more header lines than any mail program writes. "
    "Save it again from your mail program and send that.",
    SandboxCode.NESTED_TOO_DEEP: "This e-mail lies inside too many others. Open it, save it as a file, and send that.",
    SandboxCode.TOO_SLOW: "Reading took longer than allowed. Print the document to a new PDF and send that.",
    SandboxCode.TOO_MUCH_MEMORY: "Reading took too much memory. Print the document to a new PDF and send that.",
    SandboxCode.PARSER_CRASHED: "The file makes its reader crash, so it is damaged or built to do harm. "
    "Print it to a new PDF, or scan it, and send that.",
    SandboxCode.PAGE_MISSING: "The file has no page of that number. Read it again from the start.",
    SandboxCode.FILE_MISSING: "The stored file is gone. Send it again.",
    SandboxCode.SANDBOX_UNAVAILABLE: "The file reader is not available at the moment. This is tried again by itself.",
}


class ParseFailure(Exception):
    """Raised inside the sandbox's child; travels to the client as its code and message."""

    def __init__(self, code: SandboxCode, message: str = "") -> None:
        self.code = code
        self.message = message or MESSAGES[code]
        super().__init__(self.message)


def refusal(code: SandboxCode, message: str = "") -> PermanentFailure:
    """The exception a client raises for `code`: the same file will fail again."""
    return PermanentFailure(message or MESSAGES[code], code=code.value)


def unavailable(detail: str) -> TransientFailure:
    """The exception for a sandbox that is away or busy; `detail` joins the message for the log's reader."""
    code = SandboxCode.SANDBOX_UNAVAILABLE
    return TransientFailure(f"{MESSAGES[code]} ({detail})", code=code.value)
