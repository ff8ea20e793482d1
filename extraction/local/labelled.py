"""Values found through their label: what stands after it, to its right or below it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.domain.normalization import normalize_value
from documents.domain.schema_spec import FieldSpec, FieldType
from extraction.local.candidates import Found, matches_pattern
from extraction.local.labels import LabelHit
from extraction.local.page_view import PageView, Place, Segment, join_places
from extraction.local.parties import address_shape, segment_below

OPEN_TYPES = frozenset(
    {FieldType.TEXT, FieldType.CHOICE, FieldType.NAME, FieldType.ADDRESS, FieldType.IDENTIFIER, FieldType.VAT_NUMBER}
)
_MARKS = re.compile(r"^[°º\s:;.#=|\-–>)\]]*")
_LEADING = re.compile(r"^[°º\s:;.#=|\-–>)\]]*(?:(?:(?:no|nr|num|number)\b\.?|n\s*[°º]|№)[\s:;.#=-]*)?", re.IGNORECASE)
_CODES = frozenset({FieldType.IDENTIFIER, FieldType.VAT_NUMBER})
_FIRST_CODE = re.compile(r"[^\s,;]+")
_MAX_LINES = 5


def find_labelled(view: PageView, spec: FieldSpec, hit: LabelHit, locale: str) -> Iterator[Found]:
    """Possible values of an open type at one label: the rest of its segment, the segment to its right, the one below."""
    lead_in = _LEADING if spec.type in _CODES else _MARKS  # an address may begin with "No."
    for segment, start in _spots(view, hit, lead_in):
        end = _end_of_value(segment, start, spec)
        if end <= start:
            continue
        place = segment.place(start, end)
        if spec.type is FieldType.ADDRESS:
            place = join_places([place, *_address_lines(view, segment)])
        value = normalize_value(spec, place.text, locale)
        if value is not None and _is_plausible(spec, value) and matches_pattern(spec, place.text):
            yield Found(place.text, value, place, segment, start, end)


def _spots(view: PageView, hit: LabelHit, lead_in: re.Pattern[str]) -> Iterator[tuple[Segment, int]]:
    segment = hit.segment
    if re.match(r"[-/_]?[^\W_]", segment.text[hit.end :]):
        return  # the label is the beginning of a word: "PO" in "PO-569090"
    start = hit.end + len(lead_in.match(segment.text[hit.end :]).group(0))  # type: ignore[union-attr]
    if start < len(segment.text):
        yield segment, start
        return
    row = view.rows[segment.row]
    if segment.index + 1 < len(row.segments):
        right = row.segments[segment.index + 1]
        yield right, len(lead_in.match(right.text).group(0))  # type: ignore[union-attr]
    below = segment_below(view, segment, reach=2)
    if below is not None:
        yield below, 0


def _end_of_value(segment: Segment, start: int, spec: FieldSpec) -> int:
    text = segment.text
    if spec.type in _CODES and (match := _FIRST_CODE.match(text, start)):
        if spec.type is FieldType.VAT_NUMBER:
            longer = re.compile(r"[A-Z]{0,3} ?[\dA-Z](?:[ .-]?[\dA-Z])+").match(text, start)
            return longer.end() if longer else match.end()
        if any(mark.isdigit() for mark in match.group(0)):
            return match.end()
        second = re.compile(r"\S+\s+\S*\d\S*").match(text, start)
        return second.end() if second else match.end()
    following_label = re.search(r"\s\S{2,20}\s?:", text[start:])
    return start + following_label.start() if following_label and following_label.start() > 0 else len(text.rstrip())


def _address_lines(view: PageView, segment: Segment) -> list[Place]:
    lines: list[Place] = []
    current = segment
    while len(lines) < _MAX_LINES:
        below = segment_below(view, current)
        if below is None or (address_shape(below.text) < 0.2 and len(lines) > 1):
            break
        if re.search(r"[:@]", below.text):
            break
        lines.append(below.whole)
        current = below
    return lines


def _is_plausible(spec: FieldSpec, value: str) -> bool:
    if spec.type in _CODES:
        return any(mark.isdigit() for mark in value) and len(value) > 1
    if spec.type is FieldType.NAME:
        return sum(mark.isalpha() for mark in value) >= 3
    return bool(value.strip())
