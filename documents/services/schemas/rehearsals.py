"""Rehearsals: begun in a request, run by jobs, chunk by chunk. What a job computes is stored here.

1. Each document is a row; a job is given some of them and skips those that have a result, so a killed job is repeated by the
clock. 2. The job that finds no row without a result ends the rehearsal, under its lock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.access import Access
from documents.domain.drafts.refusals import DRAFT_ELSEWHERE
from documents.domain.refusals import REHEARSAL_SAMPLE_EMPTY
from documents.models import Rehearsal, RehearsedDocument
from documents.selectors.drafts import newest_version, own_draft_get
from documents.selectors.rehearsals import approved_to_rehearse
from documents.selectors.schemas import schema_tunable_by
from idp_project.core.enqueue import enqueue
from idp_project.core.errors import Conflict, InvalidInput
from idp_project.core.job_names import JobName
from idp_project.core.tenancy import organization_scope, system_scope

MOST_DOCUMENTS = 500
CHUNK = 8  # documents of one job: some seconds
KEPT = 5  # of one person and type
_LOST_AFTER = timedelta(minutes=2)  # without an end: its jobs are enqueued again
_GIVEN_UP_AFTER = timedelta(hours=6)


@transaction.atomic
def rehearsal_begin(access: Access, schema_id: UUID, *, most: int, revision: int | None = None) -> Rehearsal:
    """Has jobs run the asker's draft, and the newest published version beside it, over at most `most` approved documents
    that the asker may see. An earlier one of the same person and type that is under way ends.

    For managers of the type. Raises Conflict where the asker has no draft, where it has another revision by now, and for a
    retired type; InvalidInput where there is no document to compare with.
    """
    schema = schema_tunable_by(access, schema_id)
    draft = own_draft_get(access, schema)
    if revision is not None and draft.revision != revision:
        raise Conflict(DRAFT_ELSEWHERE(), code="draft_elsewhere")
    newest = newest_version(schema)
    sample = list(approved_to_rehearse(access, schema)[: min(most, MOST_DOCUMENTS)]) if newest else []
    if newest is None or not sample:
        raise InvalidInput(REHEARSAL_SAMPLE_EMPTY(), code="rehearsal_sample_empty")
    _make_room(schema.pk, access.required_user_id)
    rehearsal = Rehearsal.objects.create(
        organization_id=schema.organization_id,
        schema=schema,
        user_id=access.required_user_id,
        draft_id=draft.pk,
        revision=draft.revision,
        definition=draft.definition,
        base=newest.number,
        documents=len(sample),
        pages=sum(one.last_page - one.first_page + 1 for one in sample),
    )
    rows = RehearsedDocument.objects.bulk_create(
        RehearsedDocument(
            organization_id=schema.organization_id, rehearsal=rehearsal, sub_document=one, position=position
        )
        for position, one in enumerate(sample)
    )
    _wake(schema.organization_id, [row.pk for row in rows])
    return rehearsal


def _make_room(schema_id: UUID, user_id: UUID) -> None:
    """Of one person and type one runs at a time, and the last ones are kept."""
    mine = Rehearsal.objects.filter(schema_id=schema_id, user_id=user_id)
    mine.filter(finished_at__isnull=True).delete()
    old = mine.order_by("-created_at").values_list("id", flat=True)[KEPT - 1 :]
    Rehearsal.objects.filter(id__in=list(old)).delete()


def _wake(organization_id: UUID, ids: Sequence[UUID]) -> None:
    for start in range(0, len(ids), CHUNK):
        chunk = list(ids[start : start + CHUNK])
        enqueue(JobName.REHEARSAL_PROCESS, organization_id=organization_id, rehearsed_ids=chunk)


def rehearsed_store(results: Mapping[UUID, Mapping[str, Any]]) -> None:
    """Keeps what was found for each row; rows that are gone are left out. Inside a tenancy scope."""
    for row_id in sorted(results):
        RehearsedDocument.objects.filter(id=row_id, result__isnull=True).update(result=results[row_id])


@transaction.atomic
def rehearsal_conclude(
    rehearsal_id: UUID, summarize: Callable[[Rehearsal, Sequence[Mapping[str, Any]]], dict[str, Any]]
) -> bool:
    """Ends the rehearsal with its summary, once every document has a result; whether it did. Inside a tenancy scope."""
    rehearsal = (
        Rehearsal.objects.select_for_update(of=("self",), no_key=True)
        .select_related("schema")
        .filter(id=rehearsal_id, finished_at__isnull=True)
        .first()
    )
    rows = RehearsedDocument.objects.filter(rehearsal_id=rehearsal_id)
    if rehearsal is None or rows.filter(result__isnull=True).exists():
        return False
    results = [result for result in rows.order_by("position").values_list("result", flat=True) if result]
    rehearsal.summary = summarize(rehearsal, results)
    rehearsal.finished_at = timezone.now()
    rehearsal.save(update_fields=["summary", "finished_at"])
    return True


def rehearsals_due() -> list[tuple[UUID, UUID]]:
    """For the clock: enqueues the work of rehearsals again whose jobs may be lost, and gives up the very old ones. Returns
    (organisation, rehearsal) of those that have no document left to run.
    """
    now = timezone.now()
    with system_scope("rehearsals under way"):
        Rehearsal.objects.filter(finished_at__isnull=True, created_at__lt=now - _GIVEN_UP_AFTER).delete()
        opened = Rehearsal.objects.filter(finished_at__isnull=True, created_at__lt=now - _LOST_AFTER)
        left = {row: _open_chunks(row) for row in opened}
    for rehearsal, chunks in left.items():
        with organization_scope(rehearsal.organization_id):
            for chunk in chunks:
                _wake(rehearsal.organization_id, chunk)
    return [(row.organization_id, row.pk) for row, chunks in left.items() if not chunks]


def _open_chunks(rehearsal: Rehearsal) -> list[list[UUID]]:
    """As they were enqueued first, so that a job that still waits is not enqueued again."""
    chunks: dict[int, list[tuple[UUID, bool]]] = {}
    rows = rehearsal.rehearsed.annotate(is_open=Q(result__isnull=True)).order_by("position")
    for row_id, position, is_open in rows.values_list("id", "position", "is_open"):
        chunks.setdefault(position // CHUNK, []).append((row_id, is_open))
    return [[row_id for row_id, _ in chunk] for chunk in chunks.values() if any(is_open for _, is_open in chunk)]
