"""Undo at the desk: the last value that a person set or confirmed is as it was before, its state too."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from accounts.access import Access
from documents.services.approving.values import field_value_restore, value_as_json
from review.models import UndoStep
from review.services.tasks import Corrected, correction_keep, held_task, rechecked


@transaction.atomic
def field_value_undo(access: Access, task_id: UUID) -> Corrected | None:
    """Takes back the newest of the asker's own changes at the task; None where there is nothing to take back.

    A change of the value is kept as a correction like any other, and all checks of the sub-document are computed again.
    """
    task = held_task(access, task_id)
    step = UndoStep.objects.filter(task=task, user_id=access.user_id).order_by("-created_at").first()  # type: ignore[misc]
    if step is None:
        return None
    field_value = step.field_value
    field_value.sub_document = task.sub_document
    old = value_as_json(field_value)
    field_value_restore(field_value, step.before)
    step.delete()
    new = value_as_json(field_value)
    if old["value"] != new["value"] or old["absence"] != new["absence"]:
        correction_keep(access, task, field_value, old, new)
    return rechecked(task, field_value)
