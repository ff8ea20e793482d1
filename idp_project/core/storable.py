"""Texts and values that parsers take and databases do not: NUL, half characters, numbers and depths without end."""

from __future__ import annotations

import json
import math
import re
from datetime import date, timedelta
from typing import Any

from idp_project.core.errors import InvalidInput
from idp_project.core.refusals import UNSTORABLE

MOST_DEPTH = 64
LAST_START = 10_000_000
"""The largest `?start=` of a list: further on there is nothing."""
_LARGEST = 2**63 - 1  # of a bigint
_BAD = re.compile("[\x00\ud800-\udfff]")  # psycopg refuses NUL, UTF-8 has no surrogates


class Unstorable(InvalidInput):
    """What was sent cannot be kept as it is, anywhere."""

    code = "unstorable_input"
    default_message = UNSTORABLE


def check_text(text: str) -> None:
    """Raises Unstorable for a text with NUL or half a character in it."""
    if _BAD.search(text):
        raise Unstorable


def check_value(value: Any) -> None:
    """Raises Unstorable unless every text, number and depth in a parsed JSON value can be kept. Needs no recursion."""
    waiting = [(value, 1)]
    while waiting:
        found, depth = waiting.pop()
        if isinstance(found, str):
            check_text(found)
        elif isinstance(found, float):
            if not math.isfinite(found):
                raise Unstorable
        elif isinstance(found, int):
            if not -_LARGEST <= found <= _LARGEST:
                raise Unstorable
        elif isinstance(found, dict | list):
            if depth > MOST_DEPTH:
                raise Unstorable
            inner = [*found.keys(), *found.values()] if isinstance(found, dict) else found
            waiting += [(one, depth + 1) for one in inner]


def json_of(text: str | bytes) -> Any:
    """The JSON value. Raises ValueError for what is not JSON, Unstorable for one that cannot be kept or is
    nested too deeply."""
    try:
        value = json.loads(text)
    except RecursionError:
        raise Unstorable from None
    check_value(value)
    return value


def whole_number(text: str, *, most: int, otherwise: int = 0) -> int:
    """Reads a whole number of a query string, at most `most`; `otherwise` if it is not made of digits."""
    if not (text.isascii() and text.isdecimal()):
        return otherwise
    digits = text.lstrip("0") or "0"
    return most if len(digits) > len(str(most)) else min(int(digits), most)


def day_after(day: date | None) -> date | None:
    """None behind the last day that there is: until then is without end."""
    return day + timedelta(days=1) if day and day < date.max else None
