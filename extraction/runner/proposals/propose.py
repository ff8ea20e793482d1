"""Fields and tables for a document type, proposed from documents that were read. Nothing is stored, no model is asked."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from accounts.access import Access
from documents.domain.drafts.problems import problems_of
from documents.domain.drafts.shape import spec_from
from documents.domain.plain_text import plain
from documents.domain.words import Words
from documents.domain.words.in_force import using_words
from documents.models import Document, Page, Schema, SubDocument
from documents.selectors.drafts import own_draft
from documents.selectors.page_layouts import layouts_of
from documents.selectors.schemas import schema_tunable_by
from documents.selectors.trial_documents import chosen_sub_document
from documents.selectors.words import words_of
from extraction.local.page_notation import notation_of
from extraction.runner.proposals.examples import Example, ranked_clusters
from extraction.runner.proposals.fields import MOST, field_proposal
from extraction.runner.proposals.locales import locale_of
from extraction.runner.proposals.tables import table_proposals
from extraction.runner.proposals.titles import keywords_of, name_of, titles_on
from extraction.runner.trial.playground import document_to_try
from idp_project.core.page_text import PageText
from idp_project.core.tenancy import organization_scope

MOST_DOCUMENTS = 5


@dataclass(frozen=True)
class Loaded:
    """Examples with their documents' ids, the draft's definition beside them (empty where there is no draft)."""

    document_ids: tuple[UUID, ...]
    examples: tuple[Example, ...]
    words: Words
    definition: Mapping[str, Any]


def proposals_for(access: Access, schema_id: UUID, document_ids: Sequence[UUID]) -> dict[str, Any]:
    """As `extraction.serializers.proposals.ProposalsSerializer` describes. Opens its own scopes; for managers of the type.

    Raises NotFound for a document that the asker may not see, Conflict for one that is still being read or is in the blind
    sample, and for a retired type.
    """
    began = time.monotonic()
    loaded = load_examples(access, schema_id, document_ids)
    with using_words(loaded.words):
        found = _proposals(loaded)
    return {**found, "seconds": round(time.monotonic() - began, 3)}


def load_examples(access: Access, schema_id: UUID, document_ids: Sequence[UUID]) -> Loaded:
    """Of each document its sub-document of this type, else its first one."""
    with organization_scope(access.required_organization_id):
        schema = schema_tunable_by(access, schema_id)
        documents = [document_to_try(access, document_id) for document_id in dict.fromkeys(document_ids)]
        draft = own_draft(access, schema)
        examples = tuple(_example(document, schema) for document in documents)
        words = words_of(schema.organization)
    return Loaded(tuple(one.id for one in documents), examples, words, draft.definition if draft else {})


def _example(document: Document, schema: Schema) -> Example:
    rows = SubDocument.objects.filter(document=document).select_related("schema_version")
    chosen = chosen_sub_document(list(rows.order_by("first_page")), schema.pk)
    pages = Page.objects.filter(document=document, text__isnull=False, is_blank=False).order_by("number")
    if chosen:
        pages = pages.filter(number__range=(chosen.first_page, chosen.last_page))
    texts = {page.number: PageText.from_dict(page.text) for page in pages if page.text}
    layouts = {number: layout for number, layout in layouts_of(document.id).items() if number in texts}
    return Example(texts, layouts, str(document.metadata.get("language") or ""))


def _proposals(loaded: Loaded) -> dict[str, Any]:
    examples, words = loaded.examples, loaded.words
    lines = [line for example in examples for _, view in example.views(words) for line in view.texts]
    locale = locale_of([example.language for example in examples], lines)
    notation = notation_of(lines, locale)
    ranked = ranked_clusters(examples, words, locale)
    titles = [titles_on(view) for example in examples for _, view in list(example.views(words))[:1]]
    taken = {str(one.get("name", "")) for part in ("fields", "tables") for one in loaded.definition.get(part, ())}
    known = known_labels(loaded.definition)
    fields = [
        field_proposal(cluster, score, loaded.document_ids, notation, words, taken, known)
        for score, cluster in ranked[:MOST]
    ]
    layouts = [example.layouts for example in examples]
    tables = table_proposals(layouts, loaded.document_ids, notation, words, taken, gettext("Line items"))
    return {
        "name": name_of(titles),
        "keywords": keywords_of(titles, [cluster for _, cluster in ranked[:MOST]], len(examples)),
        "locale": locale,
        "fields": [one for one in fields if is_acceptable({"fields": [one["field"]]}, locale)],
        "tables": [one for one in tables if is_acceptable({"tables": [one["table"]]}, locale)],
        "unread_pages": _unread_pages(loaded),
    }


def known_labels(definition: Mapping[str, Any]) -> dict[str, str]:
    """Labels of the draft's fields in plain form, with the fields' names."""
    return {
        plain(str(label)): str(field.get("name", ""))
        for field in definition.get("fields", ())
        for label in (field.get("label", ""), *field.get("aliases", ()))
        if label
    }


def is_acceptable(definition: Mapping[str, Any], locale: str) -> bool:
    """Whether it can be put into a definition as it is."""
    spec = spec_from({"name": "x", "locale": locale, "fields": [], **definition}, key="x", version="")
    return not problems_of(spec)


def _unread_pages(loaded: Loaded) -> list[dict[str, Any]]:
    """Pages of which an older release kept no layout: pairs and tables on them are not known."""
    return [
        {"document_id": document_id, "page": number}
        for document_id, example in zip(loaded.document_ids, loaded.examples, strict=True)
        for number in example.texts
        if number not in example.layouts
    ]
