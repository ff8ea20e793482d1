"""Making sub-documents, and rearranging them: only what is touched goes through its steps again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from accounts.access import Access
from accounts.domain.roles import Permission
from accounts.services.audit.trail import audit_record
from documents.domain.arrangement import (
    Plan,
    PresentSubDocument,
    WantedSubDocument,
    check_partition,
    fixed_because,
    plan_arrangement,
)
from documents.domain.pipeline import PIPELINE, StepName
from documents.domain.reasons import BLANK_PAGES, PAGES_SET_ASIDE
from documents.domain.refusals import PAGES_NOT_READ
from documents.domain.statuses import SUB_DOCUMENT_TRANSITIONS, SubDocumentStatus, check_transition
from documents.models import Document, FieldValue, Run, SchemaVersion, StepRun, SubDocument, TableRow
from documents.models.run import UnitKind
from documents.selectors.doors import document_get_for, schema_get_for, schema_get_usable_for
from documents.services.locks import document_lock, step_runs_lock
from documents.services.running.retry import document_reopen
from documents.services.running.step_runs import (
    step_runs_create,
    step_runs_delete,
    step_runs_note,
    step_runs_reset,
    step_runs_skip,
)
from idp_project.core.errors import Conflict
from idp_project.core.reasons import Reason


@dataclass(frozen=True)
class Arrangement:
    """A checked plan under lock: apply it in the same transaction."""

    document: Document
    plan: Plan
    order: Sequence[int] = ()


def sub_documents_create(document: Document, run_id: UUID, sub_documents: Sequence[SubDocument]) -> None:
    """Saves new sub-documents of a document with their 7 step runs each; those of what belongs to no document are skipped,
    for the reason that it has."""
    for sub_document in sub_documents:
        sub_document.organization_id, sub_document.document, sub_document.team_id = (
            document.organization_id,
            document,
            document.team_id,
        )
        sub_document.status = _first_status(sub_document)
    SubDocument.objects.bulk_create(sub_documents)
    by_reason: dict[Reason | None, list[UUID]] = {}
    for sub_document in sub_documents:
        by_reason.setdefault(_skipped_because(sub_document), []).append(sub_document.id)
    for reason, ids in by_reason.items():
        steps = PIPELINE.sub_document_steps
        step_runs_create(run_id, UnitKind.SUB_DOCUMENT, ids, steps, skipped_because=reason)


def _skipped_because(sub_document: SubDocument) -> Reason | None:
    if not sub_document.is_blank:
        return None
    return next(iter(sub_document.reasons), None) or BLANK_PAGES()


def _first_status(sub_document: SubDocument) -> SubDocumentStatus:
    return SubDocumentStatus.BLANK if sub_document.is_blank else SubDocumentStatus.PROCESSING


def arrangement_begin(
    access: Access, document_id: UUID, wanted: Sequence[WantedSubDocument], order: Sequence[int] = ()
) -> Arrangement:
    """Locks the document and says what the wanted sub-documents touch; `order` is that of a PagesPlan.

    Raises NotFound and Forbidden as the document's door does for reviewing, InvalidInput where they are no
    partition of its pages, Conflict where what they touch is approved, rejected or being processed.
    """
    document_get_for(access, document_id, Permission.REVIEW_DOCUMENTS)
    document = document_lock(document_id)
    step_runs_lock(document_id, unit_kind=UnitKind.SUB_DOCUMENT)
    sub_documents = SubDocument.objects.select_for_update(of=("self",)).select_related("schema_version")
    rows = sorted(
        sub_documents.filter(document=document).order_by("id"), key=lambda sub_document: sub_document.first_page
    )
    if not rows:
        raise Conflict(PAGES_NOT_READ(), code="being_processed")
    check_partition(wanted, rows[-1].last_page)
    present = [PresentSubDocument(row.id, row.first_page, row.last_page, _schema_id(row)) for row in rows]
    plan = plan_arrangement(present, wanted, order)
    for row in rows:
        if row.id in plan.touched:
            _check_movable(row)
    return Arrangement(document, plan, order)


def _schema_id(sub_document: SubDocument) -> UUID | None:
    return sub_document.schema_version.schema_id if sub_document.schema_version else None


def _check_movable(sub_document: SubDocument) -> None:
    status = SubDocumentStatus(sub_document.status)
    reason = fixed_because(status, was_approved=bool(sub_document.approved_version_number))
    if reason is not None:
        is_at_work = status is SubDocumentStatus.PROCESSING
        raise Conflict(reason, code="being_processed" if is_at_work else "already_decided")


@transaction.atomic
def arrangement_apply(access: Access, arrangement: Arrangement) -> list[SubDocument]:
    """Carries the plan out and starts what it touched again; gives the touched sub-documents in order of their pages."""
    document, plan = arrangement.document, arrangement.plan
    run = Run.objects.get(document=document)
    held = list(SubDocument.objects.filter(document=document).select_related("schema_version"))
    versions = {
        sub_document: _version_of(access, sub_document, held)
        for sub_document in (*plan.changed.values(), *plan.created)
    }
    origins = _origins(document, plan, arrangement.order)
    _remove(plan)
    touched = [
        _change(access, sub_document_id, sub_document, versions[sub_document])
        for sub_document_id, sub_document in plan.changed.items()
    ]
    for sub_document in plan.created:
        version = origins[sub_document].schema_version if sub_document.keeps_type else versions[sub_document]
        touched.append(_create(access, document, run.id, sub_document, version))
    if touched:
        document_reopen(document, takes_turn=False)
        is_read_again = not plan.created and all(wanted.reads_again for wanted in plan.changed.values())
        action = "sub_documents_read_again" if is_read_again else "sub_documents_arranged"
        _record(access, action, document, touched)
    return sorted(touched, key=lambda sub_document: sub_document.first_page)


def _version_of(access: Access, sub_document: WantedSubDocument, held: Sequence[SubDocument]) -> SchemaVersion | None:
    """The newest published version of the type that was chosen. Conflict where it is retired, except where pages of
    it were of that type before: a document that is at work stays so when its boundaries are moved.
    """
    if sub_document.keeps_type or sub_document.schema_id is None:
        return None
    before = {
        _schema_id(row)
        for row in held
        if row.first_page <= sub_document.last_page and sub_document.first_page <= row.last_page
    }
    door = schema_get_for if sub_document.schema_id in before else schema_get_usable_for
    schema = door(access, sub_document.schema_id)
    return schema.versions.filter(published_at__isnull=False).order_by("-published_at").first()


def _origins(document: Document, plan: Plan, order: Sequence[int]) -> dict[WantedSubDocument, SubDocument]:
    """Where the first pages of new sub-documents come from."""
    rows = list(SubDocument.objects.filter(document=document).select_related("schema_version"))
    return {
        sub_document: next(row for row in rows if row.first_page <= number <= row.last_page)
        for sub_document in plan.created
        for number in [order[sub_document.first_page - 1] if order else sub_document.first_page]
    }


def _remove(plan: Plan) -> None:
    for sub_document_id, heir_id in plan.removed.items():
        _inherit_values(sub_document_id, heir_id)
        step_runs_delete(StepRun.objects.filter(unit_id=sub_document_id))
        SubDocument.objects.filter(id=sub_document_id).delete()
    for number, sub_document_id in enumerate(plan.changed, start=1):  # out of each other's way: first pages are unique
        SubDocument.objects.filter(id=sub_document_id).update(first_page=-number)


def _inherit_values(sub_document_id: UUID, heir_id: UUID) -> None:
    """What a person set is not lost with the sub-document: it goes to the heir, where nobody has set that value."""
    heirs = FieldValue.objects.filter(sub_document_id=heir_id, table_row=None)
    taken = set(heirs.filter(item=0).exclude(corrected_by=None).values_list("name", flat=True))
    for value in FieldValue.objects.filter(sub_document_id=sub_document_id, table_row=None).exclude(corrected_by=None):
        of_heir = heirs.filter(name=value.name)
        if value.item:  # lists are united
            last = of_heir.aggregate(last=Max("item"))["last"] or 0
            FieldValue.objects.filter(id=value.id).update(sub_document_id=heir_id, item=last + 1)
        elif value.name not in taken:
            of_heir.delete()
            FieldValue.objects.filter(id=value.id).update(sub_document_id=heir_id)
    rows = TableRow.objects.filter(sub_document_id=sub_document_id, cells__is_confirmed=True).distinct()
    row_ids = list(rows.values_list("id", flat=True))
    last = TableRow.objects.filter(sub_document_id=heir_id).aggregate(last=Max("number"))["last"] or 0
    TableRow.objects.filter(id__in=row_ids).update(sub_document_id=heir_id, number=F("number") + last)
    FieldValue.objects.filter(table_row_id__in=row_ids).update(sub_document_id=heir_id)


def _change(
    access: Access, sub_document_id: UUID, wanted: WantedSubDocument, version: SchemaVersion | None
) -> SubDocument:
    sub_document = SubDocument.objects.select_related("schema_version").get(id=sub_document_id)
    check_transition(SUB_DOCUMENT_TRANSITIONS, SubDocumentStatus(sub_document.status), SubDocumentStatus.PROCESSING)
    if wanted.reads_again:  # no person has said anything of its pages or its type
        sub_document.schema_version, sub_document.read_again_at = version, timezone.now()
        sub_document.first_page, sub_document.reasons = wanted.first_page, []
    else:
        if not wanted.keeps_type:
            sub_document.schema_version, sub_document.type_score = version, 1.0 if version else 0.0
        _place(access, sub_document, wanted)
    sub_document.route, sub_document.confidence, sub_document.checks = "", None, []
    sub_document.status = _first_status(sub_document)
    sub_document.save()
    step_runs = StepRun.objects.filter(unit_id=sub_document.id)
    step_runs_reset(step_runs, forgets_output=True)
    if sub_document.is_blank:
        step_runs_skip(step_runs, _skipped_because(sub_document) or BLANK_PAGES())
    return sub_document


def _create(
    access: Access, document: Document, run_id: UUID, wanted: WantedSubDocument, version: SchemaVersion | None
) -> SubDocument:
    sub_document = SubDocument(document=document, schema_version=version)
    _place(access, sub_document, wanted)
    sub_document.type_score = 1.0 if sub_document.schema_version else 0.0
    sub_documents_create(document, run_id, [sub_document])
    return sub_document


@transaction.atomic
def type_clear(sub_document: SubDocument) -> None:
    """Takes the type from a sub-document that is of none of the known ones, with what was read of it as that type.

    What was approved before keeps both: it is withdrawn, and its versions tell what it was.
    """
    if sub_document.schema_version is None or sub_document.approved_version_number:
        return
    FieldValue.objects.filter(sub_document=sub_document).delete()
    TableRow.objects.filter(sub_document=sub_document).delete()
    sub_document.schema_version, sub_document.type_score, sub_document.checks = None, 0.0, []
    sub_document.save(update_fields=["schema_version", "type_score", "checks"])


def decision_note(sub_document_id: UUID, decision: str) -> None:
    """Writes a person's refusal (`reject`, `none_of_ours`) to the step that waits for it: screens tell it from now on.

    The step itself ends with the run's next wake-up, and writes the same.
    """
    waiting = StepRun.objects.filter(unit_id=sub_document_id, step=StepName.HUMAN_REVIEW)
    step_runs_note(waiting, output={"decision": decision})


def _place(access: Access, sub_document: SubDocument, wanted: WantedSubDocument) -> None:
    """On its pages, by a person: the boundaries are certain."""
    sub_document.first_page, sub_document.last_page = wanted.first_page, wanted.last_page
    pages = sub_document.read_pages
    sub_document.is_blank = not pages.filter(is_blank=False).exists() and not pages.exclude(error_code="").exists()
    sub_document.reasons = [] if pages.exists() else [PAGES_SET_ASIDE()]
    if sub_document.is_blank:
        sub_document.schema_version = None
    sub_document.boundary_score, sub_document.page_scores = 1.0, {}
    sub_document.arranged_by_id, sub_document.arranged_at = access.user_id, timezone.now()


def _record(access: Access, action: str, document: Document, touched: Sequence[SubDocument]) -> None:
    sub_documents = [
        {
            "pages": [sub_document.first_page, sub_document.last_page],
            "type": sub_document.schema_version.schema.key if sub_document.schema_version else None,
            "version": sub_document.schema_version.number if sub_document.schema_version else None,
        }
        for sub_document in touched
    ]
    audit_record(
        access,
        action,
        object_kind="document",
        object_id=document.id,
        details={"sub_documents": sub_documents},
        organization_id=document.organization_id,
    )
