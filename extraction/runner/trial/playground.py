"""A draft of a document type run on one document that has been read, beside the published version. Nothing is stored."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from uuid import UUID

from accounts.access import Access
from accounts.models import SystemSettings
from accounts.selectors.system import system_settings
from documents.domain.auto_approval import TypeRule
from documents.domain.drafts.changes import changes_between, is_major
from documents.domain.drafts.numbering import next_number
from documents.domain.earned.strata import Stratum
from documents.domain.schema_spec import SchemaSpec
from documents.models import Document, Page, Schema, SchemaDraft, SchemaVersion, SubDocument
from documents.selectors.doors import document_get_for
from documents.selectors.drafts import engine_names, newest_version, own_draft_get
from documents.selectors.earned import present_extractor, rule_of
from documents.selectors.schemas import schema_tunable_by
from documents.selectors.trial_documents import chosen_sub_document, triable_documents
from extraction.domain.refusals import BLIND, DRAFT_CHANGED, NO_TEXT_LEFT, NO_VERSION, NOT_READ
from extraction.domain.usable import LeftOut, usable_of
from extraction.runner.contexts import with_threshold
from extraction.runner.trial.stored_pages import StoredDocument, TrialResult, run_types, stored_document
from idp_project.core.errors import Conflict, InvalidInput, NotFound
from idp_project.core.tenancy import organization_scope

MOST_PAGES = 20  # of one document that are tried at once; a page takes a tenth of a second


@dataclass(frozen=True)
class TrialRun:
    """One definition on the document. `number` is empty for the draft, then `revision` says which one it was."""

    number: str
    revision: int | None
    left_out: tuple[LeftOut, ...]
    result: TrialResult


@dataclass(frozen=True)
class Trial:
    """`published` is the newest version on the same document; None where nothing was published, and where it is what was
    asked for. `pages` are (id, number, width, height) of the pages that were tried.
    """

    document: Document
    first_page: int
    last_page: int
    pages_left_out: int
    pages: tuple[tuple[UUID, int, int | None, int | None], ...]
    sub_documents: tuple[SubDocument, ...]
    run: TrialRun
    published: TrialRun | None
    seconds: float


@dataclass(frozen=True)
class _Definition:
    spec: SchemaSpec
    rule: TypeRule
    number: str = ""
    revision: int | None = None
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True)
class _Loaded:
    document: Document
    sub_documents: tuple[SubDocument, ...]
    pages: tuple[tuple[UUID, int, int | None, int | None], ...]
    last_page: int
    stored: StoredDocument
    asked: _Definition
    published: _Definition | None


def draft_try(
    access: Access,
    schema_id: UUID,
    document_id: UUID,
    *,
    revision: int | None = None,
    version: str = "",
    first_page: int | None = None,
) -> Trial:
    """Runs the asker's draft, or the published `version`, on a visible document. Opens its own scopes.

    `first_page` chooses a sub-document of a stack; else the first of this type is taken. For managers of the type. Raises
    Conflict where the asker has no draft, where it has not that `revision` any more, for a document that is still being read
    or is in the blind sample, and for a retired type; NotFound, InvalidInput for a version that does not exist.
    """
    with organization_scope(access.required_organization_id):
        loaded = _load(access, schema_id, document_id, revision, version, first_page)
    began = time.monotonic()
    definitions = [one for one in (loaded.asked, loaded.published) if one]
    results = run_types(loaded.stored, [(one.spec, one.rule) for one in definitions])
    runs = [
        TrialRun(one.number, one.revision, one.left_out, result)
        for one, result in zip(definitions, results, strict=True)
    ]
    stored = loaded.stored
    return Trial(
        document=loaded.document,
        first_page=stored.first_page,
        last_page=stored.last_page,
        pages_left_out=loaded.last_page - stored.last_page,
        pages=loaded.pages,
        sub_documents=loaded.sub_documents,
        run=runs[0],
        published=runs[1] if len(runs) > 1 else None,
        seconds=round(time.monotonic() - began, 3),
    )


def _load(
    access: Access, schema_id: UUID, document_id: UUID, revision: int | None, version: str, first_page: int | None
) -> _Loaded:
    schema = schema_tunable_by(access, schema_id)
    document = document_to_try(access, document_id)
    related = SubDocument.objects.filter(document=document).select_related("schema_version__schema")
    sub_documents = list(related.order_by("first_page"))
    chosen = chosen_sub_document(sub_documents, schema.id, first_page)
    if first_page is not None and chosen is None:
        raise NotFound
    first, last = (chosen.first_page, chosen.last_page) if chosen else (1, document.page_count or 1)
    system = system_settings()
    stratum = (chosen.stratum if chosen else "") or Stratum.OTHER.value
    newest = newest_version(schema)
    if version:
        asked = _published(_version_of(schema, version), stratum, system)
    else:
        asked = _of_draft(access, schema, newest, revision, stratum, system)
    is_beside = newest is not None and newest.number != asked.number
    until = min(last, first + MOST_PAGES - 1)
    pages = Page.objects.filter(document=document, number__range=(first, until)).order_by("number")
    return _Loaded(
        document=document,
        sub_documents=tuple(sub_documents),
        pages=tuple(pages.values_list("id", "number", "width", "height")),
        last_page=last,
        stored=stored_document(
            document, first, until, is_auto_approval_on=system.is_auto_approval_on, sub_document=chosen
        ),
        asked=asked,
        published=_published(newest, stratum, system) if newest and is_beside else None,
    )


def document_to_try(access: Access, document_id: UUID) -> Document:
    """A visible document whose text is stored. Raises Conflict for one that is still being read or is in the blind sample."""
    document = document_get_for(access, document_id)
    if triable_documents(access).filter(id=document.id).exists():
        return document
    if SubDocument.objects.filter(document=document, is_blind=True).exists():
        raise Conflict(BLIND(), code="trial_blind")
    if Page.objects.filter(document=document, text__isnull=False).exists():
        raise Conflict(NOT_READ(), code="trial_not_read")
    raise Conflict(NO_TEXT_LEFT(), code="trial_no_text")


def _version_of(schema: Schema, number: str) -> SchemaVersion:
    found = schema.versions.filter(published_at__isnull=False, number=number).first()
    if found is None:
        raise InvalidInput(NO_VERSION(number=number), code="trial_no_version")
    found.schema = schema
    return found


def _published(version: SchemaVersion, stratum: str, system: SystemSettings) -> _Definition:
    rule = rule_of(version, present_extractor(version), stratum)
    return _Definition(with_threshold(version.spec, system), rule, version.number)


def _of_draft(
    access: Access,
    schema: Schema,
    newest: SchemaVersion | None,
    revision: int | None,
    stratum: str,
    system: SystemSettings,
) -> _Definition:
    draft = asked_draft(access, schema, revision)
    usable = usable_of(draft.spec, engine_names(access))
    rule = rule_of_draft(schema, usable.spec, newest, stratum)
    # without a number: what is stored was read for versions, and this has no number
    spec = with_threshold(replace(usable.spec, version=""), system)
    return _Definition(spec, rule, revision=draft.revision, left_out=usable.left_out)


def asked_draft(access: Access, schema: Schema, revision: int | None) -> SchemaDraft:
    """The asker's draft. Raises Conflict where they have none, and where it has not that revision."""
    draft = own_draft_get(access, schema)
    if revision is not None and draft.revision != revision:
        raise Conflict(DRAFT_CHANGED(revision=draft.revision), code="draft_elsewhere")
    return draft


def rule_of_draft(schema: Schema, spec: SchemaSpec, newest: SchemaVersion | None, stratum: str) -> TypeRule:
    """What the gate would say once the draft was published: a new major version has earned nothing."""
    changes = changes_between(newest.spec, spec) if newest else ()
    number = next_number(newest.number if newest else "", is_major=is_major(changes))
    version = SchemaVersion(schema=schema, number=number, definition=spec.to_dict())
    return rule_of(version, present_extractor(version), stratum)
