"""What a person has typed at a task and not yet saved."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.access import Access
from idp_project.core.errors import Conflict, InvalidInput
from review.domain.refusals import DRAFT_FORM, TASK_DECIDED
from review.models import DONE, Draft
from review.services.second_eyes import check_other_person
from review.services.tasks import task_locked

MOST_ENTRIES, MOST_TEXT = 5_000, 10_000


@transaction.atomic
def draft_keep(access: Access, task_id: UUID, entries: object) -> None:
    """Keeps what the asker has typed at the task and not yet saved, instead of what was kept before; nothing for {}.

    `entries`: {id of the value: {"text", "place", "is_absent", "saved"}}, as the desk needs them again. Raises Conflict where
    the task is decided, or where the asker has decided and another person has to.
    """
    if not isinstance(entries, dict) or len(entries) > MOST_ENTRIES or not all(map(_is_entry, entries.items())):
        raise InvalidInput(DRAFT_FORM(), code="draft_form")
    task = task_locked(access, task_id)
    mine = {"task": task, "user_id": access.user_id}
    if not entries:  # also after the decision: a page that is left says at last that nothing is typed
        Draft.objects.filter(**mine).delete()
        return
    if task.status in DONE:
        raise Conflict(TASK_DECIDED(), code="already_decided")
    check_other_person(access, task)
    facts = {"entries": entries, "saved_at": timezone.now()}
    Draft.objects.update_or_create(
        **mine, defaults=facts, create_defaults={**facts, "organization_id": task.organization_id}
    )


def _is_entry(entry: tuple[object, object]) -> bool:
    name, typed = entry
    if len(str(name)) > 80 or not isinstance(typed, dict) or not set(typed) <= {"text", "place", "is_absent", "saved"}:
        return False
    texts = [typed.get("text", ""), typed.get("saved", "")]
    return all(isinstance(text, str) and len(text) <= MOST_TEXT for text in texts) and _is_small(typed.get("place"))


def _is_small(place: object) -> bool:
    return place is None or (isinstance(place, dict) and len(place) <= 6 and len(str(place)) <= 2_000)
