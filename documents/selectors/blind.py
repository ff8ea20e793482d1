"""The blind sample in what people and programs see: their own entries, and nothing that the machine read."""

from __future__ import annotations

from collections.abc import Iterable

from documents.models import FieldValue, SubDocument


def all_as_shown(sub_document: SubDocument, values: Iterable[FieldValue]) -> list[FieldValue]:
    """The values of one sub-document, in a blind sample as `FieldValue.as_shown` gives them. Of a list, only the items that a
    person entered and the next one: how many there are is what the machine read."""
    values = list(values)
    if not sub_document.is_blind:
        return values
    shown, offered = [], set()
    for value in values:
        value.sub_document = sub_document
        is_open = bool(value.item) and not value.is_confirmed
        if not is_open or value.name not in offered:
            shown.append(value.as_shown)
        if is_open:
            offered.add(value.name)
    return shown
