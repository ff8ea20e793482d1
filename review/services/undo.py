"""Undo at the desk: what a person did last at the task is taken back, in a field or in a table, its states too."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from accounts.access import Access
from documents.models import FieldValue
from documents.services.approving.values import field_value_restore, value_as_json
from review.models import ReviewTask, TableEdit, UndoStep
from review.services.tables import Edited, table_undo, undoable_of
from review.services.tasks import Corrected, correction_keep, held_task, rechecked


@transaction.atomic
def desk_undo(access: Access, task_id: UUID) -> Corrected | Edited | None:
    """Takes back the newest of the asker's own changes at the task; None where there is nothing to take back.

    They are taken back in the order in which they were made, fields, cells and rows in one row. A change of a value is kept as a
    correction like any other, and all checks of the sub-document are computed again. Raises Conflict where somebody else has
    changed cells of a table's edit since.
    """
    task = held_task(access, task_id)
    step, edit = _newest_step(access, task), _newest_edit(access, task)
    if edit and (step is None or (edit.redone_at or edit.created_at) > step.created_at):
        return table_undo(access, task_id)
    return _value_undo(access, task, step) if step else None


def _newest_edit(access: Access, task: ReviewTask) -> TableEdit | None:
    edit = undoable_of(task)
    return edit if edit and edit.made_by_id == access.user_id else None


def _newest_step(access: Access, task: ReviewTask) -> UndoStep | None:
    """The newest whose value is there: a row may be gone for good, with somebody else's edit."""
    steps = UndoStep.objects.filter(task=task, user_id=access.user_id)  # type: ignore[misc]
    there = FieldValue.objects.filter(sub_document=task.sub_document).values("id")
    return steps.filter(field_value_id__in=there).order_by("-created_at").first()


def _value_undo(access: Access, task: ReviewTask, step: UndoStep) -> Corrected:
    field_value = step.field_value
    field_value.sub_document = task.sub_document
    old = value_as_json(field_value)
    field_value_restore(field_value, step.before)
    step.delete()
    new = value_as_json(field_value)
    if old["value"] != new["value"] or old["absence"] != new["absence"]:
        correction_keep(access, task, field_value, old, new)
    return rechecked(task, field_value)
