"""Indexing a document for questions: a branch of its own after the pages are read, under a lease with a fencing token.

1. Claim, committed. 2. Cut and embed, outside any transaction, renewing the lease. 3. Replace all chunks and end the
lease in one transaction; a worker that lost the lease writes nothing. The same input is not embedded again.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from accounts.models import Organization
from accounts.selectors.providers import embedding_models_by_organization
from accounts.services.providers.ai_models import embedding_model_for
from documents.domain.pipeline import StepName
from documents.domain.reasons import UNEXPECTED_ERROR
from documents.domain.statuses import SubDocumentStatus
from documents.models import Document, Page
from documents.selectors.field_values import corrected_values
from documents.selectors.held import HeldWork
from documents.services.locks import document_lock
from idp_project.core import leases
from idp_project.core.backoff import backoff_seconds
from idp_project.core.enqueue import enqueue
from idp_project.core.errors import IdpError, LeaseLost, PermanentFailure
from idp_project.core.job_names import QUEUE_OF_JOB, JobName
from idp_project.core.logs import log_bind, log_scope
from idp_project.core.page_text import PageText
from idp_project.core.tenancy import organization_scope, system_scope
from idp_project.providers.embeddings.base import EmbeddingModel
from rag import queries
from rag.chunking import TextWindow, page_windows
from rag.domain.ask_settings import AskSettings
from rag.models import Chunk, DocumentIndex

logger = logging.getLogger(__name__)
_LEASES_APART = 16  # chunks embedded between two renewals of the lease: a second or two
_LONGEST_DELAY = 900.0
_MOST_ATTEMPTS = 8


@dataclass(frozen=True)
class _Window:
    page_id: UUID
    page_number: int
    window: TextWindow


def document_index(organization_id: UUID, document_id: UUID) -> int | None:
    """Makes the document's chunks again where its text, its pages or the model changed; returns how many there are.

    None: another worker is at it, the document is gone, or it failed (which is on its index row, never raised).
    """
    with log_scope(organization_id=organization_id, document_id=document_id):
        try:
            return document_reindex(organization_id, document_id)
        except LeaseLost:
            logger.info("the index of the document is with another worker")
        except Exception:
            logger.info("the document is not indexed; the reason is on its index row")
    return None


def document_reindex(organization_id: UUID, document_id: UUID) -> int | None:
    """`document_index` for who must know that it was done; None: the document is gone.

    Raises LeaseLost while another worker is at it, and whatever made it fail.
    """
    try:
        claim = _claim(organization_id, document_id)
        return _index(claim)
    except Document.DoesNotExist:
        logger.info("document %s is deleted", document_id)
    return None


def documents_index_due(most: int = 200) -> int:
    """Enqueues what a lost wake-up or an earlier installation left without an up-to-date index; returns their number."""
    due = documents_to_index(most=most)
    for organization_id, document_id in due:
        enqueue(JobName.DOCUMENT_INDEX, organization_id=organization_id, document_id=document_id)
    return len(due)


def documents_to_index(*, everything: bool = False, most: int = 100_000) -> list[tuple[UUID, UUID]]:
    """`(organization id, document id)` of what has no up-to-date index, or of every document that has pages."""
    with system_scope("questions: find documents to index"):
        if everything:
            read = Document.objects.filter(pages__text__isnull=False).distinct().order_by("id")
            return list(read.values_list("organization_id", "id")[:most])
        rows = queries.fetch_all("documents_to_index", most=most, **_without_index())
    return [(row["organization_id"], row["document_id"]) for row in rows]


def indexing_held(organization_id: UUID | None, team_ids: Sequence[UUID] | None) -> dict[str, HeldWork]:
    """Documents that pauses keep from being indexed. Inside a tenancy scope."""
    wanted = _without_index()
    row = queries.fetch_one("indexing_held", organization_id=organization_id, team_ids=team_ids, **wanted)
    assert row is not None
    return {wanted["queue"]: HeldWork(row["documents"], row["documents"], row["oldest_at"])}


def _without_index() -> dict[str, Any]:
    """What the queries for documents without an up-to-date index ask of everyone."""
    wanted = made_with_by_organization()
    return {
        "organization_ids": list(wanted),
        "made_with": list(wanted.values()),
        "queue": QUEUE_OF_JOB[JobName.DOCUMENT_INDEX],
        "reading_step": StepName.AI_EXTRACTION.value,
    }


def made_with_by_organization() -> dict[UUID, str]:
    """What an index must have been made with to stand, by organisation."""
    models = embedding_models_by_organization()
    organizations = Organization.objects.filter(id__in=models).values_list("id", "settings")
    return {id_: _made_with(models[id_], AskSettings.of(chosen)) for id_, chosen in organizations}


def _made_with(model: str, chosen: AskSettings) -> str:
    """`provider/model version` and how the text was cut."""
    return f"{model} {chosen.chunk_characters}/{chosen.chunk_overlap}"


def _claim(organization_id: UUID, document_id: UUID) -> DocumentIndex:
    with organization_scope(organization_id):
        Document.objects.only("id").get(id=document_id)
        DocumentIndex.objects.get_or_create(document_id=document_id, defaults={"organization_id": organization_id})
        free = DocumentIndex.objects.filter(leases.is_free(), document_id=document_id)
        index = leases.claim(free, settings.LEASE_SECONDS, attempts=F("attempts") + 1)
    if index is None:
        raise LeaseLost
    return index


def _index(claim: DocumentIndex) -> int:
    try:
        return _index_held(claim)
    except (LeaseLost, Document.DoesNotExist):
        raise
    except Exception as error:
        _give_back(claim, error)
        raise


def _index_held(claim: DocumentIndex) -> int:
    with organization_scope(claim.organization_id):
        document = Document.objects.select_related("organization", "source_file").get(id=claim.document_id)
        log_bind(batch_id=document.batch_id)
        model = embedding_model_for(document.organization)
        windows = list(_windows(document))
        input_hash = _hash(model, windows)
        made_with = _made_with(f"{model.name} {model.version}", AskSettings.of(document.organization.settings))
        known = _known_vectors(document, model)
    if input_hash == claim.input_hash:
        return _finish(claim, None, input_hash, made_with, len(windows))
    vectors = _embedded(claim, model, windows, known)
    chunks = [
        _chunk(document, model, position, window, vector)
        for position, (window, vector) in enumerate(zip(windows, vectors, strict=True))
    ]
    return _finish(claim, chunks, input_hash, made_with, len(chunks))


def _windows(document: Document) -> Iterable[_Window]:
    chosen = AskSettings.of(document.organization.settings)
    corrected = corrected_values(document.id)
    for page in _indexed_pages(document):
        windows = page_windows(
            PageText.from_dict(page.text or {}),
            file_name=document.source_file.name,
            page_number=page.number,
            settings=chosen,
            corrections=corrected.get(page.number, ()),
        )
        yield from (_Window(page.id, page.number, window) for window in windows)


def _indexed_pages(document: Document) -> QuerySet[Page]:
    """Pages with a text, except those of withdrawn sub-documents."""
    pages = document.pages.filter(text__isnull=False).only("id", "number", "text").order_by("number")
    withdrawn = document.sub_documents.filter(status=SubDocumentStatus.WITHDRAWN)
    for first, last in withdrawn.values_list("first_page", "last_page"):
        pages = pages.exclude(number__gte=first, number__lte=last)
    return pages


def _hash(model: EmbeddingModel, windows: Sequence[_Window]) -> str:
    parts = [model.name, model.version, [[str(item.page_id), asdict(item.window)] for item in windows]]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def _known_vectors(document: Document, model: EmbeddingModel) -> dict[str, Any]:
    chunks = Chunk.objects.filter(document=document, model=model.name, model_version=model.version)
    return dict(chunks.values_list("contextualized_text", "embedding"))


def _embedded(
    claim: DocumentIndex, model: EmbeddingModel, windows: Sequence[_Window], known: dict[str, Any]
) -> list[Sequence[float]]:
    """A vector a window; only texts without one are given to the model."""
    vectors = dict(known)
    wanted = list(dict.fromkeys(item.window.contextualized_text for item in windows))
    missing = [text for text in wanted if text not in vectors]
    for start in range(0, len(missing), _LEASES_APART):
        texts = missing[start : start + _LEASES_APART]
        vectors.update(zip(texts, model.embed(texts).tolist(), strict=True))
        _renew(claim)
    return [vectors[item.window.contextualized_text] for item in windows]


def _renew(claim: DocumentIndex) -> None:
    with organization_scope(claim.organization_id):
        leases.renew(DocumentIndex, claim.pk, claim.lease_token, settings.LEASE_SECONDS)


def _chunk(document: Document, model: EmbeddingModel, position: int, item: _Window, vector: Sequence[float]) -> Chunk:
    window = item.window
    return Chunk(
        organization_id=document.organization_id,
        team_id=document.team_id,
        batch_id=document.batch_id,
        document_id=document.id,
        page_id=item.page_id,
        page_number=item.page_number,
        position=position,
        span_start=window.span.start,
        span_end=window.span.end,
        polygons=window.polygons,
        text=window.text,
        contextualized_text=window.contextualized_text,
        embedding=vector,
        model=model.name,
        model_version=model.version,
        dimensions=len(vector),
    )


def _finish(claim: DocumentIndex, chunks: list[Chunk] | None, input_hash: str, made_with: str, count: int) -> int:
    """Fence first: the row's lock makes rivals wait, and a lost lease writes nothing. None keeps the chunks."""
    with organization_scope(claim.organization_id):
        document_lock(claim.document_id)
        leases.finish(
            DocumentIndex,
            claim.pk,
            claim.lease_token,
            input_hash=input_hash,
            made_with=made_with,
            chunk_count=count,
            indexed_at=Now(),
            attempts=0,
            not_before=None,
            error_code="",
            error=None,
        )
        if chunks is not None:
            Chunk.objects.filter(document_id=claim.document_id).delete()
            Chunk.objects.bulk_create(chunks, batch_size=200)
    return count


def _give_back(claim: DocumentIndex, error: Exception) -> None:
    if isinstance(error, IdpError):
        code, reason = error.code, error.reason
    else:
        logger.error("indexing %s failed", claim.document_id, exc_info=error)
        code, reason = "unexpected_error", UNEXPECTED_ERROR(error=type(error).__name__)
    is_final = isinstance(error, PermanentFailure) or claim.attempts >= _MOST_ATTEMPTS
    retried_after = backoff_seconds(claim.attempts, most=_LONGEST_DELAY, first=5.0)
    delay = _LONGEST_DELAY * 4 if is_final else retried_after
    with organization_scope(claim.organization_id):
        failure = {"error_code": code, "error": reason}
        leases.give_back(DocumentIndex, claim.pk, claim.lease_token, seconds=delay, **failure)
