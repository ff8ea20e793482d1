"""What a person corrects: a stored value, or a field or cell for which nothing was found."""

from __future__ import annotations

from uuid import UUID

from documents.models import FieldValue, SubDocument
from documents.selectors.empty_values import empty_value
from idp_project.core.errors import NotFound


def value_to_correct(sub_document: SubDocument, field_value_id: UUID) -> FieldValue:
    """The stored value, else the empty one that has this id; that one is saved when it is written.

    Raises NotFound where the sub-document has neither.
    """
    stored = FieldValue.objects.filter(id=field_value_id, sub_document=sub_document).first()
    found = stored or empty_value(sub_document, field_value_id)
    if found is None:
        raise NotFound
    return found
