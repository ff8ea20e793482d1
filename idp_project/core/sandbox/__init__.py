"""Untrusted files are parsed here and nowhere else, in throw-away processes behind a socket. No Django.

Importing this package loads no parser: `client` and `sniff` are safe in every process; the rest belongs to the server.
"""

from idp_project.core.sandbox.client import Attachment, PageReading, Sandbox
from idp_project.core.sandbox.errors import SandboxCode
from idp_project.core.sandbox.formats import CONTENT_TYPES, OFFICE_TYPES, TYPES_WITH_TEXT, FileFormat
from idp_project.core.sandbox.limits import SandboxLimits
from idp_project.core.sandbox.sniff import HEAD_BYTES, sniff

__all__ = [
    "CONTENT_TYPES",
    "HEAD_BYTES",
    "OFFICE_TYPES",
    "TYPES_WITH_TEXT",
    "Attachment",
    "FileFormat",
    "PageReading",
    "Sandbox",
    "SandboxCode",
    "SandboxLimits",
    "sniff",
]
