"""The values of fields as an electronic invoice states them, each compared with what the pages print for that field.

A value agrees where the reader found the same for the field, or where the pages print it and the reader found nothing that is
labelled as strongly. It deviates where something else is printed under the field's label, or where the value is on no page and
the reader is sure of another one. What no page prints proves nothing and stops nothing, unless the type requires it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from documents.domain.e_invoice.terms import leaves
from documents.domain.e_invoice_fields import AGREES, ALONE, DEVIATES, ENGINE, UNPRINTED, StatedValue, values_of
from documents.domain.field_types.base import letters_and_digits
from documents.domain.provenance import Provenance
from documents.domain.schema_spec import FieldSpec, FieldType
from documents.domain.values import FieldCandidate, MergedField
from extraction.context import LeadingInvoice
from extraction.steps.e_invoice.places import (
    NUMERIC,
    PrintedPlace,
    is_recognised,
    places_of,
    same_value,
)

VERSION = "1"
_LABELLED = 0.45
_WELL_LABELLED = 0.75
_OWN_SHAPE = frozenset({FieldType.IBAN, FieldType.VAT_NUMBER})  # check digits: nothing else looks like it
_ANYWHERE = frozenset({FieldType.NAME, FieldType.TEXT, FieldType.ADDRESS, FieldType.CURRENCY, FieldType.CLAUSE})
_MOST_BEHIND = 2
_NUMBER = re.compile(r"[+-]?\d{1,30}(?:\.\d{1,30})?")


@dataclass(frozen=True)
class Scene:
    """What a value is compared on: `first_page` holds what has no place; `locale` is the type's."""

    leading: LeadingInvoice
    first_page: int
    locale: str

    @property
    def is_recognised(self) -> bool:
        return is_recognised(self.leading.texts)

    @cached_property
    def stated(self) -> frozenset[str]:
        """Every value of the XML, of whatever term, as `_key` writes them."""
        return frozenset(_key(leaf.value) for leaf in leaves(self.leading.invoice))

    def places(self, value: str, kind: FieldType) -> list[PrintedPlace]:
        return places_of(value, kind, self.leading.texts, self.locale)


def field_as_stated(printed: Sequence[MergedField], spec: FieldSpec, scene: Scene) -> list[MergedField]:
    """What the field is with the XML leading; as printed where the XML does not state it. Of a list one per item."""
    stated = values_of(scene.leading.invoice, spec)
    if not stated:
        return list(printed)
    if spec.is_list:
        return [_item(one, number, printed, spec, scene) for number, one in enumerate(stated, start=1)]
    found = printed[0] if printed else MergedField(spec.name, ())
    return [MergedField(spec.name, compared(stated[0], found.candidates, spec, scene))]


def _item(one: StatedValue, number: int, printed: Sequence[MergedField], spec: FieldSpec, scene: Scene) -> MergedField:
    """An item is compared with all that was read: they need not come in the same order."""
    read = [candidate for field in printed for candidate in field.candidates]
    same = [each for each in read if _is_same(one, each, spec, scene)]
    return MergedField(spec.name, compared(one, same, spec, scene), item=number)


def compared(
    one: StatedValue, printed: Sequence[FieldCandidate], spec: FieldSpec, scene: Scene
) -> tuple[FieldCandidate, ...]:
    """The stated value as the chosen candidate, with what its comparison gave as evidence; where it deviates, what the page
    prints comes next."""
    if scene.leading.is_whole_file:
        return (candidate_of(one, spec, scene, ALONE, _own_place(one, spec, scene)),)
    if spec.is_e_invoice_only:
        places = scene.places(one.value, spec.type) if len(one.value) > 3 else []
        return (candidate_of(one, spec, scene, UNPRINTED, places[0] if places else None),)
    same = [each for each in printed if _is_same(one, each, spec, scene)]
    other = next((each for each in printed if each.provenance.is_located and each not in same), None)
    if printed and printed[0] in same and printed[0].provenance.is_located:
        return (as_printed(one, printed[0], spec),)
    places = scene.places(one.value, spec.type)
    if other is not None and not _may_agree(same, other, places, spec, scene):
        return (candidate_of(one, spec, scene, DEVIATES, None), *_behind(printed, same))
    located = next((each for each in same if each.provenance.is_located), None)
    if located is not None:
        return (as_printed(one, located, spec),)
    if places:
        place = places[-1] if spec.type in NUMERIC else places[0]
        return (candidate_of(one, spec, scene, AGREES, place),)
    return (candidate_of(one, spec, scene, UNPRINTED, None),)


def _may_agree(
    same: Sequence[FieldCandidate],
    other: FieldCandidate,
    places: Sequence[PrintedPlace],
    spec: FieldSpec,
    scene: Scene,
) -> bool:
    """Whether `other`, the best reading that says something else, may be another field's value or a misreading. It is another
    field's where the XML states it too and the pages print both: VAT of one rate beside the whole, the buyer's number."""
    mine = max((_label(each) for each in same), default=0.0)
    if same and mine >= _LABELLED and mine >= _label(other) - 0.3:
        return True
    if places and spec.type in _ANYWHERE:
        return True  # the page names it, whomever the reader took for it
    if places:
        return _label(other) < _WELL_LABELLED or _key(other.value or other.raw_text) in scene.stated
    return spec.type not in _OWN_SHAPE and _label(other) < _LABELLED


def _key(value: str) -> str:
    if _NUMBER.fullmatch(value):
        return f"{abs(Decimal(value)).normalize():f}"
    return letters_and_digits(value)


def _label(candidate: FieldCandidate) -> float:
    evidence = candidate.evidence
    return max(evidence.get("label", 0.0), evidence.get("cue", 0.0))


def _is_same(one: StatedValue, other: FieldCandidate, spec: FieldSpec, scene: Scene) -> bool:
    return same_value(spec.type, one.value, other.value, other.raw_text, is_recognised=scene.is_recognised)


def _behind(printed: Sequence[FieldCandidate], same: Sequence[FieldCandidate]) -> tuple[FieldCandidate, ...]:
    return tuple(each for each in printed if each not in same and each.provenance.is_located)[:_MOST_BEHIND]


def as_printed(one: StatedValue, printed: FieldCandidate, spec: FieldSpec) -> FieldCandidate:
    """The stated value at the place where the page prints the same."""
    place = printed.provenance
    return FieldCandidate(
        spec.name,
        printed.raw_text,
        one.value,
        1.0,
        Provenance(place.page_number, place.polygon, place.span, ENGINE, VERSION, xml_path=one.path),
        {AGREES: 1.0},
    )


def candidate_of(
    one: StatedValue, spec: FieldSpec, scene: Scene, outcome: str, place: PrintedPlace | None
) -> FieldCandidate:
    """The stated value with its place in the XML and, where there is one, on a page."""
    provenance = Provenance(
        place.page if place else scene.first_page,
        place.polygon if place else None,
        place.span if place else None,
        ENGINE,
        VERSION,
        xml_path=one.path,
    )
    return FieldCandidate(spec.name, place.text if place else one.raw_text, one.value, 1.0, provenance, {outcome: 1.0})


def _own_place(one: StatedValue, spec: FieldSpec, scene: Scene) -> PrintedPlace | None:
    """On a page that was made of the XML: beside the number of its term, as `documents.domain.e_invoice_page` prints it."""
    places = scene.places(one.raw_text, FieldType.TEXT)
    marks = scene.places(f"({spec.from_e_invoice})", FieldType.TEXT)
    for mark in marks:
        beside = [place for place in places if place.page == mark.page and place.box.left > mark.box.left]
        near = min(beside, key=lambda place: abs(place.box.top - mark.box.top), default=None)
        if near is not None:
            return near
    return places[0] if places else None
