"""The one approval door, for people and for auto-approval: version, event and deliveries in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.access import Access
from accounts.services.audit.trail import audit_record
from documents import progress, queries
from documents.domain.approved import ApprovedCell, ApprovedContent, deviation_in
from documents.domain.consumers import PDB_SYNC, RAG
from documents.domain.document_kinds import DocumentKind
from documents.domain.field_ids import Path, ids_by_path
from documents.domain.overrides import (
    FailedChecks,
    Override,
    OverrideReason,
    check_answers,
    failed_check_views,
    overrides_of,
)
from documents.domain.pipeline import StepName
from documents.domain.provenance import Provenance
from documents.domain.reasons import WAITS_FOR_REVIEWER
from documents.domain.refusals import BATCH_CANCELLED, DOCUMENT_DELETED, ONLY_DELIVERED_CORRECTED, UNKNOWN_TYPE
from documents.domain.schema_spec import FieldType
from documents.domain.statuses import (
    SUB_DOCUMENT_TRANSITIONS,
    DocumentStatus,
    SubDocumentStatus,
    check_transition,
)
from documents.domain.values import CheckResult
from documents.models import ApprovedVersion, Delivery, Event, FieldValue, SchemaVersion, StepRun, SubDocument
from documents.models.approval import EventKind
from documents.selectors.schemas import readable_specs
from documents.selectors.sensitive import path_of, sensitive_paths_of
from documents.services.approving.auto_approval import check_automatic
from documents.services.approving.checks import sub_document_check
from documents.services.approving.evidence import automatic_approval_examined
from documents.services.approving.identities import identities_forget
from documents.services.approving.learned import decision_to_learn, examples_forget
from documents.services.delivering.deliveries import delivery_enqueue
from documents.services.locks import document_lock, step_runs_lock
from documents.services.running.retry import document_reopen
from documents.services.running.step_runs import step_runs_reset, step_runs_wait
from idp_project.core.errors import Conflict, InvalidInput

AUTO_APPROVAL = "auto-approval"


@transaction.atomic
def sub_document_approve(
    sub_document_id: UUID,
    *,
    approved_by_id: UUID | None,
    approver_name: str,
    override: OverrideReason | None = None,
) -> ApprovedVersion:
    """Approves a sub-document's present values as an immutable version and says so to every consumer.

    `approved_by_id` None means the automatic route. `override` is why a person approves although checks fail; it becomes
    part of the version. Raises IllegalTransition where it is neither in review nor being processed, InvalidInput where
    its type is unknown, AutoApprovalRefused where a person has to approve it, FailedChecks where checks fail and nobody
    overrides them.
    """
    sub_document = SubDocument.objects.select_for_update(of=("self",), no_key=True).get(id=sub_document_id)
    check_transition(SUB_DOCUMENT_TRANSITIONS, SubDocumentStatus(sub_document.status), SubDocumentStatus.APPROVED)
    if sub_document.schema_version is None:
        raise InvalidInput(UNKNOWN_TYPE(), code="unknown_type")
    rests_on = check_automatic(sub_document) if approved_by_id is None else None
    overrides = _overrides(sub_document, override, approver_name, is_automatic=approved_by_id is None)
    number = sub_document.approved_version_number + 1
    content = replace(_content(sub_document, number, approver_name, overrides), rests_on=rests_on)
    version = ApprovedVersion.objects.create(
        organization_id=sub_document.organization_id,
        sub_document=sub_document,
        number=number,
        content=content.to_dict(),
        approved_by_id=approved_by_id,
        is_automatic=approved_by_id is None,
    )
    sub_document.status, sub_document.approved_version_number = SubDocumentStatus.APPROVED, number
    sub_document.save(update_fields=["status", "approved_version_number"])
    _announce(sub_document, EventKind.APPROVED if number == 1 else EventKind.CORRECTED, content)
    if version.is_automatic:  # a person's approval is recorded with their decision
        _record(sub_document, "sub_document_auto_approved", number, approver_name, rests_on=rests_on)
    else:
        decision_to_learn(sub_document)
    return version


@transaction.atomic
def approved_reopen(sub_document_id: UUID) -> SubDocument:
    """Lets an approved sub-document wait for a person's decision once more; what is approved stays so until then.

    Its task is the caller's to open. Raises Conflict where it is not (or not yet) delivered, or its batch was cancelled.
    """
    document_id = SubDocument.objects.values_list("document_id", flat=True).get(id=sub_document_id)
    document = document_lock(document_id)
    step_runs_lock(document_id, unit_id=sub_document_id)
    sub_document = SubDocument.objects.select_for_update(of=("self",), no_key=True).get(id=sub_document_id)
    if sub_document.status not in (SubDocumentStatus.DELIVERED, SubDocumentStatus.WITHDRAWN):
        raise Conflict(ONLY_DELIVERED_CORRECTED(), code="not_approved")
    if document.status == DocumentStatus.DELETED:
        raise Conflict(DOCUMENT_DELETED(), code="document_deleted")
    if document.batch.cancelled_at is not None:
        raise Conflict(BATCH_CANCELLED(), code="batch_cancelled")
    steps = StepRun.objects.filter(unit_id=sub_document_id)
    step_runs_wait(steps.filter(step=StepName.HUMAN_REVIEW), WAITS_FOR_REVIEWER())
    step_runs_reset(steps.filter(step=StepName.PDB_SYNC))
    document_reopen(document, takes_turn=False)
    return sub_document


@transaction.atomic
def sub_document_withdraw(
    sub_document_id: UUID, *, approver_name: str, access: Access | None = None, reason: str = ""
) -> None:
    """Withdraws what was approved: the consumers learn of it like of an approval."""
    sub_document = SubDocument.objects.select_for_update(of=("self",), no_key=True).get(id=sub_document_id)
    check_transition(SUB_DOCUMENT_TRANSITIONS, SubDocumentStatus(sub_document.status), SubDocumentStatus.WITHDRAWN)
    number = sub_document.approved_version_number + 1
    sub_document.status, sub_document.approved_version_number = SubDocumentStatus.WITHDRAWN, number
    sub_document.save(update_fields=["status", "approved_version_number"])
    content = _content(sub_document, number, approver_name, _approved_overrides(sub_document))
    examples_forget([sub_document.id])
    _announce(sub_document, EventKind.WITHDRAWN, content)
    _record(sub_document, "sub_document_withdrawn", number, approver_name, access, reason)
    automatic_approval_examined(sub_document, user_id=access.user_id if access else None, is_withdrawn=True)


@transaction.atomic
def approved_delete(sub_document_id: UUID, *, access: Access, reason: str) -> bool:
    """Deletes an approved record here and, by an event like any other, in the production database; what is left are ids
    and version numbers. False where that has been done already, and while it is on a desk or on its way."""
    sub_document = SubDocument.objects.select_for_update(of=("self",), no_key=True).get(id=sub_document_id)
    if sub_document.status not in (SubDocumentStatus.DELIVERED, SubDocumentStatus.WITHDRAWN):
        return False
    earlier = Event.objects.filter(sub_document=sub_document)
    if earlier.filter(kind=EventKind.DELETED).exclude(sequence__lt=sub_document.approved_version_number).exists():
        return False
    number = sub_document.approved_version_number + 1
    nothing = replace(_content(sub_document, number, ""), **_ERASED)
    ApprovedVersion.objects.filter(sub_document=sub_document).update(content={})
    identities_forget([sub_document.id])
    examples_forget([sub_document.id])
    earlier.update(payload={})
    sub_document.approved_version_number = number
    sub_document.save(update_fields=["approved_version_number"])
    _announce(sub_document, EventKind.DELETED, nothing)
    _record(sub_document, "sub_document_deleted", number, access.display_name, access, reason)
    return True


_ERASED: dict[str, Any] = {
    "team_name": "",
    "file_name": "",
    "file_sha256": "",
    "fields": (),
    "tables": {},
    "overrides": (),
    "kind": DocumentKind.UNKNOWN.value,
    "rests_on": None,
}


def _overrides(
    sub_document: SubDocument, override: OverrideReason | None, by: str, *, is_automatic: bool
) -> tuple[Override, ...]:
    failed = failed_against(sub_document, override, is_automatic=is_automatic)
    return overrides_of(failed, override, by=by, at=timezone.now().isoformat()) if failed and override else ()


def failed_against(
    sub_document: SubDocument, override: OverrideReason | None, *, is_automatic: bool = False
) -> Sequence[CheckResult]:
    """The checks that fail and that the override answers; FailedChecks without one.

    They are computed here once more: no caller is trusted to have done it after the last change of a value. One that lacks
    something stands against an automatic approval only.
    """
    checked = sub_document_check(sub_document, is_final=True)
    against = checked.not_passed if is_automatic else checked.failed
    if against and (override is None or is_automatic):
        schema = sub_document.schema_version.spec if sub_document.schema_version else None
        raise FailedChecks(failed_checks=failed_check_views(schema, against))
    if override and checked.failed:
        check_answers(checked.failed, override)
    return checked.failed


def _approved_overrides(sub_document: SubDocument) -> tuple[Override, ...]:
    """Of the newest approved version: a withdrawn record still says with which failed checks it was approved."""
    newest = ApprovedVersion.objects.filter(sub_document=sub_document).order_by("-number").first()
    found = newest.content.get("overrides", []) if newest else []
    return tuple(Override.from_dict(entry) for entry in found)


def _record(
    sub_document: SubDocument,
    action: str,
    number: int,
    name: str,
    access: Access | None = None,
    reason: str = "",
    rests_on: Mapping[str, Any] | None = None,
) -> None:
    said = {"reason": reason} if reason else {}
    audit_record(
        access,
        action,
        object_kind="sub_document",
        object_id=sub_document.id,
        details={"version": number, "by": name} | said | ({"rests_on": dict(rests_on)} if rests_on else {}),
        organization_id=sub_document.organization_id,
    )


def _announce(sub_document: SubDocument, kind: EventKind, content: ApprovedContent) -> None:
    organization_id = sub_document.organization_id
    of_document = {"document_id": sub_document.document_id, "document_sequence": _next_of(sub_document.document_id)}
    event = Event.objects.create(
        organization_id=organization_id,
        kind=kind,
        sub_document=sub_document,
        sequence=content.version,
        payload=content.to_dict(),
        **of_document,
    )
    own = {"organization_id": organization_id, "event": event, **of_document}
    for consumer in _consumers(kind, content):
        delivery_enqueue(Delivery.objects.create(consumer=consumer, **own))
    progress.document_changed(organization_id, sub_document.document.batch_id, sub_document.document_id)


def _next_of(document_id: UUID) -> int:
    """The document's next `document_sequence`, which is this transaction's until it commits.

    1. Two sub-documents are approved at once. 2. The second waits here for the first one's commit, so that its number
    is never seen without the first's. 3. The holder of the lock waits for no row that another approval has locked.
    """
    queries.fetch_all("events_lock", document_id=document_id)
    last = Event.objects.filter(document_id=document_id).aggregate(Max("document_sequence"))
    return (last["document_sequence__max"] or 0) + 1


def _consumers(kind: EventKind, content: ApprovedContent) -> list[str]:
    """Who has to learn of it. What is searched is the pages' text, and what people corrected: a first approval of values
    as they were read changes nothing there."""
    is_searched_otherwise = kind != EventKind.APPROVED or any(cell.corrected_by for cell in content.cells)
    return [PDB_SYNC, RAG] if is_searched_otherwise else [PDB_SYNC]


def _content(
    sub_document: SubDocument, number: int, approver_name: str, overrides: tuple[Override, ...] = ()
) -> ApprovedContent:
    document = sub_document.document
    version = sub_document.schema_version
    values = list(sub_document.field_values.select_related("corrected_by", "table_row"))
    _complete_ids(version, values)
    closed = sensitive_paths_of(version)
    return ApprovedContent(
        organization_id=str(sub_document.organization_id),
        organization_slug=sub_document.organization.slug,
        team_id=str(sub_document.team_id),
        team_name=sub_document.team.name,
        batch_id=str(document.batch_id),
        document_id=str(document.id),
        sub_document_id=str(sub_document.id),
        version=number,
        schema_key=version.schema.key if version else "",
        schema_version=version.number if version else "",
        file_name=document.source_file.name,
        file_sha256=document.source_file.sha256,
        first_page=sub_document.first_page,
        last_page=sub_document.last_page,
        approved_by=approver_name,
        approved_at=timezone.now().isoformat(),
        fields=tuple(_cell(value, closed) for value in _without_removed(values)),
        tables=_tables(values, closed),
        overrides=overrides,
        kind=sub_document.kind,
    )


def _complete_ids(version: SchemaVersion | None, values: list[FieldValue]) -> None:
    """Values that an older release wrote have none yet."""
    ids = {
        path: found
        for spec in readable_specs([version] if version else [])
        for path, found in ids_by_path(spec).items()
    }
    for value in values:
        known = ids.get((value.table_row.table if value.table_row else "", value.name))
        if value.field_id is None and known:
            value.field_id = UUID(known)


def _without_removed(values: list[FieldValue]) -> list[FieldValue]:
    """The plain fields. Of a list only items with a text; one of those without, where there is no other."""
    plain = [value for value in values if value.table_row is None]
    filled = {value.name for value in plain if value.item and (value.value or value.raw_text)}
    empty = {value.name: value.id for value in reversed(plain) if value.item and value.name not in filled}
    return [
        value for value in plain if not value.item or value.value or value.raw_text or empty.get(value.name) == value.id
    ]


def _tables(values: list[FieldValue], closed: frozenset[Path]) -> dict[str, tuple[tuple[ApprovedCell, ...], ...]]:
    tables: dict[str, dict[int, list[ApprovedCell]]] = {}
    for value in values:
        if value.table_row is not None:
            rows = tables.setdefault(value.table_row.table, {})
            rows.setdefault(value.table_row.number, []).append(_cell(value, closed))
    return {name: tuple(tuple(rows[number]) for number in sorted(rows)) for name, rows in tables.items()}


def _cell(value: FieldValue, closed: frozenset[Path]) -> ApprovedCell:
    return ApprovedCell(
        is_sensitive=path_of(value) in closed,
        name=value.name,
        item=value.item,
        field_id=str(value.field_id or ""),
        absence=value.absent,
        type=FieldType(value.type),
        value=value.value,
        raw_text=value.raw_text,
        confidence=value.confidence,
        provenance=Provenance.from_dict(value.provenance) if value.provenance else None,
        corrected_by=str(value.corrected_by) if value.corrected_by else "",
        deviation=deviation_in(value.candidates),
    )
