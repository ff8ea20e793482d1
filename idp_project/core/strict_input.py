"""What a request names and its receiver does not know is refused: it would be ignored, and the sender would not learn it.

The same holds for a second value of what has one value. Works for query strings, forms and JSON.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.fields import Field

from idp_project.core.errors import InvalidInput
from idp_project.core.refusals import FIELDS_UNKNOWN
from idp_project.core.storable import check_text

UNKNOWN, REPEATED = "unknown_field", "repeated_field"
_MESSAGES = {
    UNKNOWN: "Not known here: {names}. Nothing was done. “fields” says what is known.",
    REPEATED: "Given more than once: {names}. Nothing was done. Send one value.",
}
_Errors = dict[str, list[ErrorDetail]]


class StrictSerializer(serializers.Serializer[Any]):
    """Base of every serializer that takes input: unknown names are errors of the code `unknown_field`, at every depth."""

    def to_internal_value(self, data: Any) -> Any:
        refused = _refused_by(self, data) if isinstance(data, Mapping) else {}
        try:
            taken = super().to_internal_value(data)
        except ValidationError as error:
            raise (ValidationError({**error.detail, **refused}) if refused else error) from error  # type: ignore[dict-item]
        if refused:
            raise ValidationError(refused)
        return taken


def check_query(query: QueryDict, known: Collection[str]) -> None:
    """Raises ValidationError for parameters that are not `known`, and for those given more than once."""
    refused = {name: _unknown(known) for name in query if name not in known}
    refused |= {name: _repeated() for name in query if name in known and len(query.getlist(name)) > 1}
    if refused:
        raise ValidationError(refused)


def check_no_body(data: Any) -> None:
    """Raises ValidationError where a body says something and none is taken; an empty one is fine."""
    names = list(data) if isinstance(data, Mapping) else ["body"] if data else []
    if refused := {str(name): _unknown(()) for name in names}:
        raise ValidationError(refused)


def check_form(
    form: QueryDict, files: Mapping[str, Any], *, fields: Collection[str], file_fields: Collection[str]
) -> None:
    """For forms without a serializer: raises InvalidInput for names of fields and files that are not known, and for texts that
    cannot be kept.
    """
    for name, values in [*form.lists(), *((name, [getattr(file, "name", "")]) for name, file in files.items())]:
        for text in (name, *values):
            check_text(text)
    unknown = [*sorted(set(form) - set(fields)), *sorted(set(files) - set(file_fields))]
    if unknown:
        names, known = ", ".join(unknown), ", ".join([*fields, *file_fields])
        raise InvalidInput(FIELDS_UNKNOWN(names=names, known=known), code=UNKNOWN)


def refusal_of(detail: Any) -> tuple[str, str] | None:
    """`(code, message)` where one of a ValidationError's details is about an unknown or a repeated name."""
    for code, message in _MESSAGES.items():
        if names := [name for name, found in _leaves(detail) if found == code]:
            return code, message.format(names=", ".join(dict.fromkeys(names)))
    return None


def _leaves(detail: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """(name, code) of every error in a ValidationError's tree; the name as `parts[0].type`."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():  # a number is the place in a list
            step = f"[{name}]" if isinstance(name, int) else f".{name}" if path else str(name)
            yield from _leaves(inner, path + step)
    elif isinstance(detail, list):
        for inner in detail:
            yield from _leaves(inner, path)
    else:
        yield path, getattr(detail, "code", "")


def _refused_by(serializer: serializers.Serializer[Any], data: Mapping[Any, Any]) -> _Errors:
    fields = [field for field in serializer.fields.values() if not field.read_only]
    known = [str(field.field_name) for field in fields]
    if not isinstance(data, MultiValueDict):
        return {str(name): _unknown(known) for name in data if name not in known}
    takers = {name: next((field for field in fields if _takes(field, name, data)), None) for name in data}
    refused = {name: _unknown(known) for name, field in takers.items() if field is None}
    single = [name for name, field in takers.items() if field and not isinstance(field, serializers.ListField)]
    return refused | {name: _repeated() for name in single if len(data.getlist(name)) > 1}


def _takes(field: Field[Any, Any, Any, Any], name: str, form: MultiValueDict[str, Any]) -> bool:
    """Whether DRF reads the field from that name of a form: `name`, of lists `name[0]` too, of objects `name.inner` only."""
    own = re.escape(str(field.field_name))
    if isinstance(field, serializers.ListSerializer):
        return re.match(rf"{own}\[\d+\]", name) is not None
    if isinstance(field, serializers.BaseSerializer):
        return re.match(rf"{own}\.", name) is not None
    if isinstance(field, serializers.ListField) and field.field_name not in form:
        return re.match(rf"{own}\[\d+\]", name) is not None
    return name == field.field_name


def _unknown(known: Collection[str]) -> list[ErrorDetail]:
    sentence = (
        f"Not known here. Known are: {', '.join(sorted(known))}." if known else "Not known here: nothing is taken."
    )
    return [ErrorDetail(sentence, code=UNKNOWN)]


def _repeated() -> list[ErrorDetail]:
    return [ErrorDetail("Given more than once.", code=REPEATED)]
