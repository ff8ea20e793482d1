"""Answers as people and scripts get them: plain values, without statements whose sources may no longer be seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.urls import reverse

from accounts.access import Access
from idp_project.core.geometry import Polygon, enclosing_box
from idp_project.core.reasons import text_of
from rag.models import Answer, AnswerStatement, Citation, Conversation
from rag.selectors.conversations import citations_known, citations_visible

_CITED = "statements__citations__document__source_file"


def conversation_as_shown(access: Access, conversation: Conversation) -> list[dict[str, Any]]:
    """Its questions in order, each with `answer` (None where it was stopped)."""
    questions = list(conversation.questions.select_related("answer"))
    answers = [question.answer for question in questions if hasattr(question, "answer")]
    prefetch_related_objects(answers, _CITED)
    known = citations_known(access, [item.id for answer in answers for item in _citations_of(answer)])
    return [
        {
            "id": str(question.id),
            "text": question.text,
            "answer": _shown(question.answer, known) if hasattr(question, "answer") else None,
        }
        for question in questions
    ]


def answer_as_shown(access: Access, answer: Answer) -> dict[str, Any]:
    """`mode`, `is_refusal`, `note`, and `statements` with their `citations`; `hidden_count` statements are left out,
    `deleted_count` more, whose sources were deleted, and `withdrawn_count`, whose sources were withdrawn. `withdrawn`: every
    source that was, as `{file_name, page, document_url}`, also of statements that have another one."""
    prefetch_related_objects([answer], _CITED)
    return _shown(answer, citations_known(access, [item.id for item in _citations_of(answer)]))


def _citations_of(answer: Answer) -> list[Citation]:
    return [item for statement in answer.statements.all() for item in statement.citations.all()]


def _shown(answer: Answer, known: Mapping[UUID, bool]) -> dict[str, Any]:
    """`known`: `citations_known` of all its citations, which are loaded."""
    statements = sorted(answer.statements.all(), key=lambda statement: statement.position)
    cited = {statement.id: list(statement.citations.all()) for statement in statements}
    visible = {citation_id for citation_id, is_withdrawn in known.items() if not is_withdrawn}
    shown = [found for statement in statements if (found := _statement(statement, visible))]
    gone = [items for items in cited.values() if not any(item.id in visible for item in items)]
    deleted = sum(not items for items in gone)
    withdrawn_count = sum(any(known.get(item.id) for item in items) for items in gone)
    return {
        "id": str(answer.question_id),
        "mode": answer.mode,
        "model": answer.model,
        "is_refusal": answer.is_refusal,
        "note": text_of(answer.note),
        "note_data": answer.note.shown() if answer.note else None,
        "statements": shown,
        "hidden_count": len(gone) - deleted - withdrawn_count,
        "deleted_count": deleted,
        "withdrawn_count": withdrawn_count,
        "withdrawn": _sources(item for items in cited.values() for item in items if known.get(item.id)),
    }


def _sources(citations: Iterable[Citation]) -> list[dict[str, Any]]:
    """Each page once, nothing of what is printed on it."""
    pages = {(citation.document_id, citation.page_number): citation for citation in citations}
    return [
        {
            "file_name": citation.document.source_file.name,
            "page": citation.page_number,
            "document_url": reverse("documents:document_detail", args=[citation.document_id]),
        }
        for citation in pages.values()
    ]


def statement_as_shown(access: Access, statement: AnswerStatement) -> dict[str, Any] | None:
    """One sentence with its citations; None where none of them may be seen."""
    return _statement(statement, citations_visible(access, [citation.id for citation in statement.citations.all()]))


def _statement(statement: AnswerStatement, visible: set[UUID]) -> dict[str, Any] | None:
    citations = [citation_as_shown(item) for item in statement.citations.all() if item.id in visible]
    return {"text": statement.text, "citations": citations} if citations else None


def citation_as_shown(citation: Citation) -> dict[str, Any]:
    """`number` of the chip, file, page, `quote`, the lines' `polygons` and the `polygon` around them (or None)."""
    polygons = [Polygon.from_list(flat) for flat in citation.polygons]
    return {
        "id": str(citation.id),
        "number": citation.number,
        "document_id": str(citation.document_id),
        "file_name": citation.document.source_file.name,
        "page": citation.page_number,
        "quote": citation.quote,
        "span": [citation.span_start, citation.span_end],
        "polygon": enclosing_box(polygons).to_polygon().to_list() if polygons else None,
        "polygons": citation.polygons,
        "url": reverse("rag:citation", args=[citation.id]),
        "document_url": f"{reverse('documents:document_detail', args=[citation.document_id])}?page={citation.page_number}",
    }
