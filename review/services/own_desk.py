"""What belongs to one person at the desk: how it is set, and what they can undo. What they have typed is kept by `drafts`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.access import Access
from documents.models import FieldValue
from documents.services.approving.values import value_snapshot
from idp_project.core.errors import InvalidInput, NotFound
from review.domain.refusals import DESK_SETTINGS_FORM
from review.models import DeskPreference, Draft, ReviewTask, UndoStep

MOST_ACTIONS, MOST_KEYS, MOST_PANELS = 200, 3, 20
_NAME = re.compile(r"[a-z][a-z0-9_.-]{0,59}")
_KEYS = re.compile(r"\S{1,40}")
_WIDEST = 10_000  # pixels


@transaction.atomic
def desk_preference_set(access: Access, changes: Mapping[str, Any]) -> DeskPreference:
    """Keeps what `changes` names of `keys` ({action: [keys]}), `has_singles` and `panels` ({panel: pixels}) for the asker.

    Raises InvalidInput for anything that a desk would not send.
    """
    if access.user_id is None:
        raise NotFound
    known = {"keys": _is_keymap, "has_singles": lambda value: isinstance(value, bool), "panels": _is_panels}
    if not changes or any(name not in known or not known[name](value) for name, value in changes.items()):
        raise InvalidInput(DESK_SETTINGS_FORM(), code="desk_settings_form")
    mine = {"organization_id": access.required_organization_id, "user_id": access.user_id}
    preference, _ = DeskPreference.objects.update_or_create(**mine, defaults=dict(changes))  # type: ignore[arg-type]
    return preference


def _is_keymap(value: object) -> bool:
    return isinstance(value, dict) and len(value) <= MOST_ACTIONS and all(map(_is_choice, value.items()))


def _is_choice(choice: tuple[object, object]) -> bool:
    name, keys = choice
    if not isinstance(keys, list) or len(keys) > MOST_KEYS or not _NAME.fullmatch(str(name)):
        return False
    return all(isinstance(one, str) and _KEYS.fullmatch(one) for one in keys)


def _is_panels(value: object) -> bool:
    if not isinstance(value, dict) or len(value) > MOST_PANELS:
        return False
    sizes = value.values()
    is_sized = all(isinstance(size, int) and not isinstance(size, bool) and 0 <= size <= _WIDEST for size in sizes)
    return is_sized and all(_NAME.fullmatch(str(name)) for name in value)


def undo_note(access: Access, task: ReviewTask, field_value: FieldValue, before: dict[str, Any]) -> None:
    """Notes how a value was before the asker set it, unless that changed nothing. Others cannot take this value back
    any more: that would put what was before over what the asker set."""
    if access.user_id is None or value_snapshot(field_value) == before:
        return
    UndoStep.objects.filter(field_value=field_value).exclude(user_id=access.user_id).delete()
    UndoStep.objects.create(task=task, user_id=access.user_id, field_value=field_value, before=before, **_owner(task))


def _owner(task: ReviewTask) -> dict[str, Any]:
    return {"organization_id": task.organization_id}


def desk_forget(task_ids: Iterable[UUID]) -> None:
    """Deletes what people have typed at tasks that are done, and what they could undo there."""
    ids = list(task_ids)
    for kept in (Draft, UndoStep):
        kept.objects.filter(task_id__in=ids).delete()
