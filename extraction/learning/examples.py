"""What a decided document teaches: its approved values with their places, and where the machine had looked instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from documents.domain.field_roles import role_in
from documents.domain.field_types.registry import field_type
from documents.domain.field_types.roles import Role
from documents.domain.learned import LearnedDocument, LearnedField, Surroundings
from documents.domain.page_reading import PageReading
from documents.domain.provenance import Provenance
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec
from documents.domain.values import FieldCandidate
from documents.domain.words import Words
from extraction.learning.surroundings import surroundings_of
from extraction.local.locate import locate
from extraction.local.page_view import PageView
from idp_project.core.geometry import BoundingBox

CODE_TYPES = (FieldType.VAT_NUMBER, FieldType.IBAN)


@dataclass(frozen=True)
class DecidedValue:
    """An approved value of a field that has one; `value` is empty where a person took it away. `place`: where it stands, as far
    as that is known; `machine`: what the machine had chosen."""

    name: str
    field_id: str
    value: str
    raw_text: str
    place: Provenance | None
    machine: FieldCandidate | None


@dataclass(frozen=True)
class DecidedPage:
    """A page of a decided sub-document: what stands on it, the candidates of it that are stored, and its first lines."""

    view: PageView
    reading: PageReading | None
    head: str


@dataclass(frozen=True)
class Decided:
    """A decided sub-document; `pages` by number, in order."""

    schema: SchemaSpec
    words: Words
    values: Sequence[DecidedValue]
    pages: Mapping[int, DecidedPage]


def learned_document(decided: Decided) -> LearnedDocument:
    """What it teaches; empty where none of its fields can be learned."""
    specs = {spec.name: spec for spec in decided.schema.fields if not spec.is_list}
    known = [(specs[value.name], value) for value in decided.values if value.name in specs]
    fields = tuple(found for spec, value in known if (found := _learned(decided, spec, value)))
    codes = tuple(value.value for spec, value in known if spec.type in CODE_TYPES and value.value)
    names = [
        value.value
        for spec, value in known
        if value.value and role_in(decided.schema, spec, decided.words) is Role.ISSUER
    ]
    first = next(iter(decided.pages.values()), None)
    return LearnedDocument(codes, names[0] if names else "", first.head if first else "", fields)


def _learned(decided: Decided, spec: FieldSpec, value: DecidedValue) -> LearnedField | None:
    key = field_type(spec.type).merge_key
    read = value.machine and (value.machine.value or value.machine.raw_text)
    is_corrected = bool(read) != bool(value.value) or bool(read and key(read) != key(value.value))
    refused = None
    if is_corrected and value.machine:
        refused = _surroundings(decided, value.machine.provenance)
    if not value.value and not (is_corrected and refused):
        return None
    place = _surroundings(decided, value.place) if value.value and value.place else None
    if place is None and value.value:
        place = _found(decided, spec, value)
    return LearnedField(value.field_id, value.name, value.value, value.raw_text, place, is_corrected, refused)


def _surroundings(decided: Decided, origin: Provenance) -> Surroundings | None:
    page = decided.pages.get(origin.page_number)
    if page is None or origin.polygon is None:
        return None
    return _at(decided, origin.page_number, origin.polygon.bounding_box)


def _at(decided: Decided, number: int, box: BoundingBox) -> Surroundings:
    first, last = min(decided.pages), max(decided.pages)
    view = decided.pages[number].view
    return surroundings_of(view, box, from_start=number - first, from_end=last - number)


def _top(origin: Provenance) -> float:
    return origin.polygon.bounding_box.top if origin.polygon else 0.0


def _found(decided: Decided, spec: FieldSpec, value: DecidedValue) -> Surroundings | None:
    """Of a value that a person typed without saying where it stands: the one candidate that has it, else in the text. The same
    amount as a sum, as a payment and as the price of the one item stands at no place that could be learned."""
    key = field_type(spec.type).merge_key
    same = [
        read
        for page in decided.pages.values()
        if page.reading
        for read in page.reading.values
        if read.field == spec.name and read.value and key(read.value) == key(value.value)
    ]
    rows = {(read.provenance.page_number, round(_top(read.provenance), 2)) for read in same}
    if same:
        return _surroundings(decided, same[0].provenance) if len(rows) == 1 else None
    for number, page in decided.pages.items():
        for text in dict.fromkeys((value.raw_text, value.value)):
            if text and (located := locate(page.view.page_text, text)):
                return _at(decided, number, located.polygon.bounding_box)
    return None
