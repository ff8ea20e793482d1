"""JSON bodies. In the API an object that names one key twice is refused, because one of the two values would be lost."""

from __future__ import annotations

import codecs
import json
from collections import Counter
from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser, get_encoding  # type: ignore[attr-defined]
from rest_framework.utils.json import strict_constant

from idp_project.core.errors import InvalidInput
from idp_project.core.refusals import BODY_NOT_AN_OBJECT
from idp_project.core.storable import Unstorable, check_value


class JsonParser(JSONParser):
    """DRF's, without repeated keys, and with 400 instead of a crash for a body that is nested too deeply to be read."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        reader = codecs.getreader(get_encoding(parser_context or {}))(stream)
        try:
            value = json.load(reader, parse_constant=strict_constant, object_pairs_hook=_once)
            check_value(value)
            return value
        except Unstorable as error:
            raise ParseError(_("JSON parse error - %(error)s") % {"error": error.message}) from error
        except ValueError as error:
            raise ParseError(_("JSON parse error - %(error)s") % {"error": error}) from error
        except RecursionError:
            raise ParseError(_("JSON parse error - the body is nested too deeply.")) from None


def json_object(body: bytes) -> dict[str, Any]:
    """What a script of a page sends. Raises InvalidInput for anything but a JSON object."""
    try:
        data = json.loads(body)
    except ValueError:
        data = None
    if not isinstance(data, dict):
        raise InvalidInput(BODY_NOT_AN_OBJECT())
    return data


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    repeated = [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]
    if repeated:
        raise ParseError(
            _("The key “%(key)s” stands more than once in one object: send it once.") % {"key": repeated[0][:100]}
        )
    return dict(pairs)
