"""Periods such as "03/12/20 - 03/15/20": which of the two dates a field wants."""

from __future__ import annotations

import re
from enum import StrEnum

from documents.domain.schema_spec import FieldSpec
from extraction.local.page_view import PageView, Place
from extraction.local.roles import plain

_JOINT = r"\s*(?:[-–—]|\bto\b|\bthrough\b|\bthru\b|\buntil\b|\bbis\b|\bau\b|\bal\b)\s*"
_DAY = r"\w{1,9}[\s./-]{0,2}\w{1,9}[\s./,-]{0,2}\d{2,4}"
_FOLLOWED = re.compile(rf"^{_JOINT}\(?{_DAY}")
_PRECEDED = re.compile(rf"{_DAY}\)?{_JOINT}$")
_BEGIN = frozenset({"from", "start", "begin", "beginning", "begins", "von", "ab", "beginn", "debut", "du"})
_END = frozenset(
    {"to", "end", "ends", "ending", "until", "till", "through", "thru", "expiry", "expires", "bis", "ende", "fin", "au"}
)


class Side(StrEnum):
    """Of a period."""

    BEGIN = "begin"
    END = "end"


def side_of_place(view: PageView, place: Place) -> Side | None:
    """Where a date stands in a printed period; None for one that stands alone."""
    text = view.rows[place.row].text
    start = text.find(place.text)
    if start < 0:
        return None
    is_first = _FOLLOWED.match(text[start + len(place.text) :]) is not None
    is_second = _PRECEDED.search(text[: text.rfind(place.text)]) is not None
    if is_first == is_second:
        return None
    return Side.BEGIN if is_first else Side.END


def side_of_field(spec: FieldSpec) -> Side | None:
    """What the field's name and label ask for; None where they speak of no period."""
    words = {*plain(spec.name).split(), *plain(spec.label).split()}
    is_begin, is_end = bool(words & _BEGIN), bool(words & _END)
    if is_begin == is_end:
        return None
    return Side.BEGIN if is_begin else Side.END
