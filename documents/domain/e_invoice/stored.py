"""An electronic invoice as JSON, and back: values by the names of the model, those that the XML does not have left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from documents.domain.e_invoice import model
from documents.domain.e_invoice.model import EInvoice, Identifier, Sourced


def to_dict(invoice: EInvoice) -> dict[str, Any]:
    """JSON values only: days in ISO 8601, numbers as decimal text."""
    return dict(_plain(invoice))


def from_dict(data: Mapping[str, Any]) -> EInvoice:
    """What `to_dict` was given. Raises KeyError, TypeError or ValueError for anything else."""
    return EInvoice(**_arguments(EInvoice, data))


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        stated = (
            each for each in fields(value) if each.default is MISSING or getattr(value, each.name) != each.default
        )
        return {each.name: _plain(getattr(value, each.name)) for each in stated}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _arguments(kind: type[Any], data: Mapping[str, Any]) -> dict[str, Any]:
    hints = _hints(kind)  # type: ignore[arg-type]
    return {name: _value(hints[name], value) for name, value in data.items() if name in hints}


@lru_cache(maxsize=64)
def _hints(kind: type[Any]) -> dict[str, Any]:
    return get_type_hints(kind, vars(model))


def _value(hint: Any, data: Any) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _value(next(one for one in arguments if one is not NoneType), data)
    if origin is tuple:
        return tuple(_value(arguments[0], each) for each in data)
    if origin is Sourced:
        return Sourced(_value(arguments[0], data.get("value", "")), data.get("raw", ""), data.get("path", ""))
    if hint is Identifier:
        return Identifier(data.get("value", ""), data.get("raw", ""), data.get("path", ""), data.get("scheme", ""))
    if is_dataclass(hint) and isinstance(hint, type):
        return hint(**_arguments(hint, data))
    if hint is Decimal:
        return Decimal(data or "0")
    if hint is date:
        return date.fromisoformat(data)
    return hint(data) if isinstance(hint, type) else data
