"""Four eyes: a different second person decides too, blind or comparing; where the two differ, a third has the last word.

1. The first approves: their decision and all values, cells included, are kept, and the task goes back to the queue.
2. A second person, never the first, sees the values with the note that somebody approved them; or, blind, enters them first
   and then sees both. The same decision on the same values approves the document, under both names.
3. Anything else is a disagreement: a third person, neither of the two, sees what each of them had, and decides alone.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction

from accounts.access import Access
from accounts.services.audit.trail import audit_record
from documents.domain.overrides import FailedChecks, OverrideReason, failed_check_views
from documents.domain.reasons import SECOND_DIFFERS, SECOND_REJECTS
from documents.models import FieldValue, SubDocument
from documents.services.approving.checks import sub_document_check
from documents.services.approving.second_person import needs_second_person, second_person_rule
from idp_project.core.errors import Conflict
from review.domain.refusals import DECIDED_BEFORE_BY_YOU, NOT_BLIND
from review.models import DecisionKind, Opinion, ReviewTask, TaskStatus
from review.services.blind import check_complete, hide, reveal

FIRST, SECOND = 1, 2
_NAME = 98  # letters of each of two names: both fit into the column of the production database


def check_other_person(access: Access, task: ReviewTask) -> None:
    """Raises Conflict for a person who has decided on this task already."""
    if access.user_id and Opinion.objects.filter(task=task, user_id=access.user_id).exists():
        raise Conflict(DECIDED_BEFORE_BY_YOU(), code="decided_before_by_you")


@transaction.atomic
def opinion_keep(
    access: Access, task: ReviewTask, kind: DecisionKind, *, reason: str, override: OverrideReason | None
) -> bool:
    """Whether another person has to decide too; then this decision is kept, and the task is free for them.

    For a task on the asker's desk, everything under lock. FailedChecks as an approval raises it.
    """
    if task.stage == FIRST:
        if kind is not DecisionKind.APPROVE or not needs_second_person(task.sub_document):
            return False
        _check_overridden(task.sub_document, override)
        _keep(access, task, kind, reason)
        rule = second_person_rule(task.sub_document)
        if rule and rule.is_second_blind:
            FieldValue.objects.filter(sub_document=task.sub_document).update(is_confirmed=False)
            hide(task.sub_document)
        return True
    if task.stage != SECOND:
        return False
    first = Opinion.objects.get(task=task, stage=FIRST)
    now = values_of(task.sub_document)
    if kind == first.kind and not differing(first.values, now):
        return False
    reveal(task.sub_document)
    _dispute(task, first, kind, now)
    _keep(access, task, kind, reason)
    return True


def opinions_forget(task: ReviewTask) -> None:
    """What was decided on other values does not count: the document was read again. The caller saves `stage`."""
    if task.stage == FIRST:
        return
    Opinion.objects.filter(task=task).delete()
    task.stage = FIRST
    if not task.is_blind:
        reveal(task.sub_document)


@transaction.atomic
def second_compare(access: Access, task: ReviewTask) -> list[FieldValue]:
    """Ends the blind entry of a second person: the first one's values are shown beside theirs; gives those that differ.

    What they left empty stays as the first had it, and counts as different where that is not empty. InvalidInput while a
    required field has no entry, Conflict where nothing is hidden.
    """
    if not task.sub_document.is_blind:
        raise Conflict(NOT_BLIND(), code="not_blind")
    first = Opinion.objects.get(task=task, stage=FIRST)
    values = {_path(value): value for value in _values(task.sub_document)}
    check_complete(task.sub_document, [value for value in values.values() if value.table_row is None])
    entered = {path: [value.value, value.raw_text] if value.is_confirmed else None for path, value in values.items()}
    found = []
    for path in differing(first.values, entered, only_entered=True):
        if value := values.get(path):
            _say(value, first.values.get(path), entered.get(path))
            found.append(value)
    reveal(task.sub_document)
    sub_document_check(task.sub_document)
    audit_record(
        access,
        "second_compared",
        object_kind="sub_document",
        object_id=task.sub_document_id,
        details={"differing": sorted({value.name for value in found})},
    )
    return found


def approvers_of(access: Access, task: ReviewTask) -> str:
    """The names that stand in the record: of the first person too, where two agreed."""
    first = Opinion.objects.filter(task=task, stage=FIRST).select_related("user").first()
    if task.stage != SECOND or first is None or first.user is None:
        return access.display_name
    return f"{str(first.user)[:_NAME]} + {access.display_name[:_NAME]}"


def values_of(sub_document: SubDocument) -> dict[str, Any]:
    """Of every field and cell by its path: value and raw text."""
    return {_path(value): [value.value, value.raw_text] for value in _values(sub_document)}


def differing(before: dict[str, Any], now: dict[str, Any], *, only_entered: bool = False) -> list[str]:
    """Paths whose values are not the same; of fields alone with `only_entered`, as cells are not entered blind."""
    paths = [path for path in {**before, **now} if not only_entered or "]." not in path]
    return [path for path in paths if _meant(before.get(path)) != _meant(now.get(path))]


def _meant(entry: Any) -> str:
    """The normalised value, else what is written."""
    value, raw_text = entry or (None, "")
    return value if value is not None else raw_text


def _values(sub_document: SubDocument) -> list[FieldValue]:
    return list(FieldValue.objects.filter(sub_document=sub_document).select_related("table_row"))


def _path(value: FieldValue) -> str:
    row = value.table_row
    own = f"{value.name}[{value.item}]" if value.item else value.name
    return f"{row.table}[{row.number}].{value.name}" if row else own


def _keep(access: Access, task: ReviewTask, kind: DecisionKind, reason: str) -> None:
    Opinion.objects.create(
        organization_id=task.organization_id,
        task=task,
        user_id=access.user_id,
        stage=task.stage,
        kind=kind,
        reason=reason,
        values=values_of(task.sub_document),
    )
    stage = task.stage
    task.stage += 1
    task.status, task.claimed_by, task.claimed_until, task.assigned_to = TaskStatus.OPEN, None, None, None
    task.save(update_fields=["stage", "status", "claimed_by", "claimed_until", "assigned_to", "reasons"])
    audit_record(
        access,
        "review_first_of_two" if stage == FIRST else "review_disagreed",
        object_kind="sub_document",
        object_id=task.sub_document_id,
        details={"decision": kind.value, "reason": reason[:500]},
    )


def _dispute(task: ReviewTask, first: Opinion, kind: DecisionKind, now: dict[str, Any]) -> None:
    """Nobody's until the third person settles it."""
    values = {_path(value): value for value in _values(task.sub_document)}
    for path in differing(first.values, now):
        if value := values.get(path):
            _say(value, first.values.get(path), now.get(path))
    if kind != first.kind:
        task.reasons = [*task.reasons, SECOND_REJECTS()]


def _say(value: FieldValue, before: Any, now: Any) -> None:
    version = value.sub_document.schema_version
    spec = value.spec_in(version.spec if version else None)
    label = spec.label if spec else value.name
    value.is_confirmed = False
    value.reasons = [SECOND_DIFFERS(label=label, first=_meant(before) or "–", second=_meant(now) or "–")]
    value.save(update_fields=["is_confirmed", "reasons"])


def _check_overridden(sub_document: SubDocument, override: OverrideReason | None) -> None:
    failed = sub_document_check(sub_document, is_final=True).failed
    if failed and override is None:
        schema = sub_document.schema_version.spec if sub_document.schema_version else None
        raise FailedChecks(failed_checks=failed_check_views(schema, failed))
