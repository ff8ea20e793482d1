"""Asking: retrieval, an answer by quotation or by a language model, every statement with its place; kept and shown.

No transaction is open while a model works. What is said is checked before it is said, and who asks is looked at again
before each statement leaves: a person who was just removed hears nothing more.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.access import Access
from accounts.models import Organization
from accounts.selectors.access import access_current
from accounts.selectors.system import system_settings
from accounts.services.audit.trail import audit_record
from accounts.services.providers.ai_models import embedding_model_for, language_model_for
from documents.domain.reasons import DECIDED
from documents.models import Page
from documents.services.locks import documents_lock
from documents.services.showing.audited_reads import documents_seen
from idp_project.core.errors import (
    Forbidden,
    IdpError,
    InvalidInput,
    NotSignedIn,
    PermanentFailure,
    TooManyRequests,
    TransientFailure,
)
from idp_project.core.page_text import PageText
from idp_project.core.rate_counters import at_once, is_full
from idp_project.core.reasons import Reason
from idp_project.core.tenancy import organization_scope
from idp_project.providers.embeddings.base import EmbeddingModel
from idp_project.providers.llm.base import LanguageModel
from rag.answers.freeform import Dropped, freeform_answer
from rag.answers.quotation import quotation_answer
from rag.chunking import polygons_of
from rag.domain.ask_settings import AskSettings
from rag.domain.passages import AnswerMode, Passage, Quote, Scope, Statement
from rag.domain.refusals import (
    MODEL_AWAY,
    NO_QUESTION,
    ONLY_A_PERSON_ASKS,
    QUESTION_TOO_LONG,
    QUESTIONS_UNDER_WAY,
    SENTENCES_DROPPED,
)
from rag.models import Answer, AnswerStatement, Citation, Conversation, Question
from rag.policies import check_asking_is_on, check_can_ask
from rag.retrieval import passages_find
from rag.selectors.conversations import conversation_get_for
from rag.selectors.shown import answer_as_shown, statement_as_shown

logger = logging.getLogger(__name__)
LONGEST_QUESTION = 2000
_OF_PERSON, _OF_ORGANIZATION = "questions_at_once_person", "questions_at_once_organization"
_LOOKED_AT_EVERY = 2.0  # seconds between two checks whether the asker may still ask


@dataclass
class _Asking:
    """One question on its way."""

    access: Access
    question: Question
    scope: Scope
    settings: AskSettings
    embeddings: EmbeddingModel
    language_model: LanguageModel | None
    notes: list[Reason] = field(default_factory=list)
    dropped: int = 0
    mode: AnswerMode = AnswerMode.QUOTATION


AnswerEvent = dict[str, Any]


def question_ask(
    access: Access, text: str, *, conversation_id: UUID | None = None, scope: Scope | None = None
) -> Generator[AnswerEvent, None, None]:
    """Events of an answer as it comes: `question`, `statement`…, `answer` (the whole of it), or `error`.

    Raises Forbidden, InvalidInput, NotFound or TooManyRequests before the first event. Call it outside any transaction;
    closing the iterator ends the language model's call.
    """
    check_can_ask(access)
    check_asking_is_on(system_settings().is_asking_on)
    if is_full(_OF_PERSON, access.user_id) or is_full(_OF_ORGANIZATION, access.organization_id):
        raise TooManyRequests(QUESTIONS_UNDER_WAY(), retry_after=5)
    question = _question_keep(access, _checked_text(text), conversation_id, scope or Scope())
    return _events(access, question, scope or Scope())


def question_answer(
    access: Access, text: str, *, conversation_id: UUID | None = None, scope: Scope | None = None
) -> AnswerEvent:
    """The whole answer at once. Raises the error that ended it."""
    *_, last = question_ask(access, text, conversation_id=conversation_id, scope=scope)
    if last["type"] == "error":
        kind = TransientFailure if last["is_retryable"] else PermanentFailure
        raise kind(last["message"], code=last["code"])
    return last


def _checked_text(text: str) -> str:
    asked = " ".join(text.replace("\x00", " ").split())
    if not asked:
        raise InvalidInput(NO_QUESTION(), code="no_question")
    if len(asked) > LONGEST_QUESTION:
        raise InvalidInput(QUESTION_TOO_LONG(most=LONGEST_QUESTION), code="question_too_long")
    return asked


def _question_keep(access: Access, text: str, conversation_id: UUID | None, scope: Scope) -> Question:
    if access.user_id is None:
        raise Forbidden(ONLY_A_PERSON_ASKS())
    organization_id = access.required_organization_id
    with organization_scope(organization_id):
        if conversation_id:
            conversation = conversation_get_for(access, conversation_id)
            conversation.asked_at = timezone.now()
            conversation.save(update_fields=["asked_at"])
        else:
            conversation = Conversation.objects.create(
                organization_id=organization_id, user_id=access.user_id, title=text[:200], asked_at=timezone.now()
            )
        question = Question.objects.create(
            organization_id=organization_id, conversation=conversation, text=text, scope=_plain(scope)
        )
        audit_record(access, "question_asked", object_kind="question", object_id=question.id, details=_plain(scope))
        return question


def _plain(scope: Scope) -> dict[str, str]:
    return {name: str(value) for name, value in asdict(scope).items() if value}


def _events(access: Access, question: Question, scope: Scope) -> Generator[AnswerEvent, None, None]:
    try:
        with at_once(_OF_PERSON, access.user_id), at_once(_OF_ORGANIZATION, access.organization_id):
            yield from _answered(access, question, scope)
    except IdpError as error:
        yield {"type": "error", **error.as_dict()}


def _answered(access: Access, question: Question, scope: Scope) -> Generator[AnswerEvent, None, None]:
    asking = _begin(access, question, scope)
    yield {
        "type": "question",
        "id": str(question.id),
        "conversation_id": str(question.conversation_id),
        "text": question.text,
        "mode": asking.mode.value,
    }
    passages = passages_find(access, asking.embeddings, question.text, scope, limit=asking.settings.retrieved)
    answer = _answer_begin(asking)
    for position, statement in enumerate(_statements(asking, passages), start=1):
        shown = _statement_keep(asking, answer, position, statement)
        if shown:
            yield {"type": "statement", **shown}
    _answer_end(asking, answer)
    yield {"type": "answer", **_shown(asking, answer)}


def _begin(access: Access, question: Question, scope: Scope) -> _Asking:
    with organization_scope(access.required_organization_id):
        organization = Organization.objects.get(id=access.required_organization_id)
        embeddings = embedding_model_for(organization)
        asking = _Asking(access, question, scope, AskSettings.of(organization.settings), embeddings, None)
        try:
            asking.language_model = language_model_for(organization)
        except IdpError as error:
            asking.notes.append(MODEL_AWAY(reason=error.reason))
    if asking.language_model:
        asking.mode = AnswerMode.LANGUAGE_MODEL
    return asking


def _statements(asking: _Asking, passages: list[Passage]) -> Iterator[Statement]:
    """The answer's statements; without a language model that works, quotations."""
    is_allowed = _still_allowed(asking.access)
    if asking.language_model and passages:
        said = 0
        try:
            for item in freeform_answer(asking.question.text, passages, asking.language_model):
                is_allowed()
                if isinstance(item, Dropped):
                    asking.dropped += 1
                else:
                    said += 1
                    yield item
            return
        except (TransientFailure, PermanentFailure) as error:
            logger.warning("question %s: the language model failed (%s)", asking.question.id, error.code)
            asking.notes.append(MODEL_AWAY(reason=error.reason))
            asking.mode = AnswerMode.QUOTATION
            if said:
                return
    for statement in quotation_answer(asking.question.text, passages, asking.embeddings, asking.settings):
        is_allowed()
        yield statement


def _still_allowed(access: Access) -> Callable[[], None]:
    """Raises NotSignedIn or Forbidden once the session ended or the asker may no longer ask."""
    looked_at = time.monotonic()

    def look() -> None:
        nonlocal looked_at
        if access.session_id is None or time.monotonic() - looked_at < _LOOKED_AT_EVERY:
            return
        looked_at = time.monotonic()
        current = access_current(access.session_id)
        if current is None or current.organization_id != access.organization_id:
            raise NotSignedIn
        check_can_ask(current)

    return look


def _answer_begin(asking: _Asking) -> Answer:
    with organization_scope(asking.access.required_organization_id):
        return Answer.objects.create(
            organization_id=asking.access.required_organization_id,
            question=asking.question,
            mode=asking.mode.value,
            model=asking.language_model.name if asking.language_model else asking.embeddings.name,
        )


def _statement_keep(asking: _Asking, answer: Answer, position: int, statement: Statement) -> AnswerEvent | None:
    """The statement as it may be shown; None where its document went away or was withdrawn meanwhile."""
    organization_id = asking.access.required_organization_id
    with organization_scope(organization_id):
        page_ids = [quote.passage.page_id for quote in statement.quotes]
        documents_lock(Page.objects.filter(id__in=page_ids).values_list("document_id", flat=True))
        pages = Page.objects.order_by("id").select_for_update(of=("self",), no_key=True).in_bulk(page_ids)
        if len(pages) < len({quote.passage.page_id for quote in statement.quotes}):
            return None
        row = AnswerStatement.objects.create(
            organization_id=organization_id, answer=answer, position=position, text=statement.text
        )
        number = Citation.objects.filter(statement__answer=answer).count()
        for offset, quote in enumerate(statement.quotes, start=1):
            Citation.objects.create(
                organization_id=organization_id,
                statement=row,
                number=number + offset,
                **_place(quote, pages[quote.passage.page_id]),
            )
        return statement_as_shown(asking.access, row)


def _place(quote: Quote, page: Page) -> dict[str, Any]:
    return {
        "document_id": page.document_id,
        "page_id": page.id,
        "page_number": page.number,
        "span_start": quote.span.start,
        "span_end": quote.span.end,
        "polygons": polygons_of(PageText.from_dict(page.text), quote.span) if page.text else [],
        "quote": quote.text,
    }


def _answer_end(asking: _Asking, answer: Answer) -> None:
    if asking.dropped:
        asking.notes.append(SENTENCES_DROPPED())
    with organization_scope(asking.access.required_organization_id):
        answer.is_refusal = not answer.statements.exists()
        answer.mode, answer.dropped_count = asking.mode.value, asking.dropped
        answer.note = DECIDED(said=asking.notes) if asking.notes else None
        answer.save(update_fields=["is_refusal", "mode", "note", "dropped_count"])
        cited = Citation.objects.filter(statement__answer=answer).values_list("document_id", flat=True)
        documents_seen(asking.access, cited)


def _shown(asking: _Asking, answer: Answer) -> AnswerEvent:
    with organization_scope(asking.access.required_organization_id):
        return answer_as_shown(asking.access, answer)
