"""The memory of senders: values of a document chosen as people chose them on earlier documents of its sender.

What is remembered changes a value only where the page bears it out: the same words stand around another place, or the
remembered name or number is printed. A value that the machine reads the same way stays as it is. Every changed value says
that it was learned, by the engine in its provenance, so that a gate earned without the memory does not cover it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from documents.domain.absence import Absence, AbsenceCode
from documents.domain.field_roles import role_in
from documents.domain.field_types.registry import field_type
from documents.domain.field_types.roles import Role
from documents.domain.learned import MEMORY, MEMORY_VERSION, LearnedDocument, LearnedField, Surroundings
from documents.domain.page_reading import ReadValue
from documents.domain.provenance import Provenance
from documents.domain.reading_notes import LEARNED_FROM_ONE, LEARNED_FROM_SENDER
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec
from documents.domain.values import FieldCandidate, MergedField
from extraction.context import SubDocumentContext
from extraction.learning.examples import CODE_TYPES
from extraction.learning.printed import find_printed
from extraction.learning.senders import SenderSigns, is_same_sender
from extraction.learning.surroundings import likeness, surroundings_of
from extraction.local.extractor import read_page
from extraction.local.features import family_of
from extraction.local.page_view import PageView, build_page_view
from extraction.local.ranking import ENGINE, ENGINE_VERSION, candidate_of, kept_of, score_of
from idp_project.core.reasons import Reason

MOST_DOCUMENTS = 12  # of one sender, the newest
_MOST_PAGES = 4  # that are read again
_SURE = 0.9  # likeness from which the chosen place is the known one
_ALIKE, _AHEAD = (
    0.62,
    0.15,
)  # least likeness of another place, and how far it is ahead, where people corrected the field
_ALIKE_UNCORRECTED, _AHEAD_UNCORRECTED = 0.8, 0.3
_CLEAR = 0.04  # ahead of the next value
_REFUSED = 0.8
_SUPPORTS = 0.6
_MOST_SPELLINGS = 6
_LEAST_SCORE = 0.97
_OF_ISSUER = (Role.ISSUER, Role.ISSUER_ADDRESS)
_CONSTANT_TYPES = (
    FieldType.NAME, FieldType.ADDRESS, *CODE_TYPES, FieldType.CURRENCY, FieldType.EMAIL, FieldType.PHONE,
)  # fmt: skip
_REPEATED = 2  # documents after which a value that is not the sender's own is expected again


def recall_fields(fields: Sequence[MergedField], context: SubDocumentContext) -> list[MergedField]:
    """The fields with what decided documents of the sender teach; as they are where its sender is new."""
    schema = context.schema
    if schema is None or context.ask_memory is None or context.read_text is None:
        return list(fields)
    signs = signs_of(fields, context, schema)
    known = [one for one in context.ask_memory(signs.index) if is_same_sender(signs, one)][:MOST_DOCUMENTS]
    if not known:
        return list(fields)
    memory = _Memory(context, schema, known)
    return [memory.recalled(each) for each in fields]


def signs_of(fields: Sequence[MergedField], context: SubDocumentContext, schema: SchemaSpec) -> SenderSigns:
    """Of all candidates of its numbers and of the chosen names: what was read wrongly may be right in another place."""
    codes = {spec.name for spec in schema.fields if spec.type in CODE_TYPES}
    names = {spec.name for spec in schema.fields if role_in(schema, spec, context.words) is Role.ISSUER}
    found = {one.value for each in fields if each.field in codes for one in each.candidates if one.value}
    said = [each.chosen.value or each.chosen.raw_text for each in fields if each.field in names and each.chosen]
    head = next((page.head for page in context.pages if page.head), "")
    return SenderSigns(frozenset(found), tuple(said), head)


def learned_note(documents: int) -> Reason:
    return LEARNED_FROM_ONE() if documents == 1 else LEARNED_FROM_SENDER(documents=documents)


@dataclass(frozen=True)
class _Placed:
    """A candidate and its surroundings."""

    value: ReadValue
    place: Surroundings


@dataclass
class _Memory:
    """What is known of the sender, and the pages as far as they are looked at."""

    context: SubDocumentContext
    schema: SchemaSpec
    documents: Sequence[LearnedDocument]
    views: dict[int, PageView | None] = field(default_factory=dict)

    def recalled(self, merged: MergedField) -> MergedField:
        spec = self.schema.field_named(merged.field)
        known = [] if merged.item or spec.is_list else self._known(spec)
        if not known:
            return merged
        approved = [one for one in known if one.value]
        if not approved:
            return self._cleared(merged, known)
        found = self._constant(merged, spec, approved)
        if found is None and not self._is_own(spec):  # another name at the same place is another sender
            found = self._placed(merged, spec, approved)
        return _with_first(merged, spec, found) if found else merged

    def _known(self, spec: FieldSpec) -> list[LearnedField]:
        found = (one.field_named(spec.id, spec.name) for one in self.documents)
        return [one for one in found if one]

    # Values that are the same on every document

    def _constant(self, merged: MergedField, spec: FieldSpec, known: Sequence[LearnedField]) -> FieldCandidate | None:
        """The sender's own name, address or number, as people spelled it, where it is printed. Of several, for example of a chain
        with branches, the one that is printed so, or nearly so; then the most frequent."""
        is_own = self._is_own(spec)
        spelled = Counter(one.value for one in known)
        if spec.type not in _CONSTANT_TYPES or (not is_own and (len(spelled) > 1 or len(known) < _REPEATED)):
            return None
        if merged.chosen and merged.chosen.value in spelled:
            return None
        printed = []
        for value, documents in spelled.most_common(_MOST_SPELLINGS):
            raw_text = next(one.raw_text for one in known if one.value == value) or value
            if (found := self._printed(spec, known, value, raw_text)) is not None:
                printed.append((found[0], documents, found[1]))
        if not printed:
            return None
        similarity, documents, read = max(printed, key=lambda item: item[:2])
        key, chosen = field_type(spec.type).merge_key, merged.chosen
        if chosen and key(_text(chosen)) == key(read.value or "") and not any(one.is_corrected for one in known):
            return None
        return _learned(read, read.value, documents, similarity)

    def _is_own(self, spec: FieldSpec) -> bool:
        """Whether the field is about the sender itself."""
        return spec.type in CODE_TYPES or role_in(self.schema, spec, self.context.words) in _OF_ISSUER

    def _printed(
        self, spec: FieldSpec, known: Sequence[LearnedField], value: str, raw_text: str
    ) -> tuple[float, FieldCandidate] | None:
        for number in self._pages_of(known):
            view = self._view(number)
            if view and (located := find_printed(view.page_text, raw_text)):
                text = located.span.of(view.page_text.text)
                place = Provenance(number, located.polygon, located.span, ENGINE, ENGINE_VERSION)
                evidence = {"reading": located.reading if located.reading is not None else 1.0, "type": 1.0}
                return located.similarity, FieldCandidate(spec.name, text, value, _LEAST_SCORE, place, evidence)
        return None

    # Values that stand at the same place, beside the same words

    def _placed(self, merged: MergedField, spec: FieldSpec, known: Sequence[LearnedField]) -> FieldCandidate | None:
        places = [one.place for one in known if one.place]
        refused = [one.refused for one in known if one.refused]
        if not places:
            return None
        present = self._likeness_of(merged.chosen, places)
        if present >= _SURE:
            return None
        ranked = self._ranked(spec, known, places, refused)
        key = field_type(spec.type).merge_key
        if not ranked or (merged.chosen and key(_text(merged.chosen)) == key(ranked[0][1].value.value or "")):
            return None
        best, found = ranked[0]
        is_taught = any(one.is_corrected for one in known)
        least, ahead = (_ALIKE, _AHEAD) if is_taught else (_ALIKE_UNCORRECTED, _AHEAD_UNCORRECTED)
        if is_taught and self._likeness_of(merged.chosen, refused) >= _REFUSED:
            ahead = 0.0
        others = [size for size, each in ranked[1:] if key(each.value.value or "") != key(found.value.value or "")]
        if best < least or best - present < ahead or (others and best - others[0] < _CLEAR):
            return None
        documents = sum(likeness(found.place, place) >= _SUPPORTS for place in places)
        return _learned(candidate_of(found.value, score_of(found.value)), found.value.value, max(1, documents), best)

    def _ranked(
        self,
        spec: FieldSpec,
        known: Sequence[LearnedField],
        places: Sequence[Surroundings],
        refused: Sequence[Surroundings],
    ) -> list[tuple[float, _Placed]]:
        """The possible values that can be read as the field's type, the likest place first."""
        scored = []
        for one in self._values(spec, known):
            size = max(likeness(one.place, place) for place in places)
            if size > max((likeness(one.place, place) for place in refused), default=0.0):
                scored.append((size, one))
        return sorted(scored, key=lambda item: (-item[0], -score_of(item[1].value)))

    def _values(self, spec: FieldSpec, known: Sequence[LearnedField]) -> Iterator[_Placed]:
        taught = replace(spec, aliases=(*spec.aliases, *_labels(known)))
        schema = replace(self.schema, fields=tuple(taught if one is spec else one for one in self.schema.fields))
        for number in self._pages_of(known):
            view = self._view(number)
            if view is None:
                continue
            values = [each for each in read_page(view, schema, number).values if each.field == spec.name]
            for each in (*values, *self._segments(view, spec, number)):
                if each.value and each.provenance.polygon:
                    yield _Placed(each, self._around(view, each.provenance))

    def _segments(self, view: PageView, spec: FieldSpec, number: int) -> Iterator[ReadValue]:
        """Whole stretches of a line as texts, with and without what stands before a colon."""
        rules = field_type(spec.type)
        if not rules.is_free_text or spec.choices or rules.regions:
            return
        family = family_of(spec, role_in(self.schema, spec, self.context.words))
        for segment in view.segments:
            for start in {0, segment.text.find(": ") + 2 if ": " in segment.text else 0}:
                place = segment.place(start, len(segment.text))
                value = rules.normalize(place.text, self.schema.locale, spec.choices)
                if value is not None:
                    origin = Provenance(number, place.polygon, place.span, ENGINE, ENGINE_VERSION)
                    features = {"reading": 1.0 if place.reading is None else place.reading}
                    yield ReadValue(spec.name, family, place.text, value, origin, place.reading is None, features)

    def _cleared(self, merged: MergedField, known: Sequence[LearnedField]) -> MergedField:
        """Without the value that people took away each time, where it stands at the same place."""
        refused = [one.refused for one in known if one.refused]
        if not merged.chosen or self._likeness_of(merged.chosen, refused) < _REFUSED:
            return merged
        pages = [self.context.first_page, self.context.last_page]
        params = {"pages": pages, "documents": len(known)}
        absence = Absence(AbsenceCode.NOT_OF_SENDER, params, _confidence(len(known)))
        return replace(merged, candidates=(), refused=(*merged.refused, *merged.candidates), absence=absence)

    # Pages

    def _likeness_of(self, candidate: FieldCandidate | None, places: Sequence[Surroundings]) -> float:
        if candidate is None or candidate.provenance.polygon is None or not places:
            return 0.0
        view = self._view(candidate.provenance.page_number)
        if view is None:
            return 0.0
        around = self._around(view, candidate.provenance)
        return max(likeness(around, place) for place in places)

    def _around(self, view: PageView, origin: Provenance) -> Surroundings:
        assert origin.polygon
        first, last = self._numbers[0], self._numbers[-1]
        number = origin.page_number
        return surroundings_of(view, origin.polygon.bounding_box, from_start=number - first, from_end=last - number)

    @cached_property
    def _numbers(self) -> list[int]:
        return [page.number for page in self.context.pages] or [self.context.first_page]

    def _pages_of(self, known: Sequence[LearnedField]) -> list[int]:
        """Where remembered places are: counted from the first page and from the last."""
        first, last = self._numbers[0], self._numbers[-1]
        wanted: dict[int, None] = {}
        for one in known:
            if one.place:
                wanted |= dict.fromkeys((first + one.place.from_start, last - one.place.from_end))
        there = [number for number in wanted or {first: None} if number in self._numbers]
        return there[:_MOST_PAGES]

    def _view(self, number: int) -> PageView | None:
        if number not in self.views:
            text = self.context.read_text(number) if self.context.read_text else None
            self.views[number] = build_page_view(text, self.context.words) if text and text.text else None
        return self.views[number]


def _labels(known: Sequence[LearnedField]) -> list[str]:
    """The words before the known places: labels that the type may not know."""
    return list(dict.fromkeys(one.place.left for one in known if one.place and len(one.place.left) > 2))


def _text(candidate: FieldCandidate) -> str:
    return candidate.value if candidate.value is not None else candidate.raw_text


def _confidence(documents: int) -> float:
    """By Laplace's rule of succession, rounded down: all of the documents say so."""
    return math.floor((documents + 1) / (documents + 2) * 10_000) / 10_000


def _learned(candidate: FieldCandidate, value: str | None, documents: int, strength: float) -> FieldCandidate:
    """The candidate as a learned one: its evidence is what is remembered, its provenance says so."""
    evidence = {name: size for name, size in candidate.evidence.items() if name != "ambiguous"}
    evidence["label"] = max(evidence.get("label", 0.0), round(strength, 3))
    evidence["memory"] = _confidence(documents)
    place = replace(candidate.provenance, engine=MEMORY, engine_version=MEMORY_VERSION)
    return replace(
        candidate,
        value=value,
        score=max(candidate.score, _LEAST_SCORE),
        evidence=evidence,
        provenance=place.noting(learned_note(documents)),
    )


def _with_first(merged: MergedField, spec: FieldSpec, found: FieldCandidate) -> MergedField:
    key = field_type(spec.type).merge_key
    others = [one for one in merged.candidates if key(_text(one)) != key(_text(found))]
    return replace(merged, candidates=(found, *others)[: kept_of(spec)])
