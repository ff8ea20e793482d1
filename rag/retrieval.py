"""From a question to ranked passages, already filtered by what the asker may see."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

from accounts.access import Access
from documents.models import Document, Page
from documents.selectors.sensitive import hidden_spans, mask_for
from idp_project.core.spans import Span
from idp_project.core.storable import day_after
from idp_project.core.tenancy import organization_scope
from idp_project.providers.embeddings.base import EmbeddingModel
from rag import queries
from rag.domain.keywords import search_codes, search_words, search_years
from rag.domain.passages import Passage, Scope
from rag.policies import asking_visibility

DEPTH = 50  # of each of the two lists that are joined
LEADING_PAGES = 3  # whose other chunks come along


def passages_find(access: Access, model: EmbeddingModel, question: str, scope: Scope, *, limit: int) -> list[Passage]:
    """At most `limit` passages, the most promising first, then the rest of the leading pages.

    Call it outside any transaction: the model is asked.

    Raises TransientFailure where database or model are away.
    """
    (vector,) = model.embed([question])
    who = asking_visibility(access)
    rows = queries.search(
        who["organization_id"],
        "chunk_search",
        **who,
        **_narrowed(scope),
        model=model.name,
        model_version=model.version,
        embedding=queries.vector_text(vector.tolist()),
        words=search_words(question),
        codes=search_codes(question),
        years=search_years(question),
        depth=DEPTH,
        chunk_limit=limit,
        page_limit=LEADING_PAGES,
    )
    return without_hidden(access, [_passage(row) for row in rows])


def without_hidden(access: Access, passages: list[Passage]) -> list[Passage]:
    """The passages with dots for what the asker may not see: of the same length, so that spans stay."""
    with organization_scope(access.required_organization_id):
        documents = Document.objects.select_related("batch").in_bulk({each.document_id for each in passages})
        masks = {key: mask for key, document in documents.items() if (mask := mask_for(access, document))}
        hidden = [each.page_id for each in passages if each.document_id in masks]
        spans = {
            page.id: hidden_spans(page, masks[page.document_id])
            for page in Page.objects.filter(id__in=hidden).only("id", "number", "text", "document_id")
        }
    return [
        replace(each, text=_dotted(each, spans[each.page_id])) if each.page_id in spans else each for each in passages
    ]


def _dotted(passage: Passage, spans: list[tuple[int, int]]) -> str:
    marks = list(passage.text)
    for start, end in spans:
        for place in range(max(0, start - passage.span.start), min(len(marks), end - passage.span.start)):
            marks[place] = "•"
    return "".join(marks)


def _narrowed(scope: Scope) -> dict[str, Any]:
    before = day_after(scope.received_to)
    return {
        "team_id": scope.team_id,
        "batch_id": scope.batch_id,
        "document_id": scope.document_id,
        "schema_key": scope.schema_key,
        "received_from": scope.received_from and datetime.combine(scope.received_from, time(), UTC),
        "received_before": before and datetime.combine(before, time(), UTC),
    }


def _passage(row: dict[str, Any]) -> Passage:
    return Passage(
        chunk_id=row["chunk_id"],
        document_id=row["document_id"],
        file_name=row["file_name"],
        page_id=row["page_id"],
        page_number=row["page_number"],
        span=Span(row["span_start"], row["span_end"]),
        text=row["text"],
        score=row["score"],
        similarity=row["similarity"],
    )
