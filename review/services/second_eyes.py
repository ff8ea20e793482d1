"""Four eyes: a different second person decides too, blind or comparing; where the two differ, a third has the last word.

1. The first approves: their decision and all values, cells included, are kept, and the task goes back to the queue.
2. A second person, never the first, sees the values with the note that somebody approved them; or, blind, enters them first
   and then sees both. The same decision on the same values approves the document, under both names.
3. Anything else is a disagreement: a third person, neither of the two, sees what each of them had, and decides alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.access import Access
from accounts.services.audit.trail import audit_record
from documents.domain.checks.present_values import cell_name, item_name
from documents.domain.overrides import OverrideReason
from documents.domain.reasons import SECOND_DIFFERS, SECOND_REJECTS
from documents.models import FieldValue, SubDocument
from documents.services.approving.approval import failed_against
from documents.services.approving.checks import sub_document_check
from documents.services.approving.second_person import needs_second_person, second_person_rule
from idp_project.core.errors import Conflict
from review.domain.notices import SECOND_DISAGREED
from review.domain.refusals import DECIDED_BEFORE_BY_YOU, NOT_BLIND
from review.models import DecisionKind, Opinion, ReviewTask
from review.services.blind import check_complete, dispute, hide, label_of, reveal, text_key
from review.services.comments import notify

FIRST, SECOND = 1, 2
_NAME = 98  # letters of each of two names: both fit into the column of the production database


def check_other_person(access: Access, task: ReviewTask) -> None:
    """Raises Conflict for a person who has decided on this task already."""
    if task.stage > FIRST and access.user_id and Opinion.objects.filter(task=task, user_id=access.user_id).exists():
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
        failed_against(task.sub_document, override)
        _keep(access, task, kind, reason)
        rule = second_person_rule(task.sub_document)
        if rule and rule.is_second_blind:
            FieldValue.objects.filter(sub_document=task.sub_document).update(is_confirmed=False)
            hide(task.sub_document)
        return True
    if task.stage != SECOND:
        return False
    first = Opinion.objects.get(task=task, stage=FIRST)
    values = _by_path(task.sub_document)
    different = differing(values, first.values, _entries(values))
    if kind == first.kind and not different:
        return False
    reveal(task.sub_document)
    for path in different:
        if value := values.get(path):
            _dispute(task.sub_document, value, first.values.get(path), _entry(value))
    if kind != first.kind:
        task.reasons = [*task.reasons, SECOND_REJECTS()]
    _keep(access, task, kind, reason)
    if first.user_id:
        said = SECOND_DISAGREED(by=access.display_name, file=task.sub_document.document.source_file.name)
        notify(first.user_id, said, organization_id=task.organization_id, task=task)
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
    values = {path: value for path, value in _by_path(task.sub_document).items() if value.table_row is None}
    check_complete(task.sub_document, list(values.values()))  # cells are not entered blind
    entered = {path: _entry(value) if value.is_confirmed else None for path, value in values.items()}
    before = {path: entry for path, entry in first.values.items() if path in values}
    found = [values[path] for path in differing(values, before, entered)]
    for value in found:
        path = _path(value)
        _dispute(task.sub_document, value, before.get(path), entered.get(path))
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


def differing(values: Mapping[str, FieldValue], before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Paths of fields and cells whose values do not mean the same, as the type of each compares them."""

    def key(path: str, entry: Any) -> str:
        return text_key(values[path], _meant(entry)) if path in values else _meant(entry)

    return [path for path in {**before, **now} if key(path, before.get(path)) != key(path, now.get(path))]


def _meant(entry: Any) -> str:
    """The normalised value, else what is written."""
    value, raw_text = entry or (None, "")
    return value if value is not None else raw_text


def _by_path(sub_document: SubDocument) -> dict[str, FieldValue]:
    """Every field and cell of it."""
    values = FieldValue.objects.filter(sub_document=sub_document).select_related("table_row")
    return {_path(value): value for value in values}


def _path(value: FieldValue) -> str:
    row = value.table_row
    return cell_name(row.table, row.number, value.name) if row else item_name(value.name, value.item)


def _entries(values: Mapping[str, FieldValue]) -> dict[str, Any]:
    return {path: _entry(value) for path, value in values.items()}


def _entry(value: FieldValue) -> list[str | None]:
    return [value.value, value.raw_text]


def _keep(access: Access, task: ReviewTask, kind: DecisionKind, reason: str) -> None:
    Opinion.objects.create(
        organization_id=task.organization_id,
        task=task,
        user_id=access.user_id,
        stage=task.stage,
        kind=kind,
        reason=reason,
        values=_entries(_by_path(task.sub_document)),
    )
    stage = task.stage
    task.stage += 1
    task.put_back()
    task.assigned_to = None
    task.save(update_fields=["stage", "status", "claimed_by", "claimed_until", "assigned_to", "reasons"])
    audit_record(
        access,
        "review_first_of_two" if stage == FIRST else "review_disagreed",
        object_kind="sub_document",
        object_id=task.sub_document_id,
        details={"decision": kind.value, "reason": reason[:500]},
    )


def _dispute(sub_document: SubDocument, value: FieldValue, before: Any, now: Any) -> None:
    first, second = _meant(before) or "–", _meant(now) or "–"
    dispute(value, SECOND_DIFFERS(label=label_of(sub_document, value), first=first, second=second))
