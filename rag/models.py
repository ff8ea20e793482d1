"""Chunks with their vectors, the state of each document's index, conversations with questions and cited answers."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from pgvector.django import VectorField

from documents.models import Batch, Document, Page
from documents.models.tenant import TenantModel
from idp_project.core.leases import Leased
from idp_project.core.reason_fields import ReasonField
from rag.domain.passages import AnswerMode


class Chunk(TenantModel):
    """A window of one page's text with its vector.

    `span_start` and `span_end` index the page's text, `polygons` are its lines there (flat lists in page coordinates).
    `contextualized_text` is what was embedded and is searched by words; `embedding` has `dimensions` numbers of length
    1 and may be compared with those of the same `model` and `model_version` only.
    """

    team = models.ForeignKey("accounts.Team", on_delete=models.PROTECT, related_name="+")
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="+")
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="chunks")
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="chunks")
    page_number = models.IntegerField()
    position = models.IntegerField()
    span_start = models.IntegerField()
    span_end = models.IntegerField()
    polygons = models.JSONField(default=list)
    text = models.TextField()
    contextualized_text = models.TextField()
    embedding = VectorField()
    model = models.CharField(max_length=200)
    model_version = models.CharField(max_length=200)
    dimensions = models.IntegerField()

    class Meta:
        ordering = ["document", "position"]
        constraints = [models.UniqueConstraint(fields=["document", "position"], name="chunk_position_once_a_document")]
        indexes = [
            models.Index(fields=["organization", "model", "model_version"], name="chunk_model"),
            models.Index(fields=["organization", "team"], name="chunk_team"),
        ]

    def __str__(self) -> str:
        return f"page {self.page_number}, characters {self.span_start}–{self.span_end}"


class DocumentIndex(TenantModel, Leased):
    """Whether a document's chunks are up to date: a lease with a fencing token, what they were made of, what failed."""

    document = models.OneToOneField(Document, on_delete=models.CASCADE, related_name="search_index")
    input_hash = models.CharField(max_length=64, blank=True)
    made_with = models.CharField(max_length=460, blank=True)
    chunk_count = models.IntegerField(default=0)
    indexed_at = models.DateTimeField(null=True, blank=True)
    attempts = models.IntegerField(default=0)
    not_before = models.DateTimeField(null=True, blank=True)
    error_code = models.CharField(max_length=60, blank=True)
    error = ReasonField(db_column="error_data")

    class Meta:
        verbose_name_plural = "document indexes"

    def __str__(self) -> str:
        return f"index of {self.document_id}"


class Conversation(TenantModel):
    """One person's questions in a row; nobody else sees it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=200)
    asked_at = models.DateTimeField()

    class Meta:
        ordering = ["-asked_at"]
        indexes = [models.Index(fields=["user", "-asked_at"])]

    def __str__(self) -> str:
        return self.title


class Question(TenantModel):
    """A question and its scope."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="questions")
    text = models.TextField()
    scope = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return self.text[:80]


class Answer(TenantModel):
    """What was answered, and how. A refusal has no statements; `note` says to the asker what else there is to know."""

    question = models.OneToOneField(Question, on_delete=models.CASCADE, related_name="answer")
    mode = models.CharField(max_length=20, choices=[(mode.value, mode.value.replace("_", " ")) for mode in AnswerMode])
    model = models.CharField(max_length=200, blank=True)
    is_refusal = models.BooleanField(default=False)
    note = ReasonField(db_column="note_data")
    dropped_count = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"answer to {self.question_id}"


class AnswerStatement(TenantModel):
    """One sentence of an answer. It is shown to anyone who may still see one of its citations."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="statements")
    position = models.IntegerField()
    text = models.TextField()

    class Meta:
        ordering = ["answer", "position"]

    def __str__(self) -> str:
        return self.text[:80]


class Citation(TenantModel):
    """Where the words stand that support a statement: page, characters, and the lines' places on it.

    `number` is that of its chip, counted through the answer. It goes with its document.
    """

    statement = models.ForeignKey(AnswerStatement, on_delete=models.CASCADE, related_name="citations")
    number = models.IntegerField()
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="+")
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
    page_number = models.IntegerField()
    span_start = models.IntegerField()
    span_end = models.IntegerField()
    polygons = models.JSONField(default=list)
    quote = models.TextField()

    class Meta:
        ordering = ["statement", "number"]

    def __str__(self) -> str:
        return f"[{self.number}] page {self.page_number}"
