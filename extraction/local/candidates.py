"""Everything on a page that could be a value of a given type, before it is known which field it belongs to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from documents.domain.field_types.base import Match
from documents.domain.field_types.matching import matches_pattern
from documents.domain.field_types.registry import field_type
from documents.domain.notation import Notation
from documents.domain.schema_spec import FieldSpec
from documents.domain.words import Words
from extraction.local.page_notation import notation_of
from extraction.local.page_view import PageView, Place, Segment, join_places, segment_below


@dataclass(frozen=True)
class Found:
    """A possible value and its place: `[start, end)` of `segment.text`; no segment where it spans several lines. `headed`:
    how strongly the heading of the block it stands in speaks for it, whatever lies between. `evidence` are features that are
    known already, of a value that is no text.
    """

    raw_text: str
    value: str | None
    place: Place
    segment: Segment | None
    start: int
    end: int
    headed: float = 0.0
    cue: float = 0.0  # 0..1: how much the words of its sentence speak for it
    is_variant: bool = False  # another extent of what is found already
    evidence: Mapping[str, float] = field(default_factory=dict, compare=False)

    @property
    def row(self) -> int:
        return self.place.row


@dataclass(frozen=True)
class SegmentLines:
    """The segments of a page as lines of text: what the field types search."""

    view: PageView
    notation: Notation

    @property
    def texts(self) -> Sequence[str]:
        return self.view.texts

    @property
    def words(self) -> Words:
        return self.view.words

    def below(self, line: int) -> int | None:
        segment = segment_below(self.view, self.view.segments[line])
        return None if segment is None else self._numbers[id(segment)]

    @cached_property
    def _numbers(self) -> dict[int, int]:
        return {id(segment): number for number, segment in enumerate(self.view.segments)}


def find_values(view: PageView, spec: FieldSpec, locale: str, notation: Notation | None = None) -> list[Found]:
    """Values of the field's type anywhere on the page that match its pattern, if it has one. Numbers and dates are read
    as `notation` says, else as the page itself shows.
    """
    known = notation or notation_of(view.texts, locale)
    key = (spec.type.value, spec.pattern, known)
    if key not in view.found_values:
        matches = field_type(spec.type).find(SegmentLines(view, known), spec, locale)
        found = (_found(view, match) for match in matches)
        view.found_values[key] = tuple(item for item in found if matches_pattern(spec, item.raw_text))
    return list(view.found_values[key])


def _found(view: PageView, match: Match) -> Found:
    places = [view.segments[line].place(start, end) for line, start, end in match.parts]
    if match.joint is None:
        line, start, end = match.parts[0]
        return Found(places[0].text, match.value, places[0], view.segments[line], start, end)
    place = join_places(places, match.joint)
    if len(match.parts) == 1:
        line, start, end = match.parts[0]
        return Found(place.text, match.value, place, view.segments[line], start, end)
    return Found(place.text, match.value, place, None, 0, 0)
