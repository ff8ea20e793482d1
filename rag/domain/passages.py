"""What retrieval finds and what an answer is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from idp_project.core.spans import Span


class AnswerMode(StrEnum):
    """How an answer is made: verbatim from the documents, or written by a language model and checked against them."""

    QUOTATION = "quotation"
    LANGUAGE_MODEL = "language_model"


@dataclass(frozen=True)
class Scope:
    """Where to look; None everywhere the asker may see. `schema_key` is that of the pages' document type."""

    team_id: UUID | None = None
    batch_id: UUID | None = None
    document_id: UUID | None = None
    schema_key: str = ""
    received_from: date | None = None
    received_to: date | None = None


@dataclass(frozen=True)
class Passage:
    """A chunk that was found. `span` indexes the text of its page; `similarity` is the cosine to the question."""

    chunk_id: UUID
    document_id: UUID
    file_name: str
    page_id: UUID
    page_number: int
    span: Span
    text: str
    score: float
    similarity: float


@dataclass(frozen=True)
class Quote:
    """The words of a passage that support a statement; `span` indexes the text of the page."""

    passage: Passage
    span: Span

    @property
    def text(self) -> str:
        start = self.passage.span.start
        return self.passage.text[self.span.start - start : self.span.end - start]


@dataclass(frozen=True)
class Statement:
    """One sentence of an answer with what supports it: never without a quote."""

    text: str
    quotes: tuple[Quote, ...]

    def __post_init__(self) -> None:
        if not self.quotes:
            raise ValueError("a statement needs a source")
