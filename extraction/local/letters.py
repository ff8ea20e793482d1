"""What the form of a letter or of a signature says: to whom a contract in a letter is written, its day, who signs it."""

from __future__ import annotations

from collections.abc import Iterator

from documents.domain.contract_parties import ends_in_legal_form, name_at
from documents.domain.dates import find_dates
from documents.domain.field_types.registry import field_type
from documents.domain.notation import Notation
from documents.domain.parties import address_shape
from documents.domain.plain_text import plain
from documents.domain.schema_spec import FieldSpec
from documents.domain.words import Words, phrase_pattern
from extraction.local.candidates import Found
from extraction.local.page_view import PageView, Segment, segment_below

_ROWS_ABOVE = 16  # the salutation: addressee, address, subject
_ADDRESS = 0.4
_ADDRESSEE, _SIGNED, _DAY = 0.75, 0.6, 0.8
_SIGNATURE_ROWS = 4
_MOST_WORDS = 9


def find_in_letter(view: PageView, kind: str, spec: FieldSpec, notation: Notation) -> Iterator[Found]:
    """Parties (`kind` "party") and days ("day") by their place on the page."""
    if kind == "party":
        yield from (_found(segment, spec, notation, _ADDRESSEE) for segment in _addressees(view))
        yield from (_found(segment, spec, notation, _SIGNED) for segment in _signatories(view))
    elif kind == "day":
        for segment in _above_salutation(view):
            dates = find_dates(segment.text, notation.locale, notation.date_order)
            if len(dates) == 1 and dates[0][1] - dates[0][0] >= len(segment.text.strip(" .,")) - 1:
                yield _found(segment, spec, notation, _DAY)


def _found(segment: Segment, spec: FieldSpec, notation: Notation, cue: float) -> Found:
    text = segment.text.rstrip(" ,;:")
    value = field_type(spec.type).read_in(text, notation, spec.choices)
    return Found(text, value, segment.place(0, len(text)), segment, 0, len(text), cue=cue)


def _above_salutation(view: PageView) -> list[Segment]:
    """The segments above the first salutation, from top to bottom; none on a page without one."""
    salutation = phrase_pattern(view.words, "salutation")
    at = next((row.index for row in view.rows if salutation.match(row.text.strip())), None)
    if at is None:
        return []
    return [segment for row in view.rows[max(0, at - _ROWS_ABOVE) : at] for segment in row.segments]


def _addressees(view: PageView) -> Iterator[Segment]:
    """The first line of a name above lines of an address."""
    for segment in _above_salutation(view):
        if not _is_name(segment, view.words):
            continue
        below = segment_below(view, segment)
        further = segment_below(view, below) if below else None
        if any(line and address_shape(line.text, view.words) >= _ADDRESS for line in (below, further)):
            yield segment
            return


def _signatories(view: PageView) -> Iterator[Segment]:
    """Companies whose name stands alone above the lines that are signed."""
    cue = phrase_pattern(view.words, "signature_cue")
    for segment in view.segments:
        if not ends_in_legal_form(segment.text, view.words) or not _is_name(segment, view.words):
            continue
        below: Segment | None = segment
        for _ in range(_SIGNATURE_ROWS):
            below = segment_below(view, below) if below else None
            if below is not None and cue.match(below.text.strip()):
                yield segment
                break


def _is_name(segment: Segment, words: Words) -> bool:
    text = segment.text.rstrip(" ,;:")
    if not plain(text) or len(text.split()) > _MOST_WORDS:
        return False
    span = name_at(text, 0, words)
    return span is not None and span[0] == 0 and span[1] >= len(text) - 1
