"""When two documents are the same: by their bytes, or by what is written on their pages."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

_FEWEST_MARKS = 20  # of a whole document; below it, everything that is almost empty would be the same


class DuplicateKind(StrEnum):
    """The same file, another file that says the same, or another document with the same number of the same sender. The
    first two are told of whole files, all four of sub-documents."""

    SAME_BYTES = "same_bytes"
    SAME_CONTENT = "same_content"
    SAME_NUMBER = "same_number"  # of the same sender, with the same amount
    OTHER_AMOUNT = "other_amount"  # the same number of the same sender, with another amount


@dataclass(frozen=True)
class Duplicate:
    """The first document that a later one is the same as."""

    kind: DuplicateKind
    document_id: UUID
    file_name: str
    received_at: datetime


@dataclass(frozen=True)
class PageContent:
    """Of a page's text: how many letters and digits, and their hash. Case, spaces and punctuation do not count."""

    marks: int
    digest: str

    @classmethod
    def of(cls, text: str) -> PageContent:
        marks = "".join(mark for mark in unicodedata.normalize("NFKC", text).casefold() if mark.isalnum())
        return cls(len(marks), hashlib.sha256(marks.encode("utf-8", "replace")).hexdigest() if marks else "")


def content_hash(pages: Iterable[PageContent]) -> str:
    """Of a whole document, blank pages left out; empty where there is too little text to compare."""
    written = [page for page in pages if page.digest]
    if sum(page.marks for page in written) < _FEWEST_MARKS:
        return ""
    return hashlib.sha256("\n".join(page.digest for page in written).encode()).hexdigest()
