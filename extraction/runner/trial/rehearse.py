"""The work of a rehearsal: a draft and the published version over approved documents, from their stored texts."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from accounts.selectors.system import system_settings
from documents.domain.approved import ApprovedContent
from documents.domain.auto_approval import HELD_OPEN
from documents.domain.earned.digests import code_digests
from documents.domain.schema_spec import SchemaSpec
from documents.domain.statuses import Route
from documents.models import ApprovedVersion, Rehearsal, RehearsedDocument
from documents.services.schemas.rehearsals import rehearsal_conclude, rehearsals_due, rehearsed_store
from extraction.domain.comparison import read_alike
from extraction.domain.rehearsal import Reading, compared, reading_of, summary_of, truth_of
from extraction.domain.usable import usable_of
from extraction.runner.contexts import with_threshold
from extraction.runner.trial.stored_pages import StoredDocument, TrialResult, run_types, stored_document
from idp_project.core.tenancy import organization_scope

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Approved:
    """One approved document, loaded."""

    row_id: UUID
    document: StoredDocument
    truth: ApprovedContent


@dataclass(frozen=True)
class _Sides:
    """The draft, and the published version that it is compared with."""

    draft: SchemaSpec
    published: SchemaSpec


def rehearsal_process(organization_id: UUID, row_ids: Sequence[UUID]) -> None:
    """Runs some documents of a rehearsal; ends it where they were the last. Idempotent; rows that are gone are skipped."""
    with organization_scope(organization_id):
        rows = list(
            RehearsedDocument.objects.filter(id__in=row_ids, result__isnull=True)
            .select_related("rehearsal__schema", "sub_document__document__source_file", "sub_document__organization")
            .select_related("sub_document__document__organization")
            .order_by("position")
        )
    for row in rows:
        _run(organization_id, row)
    for rehearsal_id in {row.rehearsal_id for row in rows}:
        with organization_scope(organization_id):
            rehearsal_conclude(rehearsal_id, _summary)


def rehearsals_resume() -> None:
    """For the clock: work that lost its job is enqueued again, and what lost its last document ends."""
    for organization_id, rehearsal_id in rehearsals_due():
        with organization_scope(organization_id):
            rehearsal_conclude(rehearsal_id, _summary)


def _run(organization_id: UUID, row: RehearsedDocument) -> None:
    with organization_scope(organization_id):
        sides, work = _sides(row.rehearsal), _load(row)
    result = _result(row, work, sides) if work and sides else {}
    with organization_scope(organization_id):
        rehearsed_store({row.pk: result})


def _result(row: RehearsedDocument, work: _Approved, sides: _Sides) -> dict[str, Any]:
    """Nothing where the extractor fails: one document must not keep the others from being counted."""
    try:
        return _compare(work, sides)
    except Exception:
        logger.exception("sub-document %s could not be rehearsed", row.sub_document_id)
        return {}


def _sides(rehearsal: Rehearsal) -> _Sides | None:
    """None where the published version is gone."""
    version = rehearsal.schema.versions.filter(number=rehearsal.base).first()
    if version is None:
        return None
    version.schema = rehearsal.schema
    system = system_settings()
    published = version.spec
    draft = usable_of(rehearsal.spec).spec
    if read_alike(draft, published):
        draft = replace(draft, version=published.version)  # what is stored was read for both
    return _Sides(with_threshold(draft, system), with_threshold(published, system))


def _load(row: RehearsedDocument) -> _Approved | None:
    """None where what was approved has been erased."""
    sub_document = row.sub_document
    approved = ApprovedVersion.objects.filter(sub_document=sub_document).order_by("-number").first()
    if approved is None or not approved.content:
        return None
    document = stored_document(
        sub_document.document,
        sub_document.first_page,
        sub_document.last_page,
        is_auto_approval_on=True,
        sub_document=sub_document,
        reader=code_digests()[0],
    )
    return _Approved(row.pk, document, approved.approved)


def _compare(work: _Approved, sides: _Sides) -> dict[str, Any]:
    definitions = [(spec, HELD_OPEN) for spec in (sides.published, sides.draft)]
    before, after = (_reading(result) for result in run_types(work.document, definitions))
    found = compared(sides.draft, before, after, truth_of(sides.draft, work.truth))
    is_different = found["was_automatic"] != found["is_automatic"] or any(
        value["state"] != "same" for value in found["values"]
    )
    return found | {"is_different": is_different}


def _reading(result: TrialResult) -> Reading:
    confidence = result.confidence
    return reading_of(result.spec, confidence.fields, confidence.rows, is_automatic=confidence.route is Route.AUTO)


def _summary(rehearsal: Rehearsal, results: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return summary_of(usable_of(rehearsal.spec).spec, results)
