"""What became of one field value: who set it when, from what to what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.access import Access
from accounts.models import User
from documents.domain.absence import AbsenceCode
from documents.models import FieldValue, FieldValueEvent
from documents.selectors.doors import sub_document_get_for
from documents.selectors.sensitive import hides_value, mask_for, path_of
from idp_project.core.errors import NotFound


@dataclass(frozen=True)
class ValueChange:
    """`who` is empty for the machine. `kind`: found, changed, absent (a person said that the document does not state it),
    confirmed (a person left it as it was) or read_again."""

    at: datetime
    who: str
    kind: str
    old: str
    new: str
    confidence: float | None


def field_value_history(access: Access, field_value_id: UUID) -> list[ValueChange]:
    """Every state of the value, the oldest first; none in a blind sample, and of a value that is hidden. NotFound where its
    document cannot be seen."""
    value = FieldValue.objects.filter(id=field_value_id).select_related("table_row").first()
    if value is None:
        raise NotFound
    sub_document = sub_document_get_for(access, value.sub_document_id)
    if sub_document.is_blind:
        return []
    mask = mask_for(access, sub_document.document)
    events = list(FieldValueEvent.objects.filter(pgh_obj=value).order_by("pgh_id"))
    texts = [text for state in (value, *events) for text in (state.value, state.raw_text)]
    if hides_value(mask, sub_document.id, path_of(value), *texts):
        return []
    people = User.objects.in_bulk({user_id for event in events if (user_id := _person(event))})
    changes, old = [], ""
    for event in events:
        person = people.get(_person(event))
        new = event.value or event.raw_text
        changes.append(
            ValueChange(
                event.pgh_created_at,
                str(person) if person else "",
                _kind(event, is_same=old == new),
                old,
                new,
                event.confidence,
            )
        )
        old = new
    return changes


def _person(event: FieldValueEvent) -> UUID | None:
    """Who asked; a state that a person made without a request names who corrected it."""
    if not event.is_confirmed:
        return None
    return event.actor_id or event.corrected_by_id


_BY_PERSONS = {AbsenceCode.NOT_ON_DOCUMENT.value: "absent", AbsenceCode.ILLEGIBLE.value: "illegible"}


def _kind(event: FieldValueEvent, *, is_same: bool) -> str:
    said = (event.absence or {}).get("code") if event.is_confirmed else None
    if said in _BY_PERSONS:
        return _BY_PERSONS[said]
    if event.is_confirmed:  # the first state too, where a person filled what the machine had not found
        return "confirmed" if is_same else "changed"
    return "found" if event.pgh_label == "found" else "read_again"
