"""The shape of a definition that comes from outside: known names, right kinds of values, bounded sizes.

A draft of the right shape can be stored while somebody is at work on it; `problems` says what is still missing.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from typing import Any

from documents.domain.check_spec import LANGUAGES
from documents.domain.document_kinds import DocumentKind
from documents.domain.drafts.refusals import (
    DEFINITION_SHAPE,
    DEFINITION_SIZE,
    WANTS_CHOICE,
    WANTS_FLAG,
    WANTS_LIST,
    WANTS_NOTHING,
    WANTS_NUMBER,
    WANTS_OBJECT,
    WANTS_SHARE,
    WANTS_SPEC,
    WANTS_TEXT,
    WANTS_VALUE,
)
from documents.domain.schema_spec import CheckKind, FieldType, SchemaSpec
from documents.domain.words import languages
from idp_project.core.errors import InvalidInput
from idp_project.core.reasons import Reason

MOST_BYTES = 500_000  # of a definition as JSON
LONGEST_TEXT = 500
LONGEST_RULE = 2000  # a check that is too long can be stored, and be shortened
MOST_ITEMS = 500  # in one list

_Rule = Callable[[Any, str], None]


def spec_from(data: Any, *, key: str, version: str) -> SchemaSpec:
    """The definition as a spec of that key and version; `key` and `version` in it do not count.

    Raises InvalidInput that names the place which is not as it should be.
    """
    _DEFINITION(data, "")
    if len(json.dumps(data)) > MOST_BYTES:
        raise InvalidInput(DEFINITION_SIZE(most=MOST_BYTES), code="definition_size")
    named = {"name": "", "fields": [], **data, "key": key, "version": version}
    try:
        return SchemaSpec.from_dict(_complete(named))
    except (LookupError, TypeError, ValueError) as error:
        raise _bad("", WANTS_SPEC(detail=str(error))) from error


def _complete(data: dict[str, Any]) -> dict[str, Any]:
    """What may be left out of fields and tables, as `SchemaSpec.from_dict` wants it."""
    fields = [{"name": "", **field} for field in data["fields"]]
    tables = [
        {"name": "", **table, "columns": [{"name": "", **column} for column in table.get("columns", ())]}
        for table in data.get("tables", ())
    ]
    return {**data, "fields": fields, "tables": tables}


def _bad(path: str, wanted: Reason) -> InvalidInput:
    return InvalidInput(DEFINITION_SHAPE(path=path or "/", wanted=wanted), code="definition_shape")


def _text(value: Any, path: str) -> None:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or "\0" in value:
        raise _bad(path, WANTS_TEXT(most=LONGEST_TEXT))


def _long_text(value: Any, path: str) -> None:
    if not isinstance(value, str) or len(value) > LONGEST_RULE or "\0" in value:
        raise _bad(path, WANTS_TEXT(most=LONGEST_RULE))


def _flag(value: Any, path: str) -> None:
    if not isinstance(value, bool):
        raise _bad(path, WANTS_FLAG())


def _number(value: Any, path: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _bad(path, WANTS_NUMBER())


def _share(value: Any, path: str) -> None:
    if value is not None:
        _number(value, path)
        if not 0 <= value <= 1:
            raise _bad(path, WANTS_SHARE())


def _one_of(names: tuple[str, ...]) -> _Rule:
    def check(value: Any, path: str) -> None:
        if not isinstance(value, str) or value not in names:
            raise _bad(path, WANTS_CHOICE(known=", ".join(names)))

    return check


def _list(rule: _Rule) -> _Rule:
    def check(value: Any, path: str) -> None:
        if not isinstance(value, list) or len(value) > MOST_ITEMS:
            raise _bad(path, WANTS_LIST(most=MOST_ITEMS))
        for number, item in enumerate(value):
            rule(item, f"{path}/{number}")

    return check


def _object(rules: Mapping[str, _Rule], *needed: str) -> _Rule:
    def check(value: Any, path: str) -> None:
        if not isinstance(value, dict):
            raise _bad(path, WANTS_OBJECT())
        for name in value:
            if name not in rules:
                raise _bad(f"{path}/{name}", WANTS_NOTHING())
            rules[name](value[name], f"{path}/{name}")
        for name in needed:
            if name not in value:
                raise _bad(f"{path}/{name}", WANTS_VALUE())

    return check


def _engine(value: Any, path: str) -> None:
    _object({"ocr": _text, "llm": _text, "llm_model": _text})(value, path)


_TRANSLATIONS = _object(dict.fromkeys(languages(), _object({"label": _text, "aliases": _list(_text)})))
_FIELD = _object(
    {
        "id": _text,
        "name": _text,
        "type": _one_of(tuple(kind.value for kind in FieldType)),
        "label": _text,
        "aliases": _list(_text),
        "pattern": _text,
        "choices": _list(_text),
        "examples": _list(_text),
        "is_required": _flag,
        "is_list": _flag,
        "from_e_invoice": _text,
        "is_e_invoice_only": _flag,
        "is_sensitive": _flag,
        "check_digits": _text,
        "listed_in": _text,
        "listed_column": _text,
        "translations": _TRANSLATIONS,
        "threshold": _share,
    }
)
_TABLE = _object(
    {
        "id": _text,
        "name": _text,
        "label": _text,
        "columns": _list(_FIELD),
        "is_required": _flag,
        "translations": _TRANSLATIONS,
    }
)
_OLD_CHECK = _object(
    {
        "kind": _one_of(tuple(kind.value for kind in CheckKind if kind is not CheckKind.EXPRESSION)),
        "fields": _list(_text),
        "table": _text,
        "tolerance": _number,
    },
    "kind",
    "fields",
)
_RULE = _object({"rule": _long_text, "message": _object(dict.fromkeys(LANGUAGES, _text))})


def _check(value: Any, path: str) -> None:
    """An expression, or a kind with its fields as releases before wrote it."""
    (_RULE if isinstance(value, dict) and "rule" in value else _OLD_CHECK)(value, path)


_KIND = _object({"kind": _one_of(tuple(kind.value for kind in DocumentKind)), "negative": _list(_text)}, "kind")
_DEFINITION = _object(
    {
        "key": _text,
        "version": _text,
        "name": _text,
        "fields": _list(_FIELD),
        "tables": _list(_TABLE),
        "checks": _list(_check),
        "keywords": _list(_text),
        "locale": _text,
        "threshold": _share,
        "engine": _engine,
        "kinds": _list(_KIND),
    }
)
