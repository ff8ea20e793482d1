"""Names and addresses in other extents: lines joined to blocks, one line more or less, without what a label or a code adds.

They are candidates behind what the field types find by themselves; a feature of their own keeps them behind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from documents.domain.field_types.registry import field_type
from documents.domain.parties import (
    ADDRESS_LINE,
    address_shape,
    continues_address,
    is_foreign_line,
    is_only_legal_form,
    name_shape,
)
from documents.domain.schema_spec import FieldSpec, FieldType
from documents.domain.words import Words, alternatives
from extraction.local.candidates import Found
from extraction.local.page_view import PageView, Segment, join_places, segment_below

_TOP_ROWS = 12  # where letterheads stand
_MOST_LINES = 7
_MOST = 24  # variants of a field
_NAME = 0.25
_LARGE = 1.15  # of the usual height of a line: print that stands out
_ALIKE = 1.12  # heights of one print
_BRACKET = re.compile(r"\s*[(\[（][^()\[\]]*[)\]）]?\s*$")
_OPEN_BRACKET = re.compile(r"[(\[（][^()\[\]]*$")
_BEFORE_COLON = re.compile(r"^[^:]{1,24}:\s*(?=\S)")
_WEB_AHEAD = re.compile(r"^.*(?:www\.|https?://|\w@)\S+\s+(?=\w)")
_CODE_AHEAD = re.compile(r"^[#*]?[\w-]*\d[\w-]*[.:]?\s+(?=[^\W\d_]{2})")
_SHORT_LINE = 40  # characters
_GOES_ON = re.compile(
    r"\s*[&+]|\s+(?:und|and|et|y|e|en|og|och|i)\s+(?:co|cie|c[ií]a)\b", re.IGNORECASE
)  # "GmbH & Co. KG"

Part = tuple[Segment, int, int]


def find_extents(view: PageView, spec: FieldSpec, locale: str, is_barred: Callable[[Segment], bool]) -> list[Found]:
    """Variants for fields of names and addresses; none for other types. No name takes in a segment that is barred: a heading,
    a label, a line of a table.
    """
    if spec.type is FieldType.NAME:
        variants = _names(view, is_barred)
    elif spec.type is FieldType.ADDRESS:
        variants = _addresses(view)
    else:
        return []
    joint = "\n" if field_type(spec.type).has_lines else " "
    found, seen = [], set()
    for parts in variants:
        text = joint.join(segment.text[start:end] for segment, start, end in parts)
        if text in seen or not text.strip():
            continue
        seen.add(text)
        is_whole = spec.type is FieldType.NAME and is_one_print(view, [segment for segment, _, _ in parts])
        found.append(replace(_found(parts, text, joint, spec, locale), is_variant=not is_whole))
        if len(found) == _MOST:
            break
    return [each for each in found if each.value]


def _found(parts: Sequence[Part], text: str, joint: str, spec: FieldSpec, locale: str) -> Found:
    value = field_type(spec.type).normalize(text, locale)
    places = [segment.place(start, end) for segment, start, end in parts]
    place = join_places(places, joint)
    if len(parts) == 1:
        segment, start, end = parts[0]
        return Found(text, value, place, segment, start, end)
    return Found(text, value, place, None, 0, 0)


def is_one_print(view: PageView, lines: Sequence[Segment]) -> bool:
    """Whether lines, one below the other, are one name in large print: of one height, larger than the page's text, alone in
    their rows, and set apart by their size from the lines around.
    """
    heights = [line.box.height for line in lines]
    if len(lines) < 2 or min(heights) < _LARGE * view.line_height or max(heights) > _ALIKE * min(heights):
        return False
    first, last = lines[0].row, lines[-1].row
    around = [view.rows[row] for row in (first - 1, last + 1) if 0 <= row < len(view.rows)]
    is_apart = all(row.box.height * _ALIKE < min(heights) for row in around)
    return is_apart and all(len(view.rows[line.row].segments) == 1 for line in lines)


def _whole(segment: Segment) -> Part:
    return segment, 0, len(segment.text)


def _names(view: PageView, is_barred: Callable[[Segment], bool]) -> Iterator[list[Part]]:
    """Two or three lines of a name; one without what stands before a colon, a code, or behind the firm's own words."""

    def is_line(segment: Segment) -> bool:
        return _is_name_line(segment.text, view.words) and not is_barred(segment)

    for row in view.rows[:_TOP_ROWS]:
        for segment in row.segments:
            if web := _WEB_AHEAD.match(segment.text):
                yield [(segment, web.end(), len(segment.text))]
            if not is_line(segment):
                continue
            yield from ([part] for part in _cut_names(segment, view.words))
            lines = [segment]
            while len(lines) < 3 and (below := segment_below(view, lines[-1])) is not None:
                if not is_line(below):
                    break
                lines.append(below)
                yield [_whole(line) for line in lines]
                yield [*map(_whole, lines[:-1]), _without_bracket(below)]
        if len(row.segments) > 1 and all(map(is_line, row.segments)):
            yield [_whole(segment) for segment in row.segments]


def _is_name_line(text: str, words: Words) -> bool:
    shape = name_shape(text, words)
    return shape >= _NAME or is_only_legal_form(text, words) or bool(_OPEN_BRACKET.search(text) and shape)


def _without_bracket(segment: Segment) -> Part:
    match = _BRACKET.search(segment.text)
    return (segment, 0, match.start()) if match and match.start() > 3 else _whole(segment)


def _cut_names(segment: Segment, words: Words) -> Iterator[Part]:
    text = segment.text
    yield _whole(segment)
    if (without := _without_bracket(segment)) != _whole(segment):
        yield without
    for pattern in (_BEFORE_COLON, _CODE_AHEAD):
        if match := pattern.match(text):
            yield segment, match.end(), len(text)
            inner = _BRACKET.search(text)
            if inner and inner.start() > match.end() + 2:
                yield segment, match.end(), inner.start()
    for match in _name_end(words).finditer(text):
        if 0 < match.end() < len(text.rstrip()) and not _GOES_ON.match(text, match.end()):
            yield segment, 0, match.end()
    for gap in list(re.finditer(r"\s+", text))[:2]:  # a mark of a logo, read as one word or two
        yield segment, gap.end(), len(text)


@lru_cache(maxsize=64)
def _name_end(words: Words) -> re.Pattern[str]:
    forms = alternatives(words, "legal_form", "company_ending", "business")
    return re.compile(rf"(?<=\w\s)(?:{forms})\.?(?=\s|$)", re.IGNORECASE)


def _addresses(view: PageView) -> Iterator[list[Part]]:
    """Runs over one line that looks like nothing, one line longer or shorter, without a label before or a contact behind."""
    for segment in view.segments:
        if segment.row > 2 * _TOP_ROWS or address_shape(segment.text, view.words) < ADDRESS_LINE:
            continue
        run = _run_from(view, segment)
        first = address_start(segment.text, view.words)
        heads = dict.fromkeys((0, *first))
        for lines in _lengths(view, run):
            tail = _without_contact(lines[-1], view.words)
            for start in heads:
                if start >= len(segment.text):
                    continue
                middle = [_whole(line) for line in lines[1:]]
                if len(lines) == 1:
                    yield [(segment, start, max(start + 1, tail[2]))]
                    continue
                yield [(segment, start, len(segment.text)), *middle]
                if tail != _whole(lines[-1]):
                    yield [(segment, start, len(segment.text)), *middle[:-1], tail]


def _run_from(view: PageView, segment: Segment) -> list[Segment]:
    run = [segment]
    while len(run) < _MOST_LINES:
        below = segment_below(view, run[-1])
        if below is None:
            break
        _, _, end = _without_contact(below, view.words)
        if continues_address(run[-1].text, below.text[:end], view.words):
            run.append(below)
            continue
        further = segment_below(view, below)
        if further is not None and _bridges(below.text, further.text, view.words):
            run += [below, further]
        else:
            break
    return run


def _bridges(line: str, below: str, words: Words) -> bool:
    """A short line without digits between two lines of an address: a district, a building."""
    is_plain = len(line) < _SHORT_LINE and not any(mark.isdigit() for mark in line)
    return is_plain and not is_foreign_line(line, words) and address_shape(below, words) >= ADDRESS_LINE


def _lengths(view: PageView, run: list[Segment]) -> Iterator[list[Segment]]:
    yield run
    below = segment_below(view, run[-1])
    if below is not None and len(below.text) < _SHORT_LINE and not _is_contact(below.text, view.words):
        yield [*run, below]
    if len(run) > 2:
        yield run[:-1]
        yield run[:-2]
    elif len(run) == 2:
        yield run[:1]


def address_start(text: str, words: Words) -> Iterator[int]:
    """Where an address may begin inside a line: behind a colon, at its number, at a word for a street."""
    if match := _BEFORE_COLON.match(text):
        yield match.end()
    if match := _number_or_street(words).search(text, 1):
        yield match.start()


@lru_cache(maxsize=64)
def _number_or_street(words: Words) -> re.Pattern[str]:
    streets = alternatives(words, "street")
    return re.compile(rf"(?<=\s)(?:(?:{streets})\.?:?\s|\d{{1,5}}\w?[,\s])", re.IGNORECASE)


def _without_contact(segment: Segment, words: Words) -> Part:
    match = _contact(words).search(segment.text)
    end = len(segment.text[: match.start()].rstrip(" ,;|")) if match else len(segment.text)
    return (segment, 0, end) if end > 3 else _whole(segment)


def _is_contact(text: str, words: Words) -> bool:
    """ "Tel: 020 7946 0647": a line that begins so has nothing of an address."""
    found = _contact(words).search(f" {text}")
    return found is not None and found.start() <= 1


@lru_cache(maxsize=64)
def _contact(words: Words) -> re.Pattern[str]:
    return re.compile(
        rf"(?<=[\s,])(?:{alternatives(words, 'contact')}|te[l1])\b.*$|\s\(?\+?\d[\d -]{{7,}}$", re.IGNORECASE
    )
