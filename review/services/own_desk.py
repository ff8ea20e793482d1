"""What belongs to one person at the desk: how it is set, what they have typed and not yet saved, and what they can undo."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.access import Access
from accounts.domain.roles import Permission
from documents.models import FieldValue
from documents.services.approving.values import value_snapshot
from idp_project.core.errors import Conflict, InvalidInput, NotFound
from review.domain.refusals import DESK_SETTINGS_FORM, DRAFT_FORM, TASK_DECIDED
from review.models import DONE, DeskPreference, Draft, ReviewTask, UndoStep
from review.selectors import task_get_for

MOST_ACTIONS, MOST_KEYS, MOST_PANELS = 200, 3, 20
MOST_ENTRIES, MOST_TEXT = 5_000, 10_000
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


@transaction.atomic
def draft_keep(access: Access, task_id: UUID, entries: object) -> None:
    """Keeps what the asker has typed at the task and not yet saved, instead of what was kept before; nothing for {}.

    `entries`: {id of the value: {"text", "place", "is_absent", "saved"}}, as the desk needs them again. Raises Conflict where
    the task is decided.
    """
    if not isinstance(entries, dict) or len(entries) > MOST_ENTRIES or not all(map(_is_entry, entries.items())):
        raise InvalidInput(DRAFT_FORM(), code="draft_form")
    task = task_get_for(access, task_id, Permission.REVIEW_DOCUMENTS)
    if task.status in DONE:
        raise Conflict(TASK_DECIDED(), code="already_decided")
    mine = {"task": task, "user_id": access.user_id}
    if not entries:
        Draft.objects.filter(**mine).delete()
        return
    facts = {"entries": entries, "saved_at": timezone.now()}
    Draft.objects.update_or_create(**mine, defaults=facts, create_defaults={**facts, **_owner(task)})


def _is_entry(entry: tuple[object, object]) -> bool:
    name, typed = entry
    if len(str(name)) > 80 or not isinstance(typed, dict) or not set(typed) <= {"text", "place", "is_absent", "saved"}:
        return False
    texts = [typed.get("text", ""), typed.get("saved", "")]
    return all(isinstance(text, str) and len(text) <= MOST_TEXT for text in texts) and _is_small(typed.get("place"))


def _is_small(place: object) -> bool:
    return place is None or (isinstance(place, dict) and len(place) <= 6 and len(str(place)) <= 2_000)


def undo_note(access: Access, task: ReviewTask, field_value: FieldValue, before: dict[str, Any]) -> None:
    """Notes how a value was before the asker set it, unless that changed nothing."""
    if access.user_id is None or value_snapshot(field_value) == before:
        return
    UndoStep.objects.create(task=task, user_id=access.user_id, field_value=field_value, before=before, **_owner(task))


def _owner(task: ReviewTask) -> dict[str, Any]:
    return {"organization_id": task.organization_id}


def desk_forget(task_ids: Iterable[UUID]) -> None:
    """Deletes what people have typed at tasks that are done, and what they could undo there."""
    ids = list(task_ids)
    for kept in (Draft, UndoStep):
        kept.objects.filter(task_id__in=ids).delete()
