"""Model fields that keep reasons as JSON and give them as objects."""

from __future__ import annotations

from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from idp_project.core.reasons import Reason, reason_of, reasons_of


class _Encoder(DjangoJSONEncoder):
    """For pages that show what the field holds, such as Django admin's."""

    def default(self, o: Any) -> Any:
        return o.to_dict() if isinstance(o, Reason) else super().default(o)


class _Shown(models.JSONField):
    """Encoded as it is stored; migrations know nothing of that."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.encoder = _Encoder

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("encoder", None)
        return name, path, args, kwargs


class ReasonField(_Shown):
    """One Reason, or null."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"null": True, "blank": True, **kwargs})

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Reason | None:
        return reason_of(super().from_db_value(value, expression, connection))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return super().get_db_prep_value(_plain(value), connection, prepared)

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(_plain(value))

    def value_from_object(self, obj: models.Model) -> Any:
        """For forms and serialisation."""
        return _plain(super().value_from_object(obj))

    def value_to_string(self, obj: models.Model) -> Any:
        return _plain(super().value_from_object(obj))


class ReasonsField(_Shown):
    """A list of Reasons, empty where there is nothing to say."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"default": list, "db_default": [], "blank": True, **kwargs})

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> list[Reason]:
        return list(reasons_of(super().from_db_value(value, expression, connection)))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return super().get_db_prep_value(_plain(value), connection, prepared)

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(_plain(value))

    def value_to_string(self, obj: models.Model) -> Any:
        return _plain(super().value_from_object(obj))


def _plain(value: Any) -> Any:
    if isinstance(value, Reason):
        return value.to_dict()
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value
