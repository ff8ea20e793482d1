"""The blocks of a page that belong to one party: a heading such as "Verkäufer:" and the lines below it, down to the next."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from documents.domain.field_roles import role_of
from documents.domain.field_types.roles import Role
from documents.domain.parties import address_shape, name_shape, name_span
from documents.domain.plain_text import plain
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec
from documents.domain.words import Words, word_set
from extraction.local.candidates import Found
from extraction.local.labels import LabelHit
from extraction.local.page_notation import is_account
from extraction.local.page_view import PageView, Segment

_LONGEST_LABEL = 5  # words of "Your IBAN for refunds"
_OF_PARTIES = (FieldType.VAT_NUMBER,)
_GROUPS = {Role.ISSUER: "issuer_label", Role.RECIPIENT: "recipient_label"}
_LONGEST_HEADING = 4  # words
_FAR = 25  # character widths: what stands further away is another column
_LONGEST = 14  # rows of a block
_WIDEST_GAP = 3.2  # line heights between two of its lines
_LEAST_SHAPE = 0.4
_ADDRESS = 0.6
_STRENGTH = 0.9  # of the heading as the label of the name below it


@dataclass(frozen=True, eq=False)
class PartyBlock:
    """Whose it is, its heading, and the segments below it from top to bottom."""

    role: Role
    heading: Segment
    lines: tuple[Segment, ...]


def find_blocks(view: PageView) -> list[PartyBlock]:
    """Every block whose heading stands alone in its line or column."""
    if "blocks" not in view.blocks:
        headings = [(segment, role) for segment in view.segments if (role := heading_of(segment.text, view.words))]
        view.blocks["blocks"] = [
            PartyBlock(role, segment, tuple(_lines_below(view, segment)))
            for segment, role in headings
            if not _has_value_beside(view, segment)
        ]
    found: list[PartyBlock] = view.blocks["blocks"]
    return found


def _has_value_beside(view: PageView, segment: Segment) -> bool:
    """Whether it is a label with its value in the same line: "Customer   Hanna Petersen"."""
    row = view.rows[segment.row]
    if segment.index + 1 >= len(row.segments):
        return False
    following = row.segments[segment.index + 1]
    is_near = following.box.left - segment.box.right < _FAR * view.char_width
    return is_near and heading_of(following.text, view.words) is None


@lru_cache(maxsize=8192)
def heading_of(text: str, words: Words) -> Role | None:
    """Whose block begins under a text that is nothing but words for that party: "Käufer/Leistungsempfänger:"."""
    parts = plain(text.rstrip(" :")).split()
    if not parts or len(parts) > _LONGEST_HEADING:
        return None
    for role in _GROUPS:
        known = _labels_of(role, words)
        if " ".join(parts) in known or all(part in known for part in parts):
            return role
    return None


@lru_cache(maxsize=64)
def _labels_of(role: Role, words: Words) -> frozenset[str]:
    return frozenset(text for phrase in words.of((_GROUPS[role],)) if len(text := plain(phrase)) > 2)


def _lines_below(view: PageView, heading: Segment) -> Iterator[Segment]:
    bottom = heading.box.bottom
    for row in view.rows[heading.row + 1 : heading.row + 1 + _LONGEST]:
        if row.box.top - bottom > _WIDEST_GAP * view.line_height:
            return
        inside = [segment for segment in row.segments if _is_in_column(view, heading, segment)]
        if any(heading_of(segment.text, view.words) or _is_other_heading(segment, heading) for segment in inside):
            return
        if inside:
            bottom = row.box.bottom
        yield from inside


def _is_in_column(view: PageView, heading: Segment, segment: Segment) -> bool:
    return abs(segment.box.left - heading.box.left) < 4 * view.char_width or (
        segment.index > 0 and segment.box.left > heading.box.left and _label_of(view, segment, heading) is not None
    )


def _label_of(view: PageView, segment: Segment, heading: Segment) -> Segment | None:
    """The label in the block's column that the segment stands beside: "Name: | Liselotte Müller"."""
    before = view.rows[segment.row].segments[segment.index - 1]
    is_label = abs(before.box.left - heading.box.left) < 4 * view.char_width and before.text.endswith(":")
    return before if is_label else None


def _is_other_heading(segment: Segment, heading: Segment) -> bool:
    """Another heading in the column, written as the block's own: with a colon behind several words."""
    is_alike = segment.text.endswith(":") and heading.text.endswith(":")
    return is_alike and not any(mark.isdigit() for mark in segment.text)


def names_in_blocks(view: PageView, role: Role) -> list[Found]:
    """The name of each block of that party, headed by the block's heading."""
    found = []
    for block in find_blocks(view):
        if block.role is role and (segment := _name_of(view, block.lines)):
            start, end = name_span(segment.text)
            place = segment.place(start, end)
            found.append(Found(place.text, place.text, place, segment, start, end, headed=_STRENGTH))
    return found


def _name_of(view: PageView, lines: Sequence[Segment]) -> Segment | None:
    """The value beside a label for names, else the first line that is no code, no label and no address."""
    for segment in lines:
        before = view.rows[segment.row].segments[segment.index - 1] if segment.index else None
        if before and plain(before.text.rstrip(" :")) in word_set(view.words, "name_label"):
            return segment
    for segment in lines:
        if segment.index and view.rows[segment.row].segments[segment.index - 1].text.endswith(":"):
            continue
        if _is_named_value(view, segment) or name_shape(segment.text, view.words) < _LEAST_SHAPE:
            continue
        return None if address_shape(segment.text, view.words) >= _ADDRESS else segment
    return None


def _is_named_value(view: PageView, segment: Segment) -> bool:
    """A label with its value: "Nummer : 549910", in one segment or in two."""
    row = view.rows[segment.row]
    following = row.segments[segment.index + 1].text if segment.index + 1 < len(row.segments) else ""
    is_code = sum(map(str.isdigit, following)) > sum(map(str.isalpha, following))
    return ":" in segment.text or following.startswith(":") or is_code


def is_of_other_party(view: PageView, found: Found, role: Role) -> bool:
    """Whether a value stands in a block of the other party than `role`."""
    if found.segment is None:
        return False
    return any(
        block.role is not role
        and any(line.row == found.row and line.box.left <= found.place.box.left for line in block.lines)
        for block in find_blocks(view)
    )


def party_of_number(spec: FieldSpec, role: Role, schema: SchemaSpec, words: Words) -> Role | None:
    """Whose number a field asks for: the issuer's, unless its name or labels speak of the recipient; None for other types. An
    account is asked of the issuer where the documents have two parties: on a statement it is the reader's.
    """
    if role is Role.RECIPIENT:
        return None
    if spec.type is FieldType.IBAN:
        parties = {role_of(each, words) for each in schema.fields}
        return Role.ISSUER if {Role.ISSUER, Role.RECIPIENT} <= parties and not is_account(schema) else None
    return Role.ISSUER if spec.type in _OF_PARTIES else None


def without_other_party(
    view: PageView, party: Role, own: Sequence[LabelHit], others: Sequence[LabelHit], found: Sequence[Found]
) -> tuple[list[LabelHit], list[LabelHit], list[Found]]:
    """Labels and values of a field without those of the other party: "Customer VAT number", what stands in its block. The
    labels become those of another field. Values that all stand in the other party's block stay; what is named as the other
    party's does not.
    """
    named = [hit for hit in own if names_other_party(hit, view.words)]
    unnamed = [value for value in found if not _is_named_other(view, value)]
    mine = [value for value in unnamed if not is_of_other_party(view, value, party)]
    kept = [hit for hit in own if hit not in named]
    return kept, [*others, *named], mine or unnamed


def _is_named_other(view: PageView, found: Found) -> bool:
    """Whether the text before a value, in its segment or in the one to its left, speaks of the recipient."""
    if found.segment is None:
        return False
    before = found.segment.text[: found.start]
    if not before.strip() and found.segment.index:
        before = view.rows[found.row].segments[found.segment.index - 1].text
    return _speaks_of_recipient(plain(before).split(), view.words)


def names_other_party(hit: LabelHit, words: Words) -> bool:
    """Whether the words around a label, up to the value, say that it is the recipient's."""
    around = plain(re.split(r"[:\d]", hit.segment.text)[0]).split()
    return _speaks_of_recipient(around, words)


def _speaks_of_recipient(phrase: Sequence[str], words: Words) -> bool:
    """ "Customer VAT number"; "Your IBAN for refunds", but not a sentence such as "please quote your number"."""
    if not word_set(words, "recipient").isdisjoint(phrase):
        return True
    is_label = 0 < len(phrase) <= _LONGEST_LABEL
    return is_label and phrase[0] in word_set(words, "recipient_possessive")
