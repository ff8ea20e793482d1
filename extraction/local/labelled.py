"""Values found through their label: what stands after it, to its right or below it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.domain.field_types.base import AfterLabel
from documents.domain.field_types.matching import matches_pattern
from documents.domain.normalization import normalize_value
from documents.domain.parties import ADDRESS_LINE, address_shape
from documents.domain.schema_spec import FieldSpec
from extraction.local.candidates import Found
from extraction.local.labels import LabelHit
from extraction.local.page_view import PageView, Place, Segment, join_places, segment_below

_WORD_GOES_ON = re.compile(r"[-/_]?[^\W_]")
_NO_ADDRESS = re.compile(r"[:@]")
_MAX_LINES = 5


def find_labelled(view: PageView, spec: FieldSpec, reader: AfterLabel, hit: LabelHit, locale: str) -> Iterator[Found]:
    """Possible values at one label: the rest of its segment, the segment to its right, the one below."""
    for segment, start in _spots(view, hit, reader):
        end = reader.end(segment.text, start)
        if end <= start:
            continue
        place = segment.place(start, end)
        if reader.has_more_lines:
            place = join_places([place, *_further_lines(view, segment)])
        value = normalize_value(spec, place.text, locale)
        if value is not None and reader.is_plausible(value) and matches_pattern(spec, place.text):
            yield Found(place.text, value, place, segment, start, end)


def _spots(view: PageView, hit: LabelHit, reader: AfterLabel) -> Iterator[tuple[Segment, int]]:
    segment = hit.segment
    if _WORD_GOES_ON.match(segment.text, hit.end):
        return  # the label is the beginning of a word: "PO" in "PO-569090"
    start = reader.start(segment.text, hit.end)
    if start < len(segment.text):
        yield segment, start
        return
    row = view.rows[segment.row]
    if segment.index + 1 < len(row.segments):
        right = row.segments[segment.index + 1]
        yield right, reader.start(right.text, 0)
    below = segment_below(view, segment, reach=2)
    if below is not None:
        yield below, reader.start(below.text, 0)


def _further_lines(view: PageView, segment: Segment) -> list[Place]:
    lines: list[Place] = []
    current = segment
    while len(lines) < _MAX_LINES:
        below = segment_below(view, current)
        if below is None or (address_shape(below.text, view.words) < ADDRESS_LINE and len(lines) > 1):
            break
        if _NO_ADDRESS.search(below.text):
            break
        lines.append(below.whole)
        current = below
    return lines
