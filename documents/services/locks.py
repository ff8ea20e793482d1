"""The one order in which a document's rows are locked. Every service and every step keeps it, so nobody waits in a circle.

    delivery → batch → document → step runs → sub-documents → review tasks → pages, values, events → type (its gates)
    → run → audit chain

1. A step's commit locks the step runs of its unit before it writes anything (`unit_lock` in `extraction/queries.sql`), and
   the document before those where it writes that row. It never waits for a run.
2. Everything else that writes more than one of a document's rows locks the document first: `document_lock`.
3. Step runs are locked in one order: of pages, of the document, of sub-documents; of a unit by position. Cancelling
   takes only those that are free (SKIP LOCKED) and leaves the rest to the conductor.
4. Several documents, and runs of several documents, are locked by id, or those only that are free.
5. Keys by which records are known again (`identity_lock`) come after all rows of the document, in their order.
6. The audit chain comes last: a request writes its entries at its end (`accounts.services.audit_at_end`).

Locks are FOR NO KEY UPDATE, so that rows which refer to the locked one can be inserted meanwhile. Deleting takes the full
lock. A statement that updates several rows locks them in an order of its own: lock them here first.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Case, IntegerField, Value, When

from documents.models import Document, Run, StepRun
from documents.models.run import UnitKind

_KINDS = (UnitKind.PAGE, UnitKind.DOCUMENT, UnitKind.SUB_DOCUMENT)


def document_lock(document_id: UUID) -> Document:
    """Locks a document until the transaction ends; with its batch. Raises Document.DoesNotExist."""
    rows = Document.objects.select_for_update(of=("self",), no_key=True).select_related("batch")
    return rows.get(id=document_id)


def documents_lock(document_ids: Iterable[UUID]) -> None:
    """Locks several documents, by id; those that are gone are left out."""
    rows = Document.objects.filter(id__in=list(document_ids)).order_by("id")
    list(rows.select_for_update(of=("self",), no_key=True).values_list("id", flat=True))


def step_runs_lock(document_id: UUID, **wanted: object) -> list[UUID]:
    """Locks step runs of a document that the caller has locked, in the one order; gives their ids. `wanted` are lookups."""
    kinds = [When(unit_kind=kind, then=Value(number)) for number, kind in enumerate(_KINDS)]
    rows = StepRun.objects.filter(run__document_id=document_id, **wanted)
    rows = rows.order_by(Case(*kinds, output_field=IntegerField()), "unit_id", "position")
    return list(rows.select_for_update(of=("self",), no_key=True).values_list("id", flat=True))


def runs_lock(*, skip_locked: bool = False, **wanted: object) -> list[UUID]:
    """Locks runs by id until the transaction ends; gives their documents. `wanted` are lookups."""
    rows = Run.objects.filter(**wanted).order_by("id")
    locked = rows.select_for_update(of=("self",), no_key=True, skip_locked=skip_locked)
    return list(locked.values_list("document_id", flat=True))
