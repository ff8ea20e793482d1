"""The built-in extraction engine: candidates for every field of a schema on one page, ranked, with their place and evidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from documents.domain.field_roles import role_in, role_of
from documents.domain.field_types.base import AmountProof
from documents.domain.field_types.registry import field_type
from documents.domain.field_types.roles import Role
from documents.domain.page_reading import PageReading, ReadValue
from documents.domain.plain_text import plain
from documents.domain.schema_spec import FieldSpec, SchemaSpec
from documents.domain.values import FieldCandidate
from extraction.local.amount_proof import prove_amounts
from extraction.local.blocks import find_extents
from extraction.local.candidates import Found, find_values
from extraction.local.clauses import find_clauses
from extraction.local.features import FieldScene, LabelIndex, compound_labels, rival_phrases, role_phrases
from extraction.local.labelled import find_labelled
from extraction.local.labels import LabelHit, find_labels, without_rivals
from extraction.local.lost_spaces import with_spaces
from extraction.local.not_names import (
    all_labels,
    is_heading,
    is_part_of_name,
    is_plural,
    item_rows,
    label_places,
    phrases_of,
)
from extraction.local.page_notation import is_account, notation_of
from extraction.local.page_view import PageView, Segment
from extraction.local.party_blocks import names_in_blocks, party_of_number, without_other_party
from extraction.local.ranking import FEATURES_VERSION, Weights, best_of, ranked, read_values
from extraction.local.regions.asked import AskedRegions, asked_values, find_asked
from extraction.local.weights import WEIGHTS

MOST_VALUES = 200  # of one field on one page, that a stored reading keeps
_LONGEST_NUMBERING = 4  # characters of "12. " before a label
_PURE = 0.6


def extract_candidates(view: PageView, schema: SchemaSpec, page_number: int) -> list[FieldCandidate]:
    """The best candidates of every field, best first."""
    return rank_page(read_page(view, schema, page_number), schema)


def read_page(view: PageView, schema: SchemaSpec, page_number: int, asked: AskedRegions | None = None) -> PageReading:
    """Everything on the page that could be a value of a field, with its features; at most MOST_VALUES a field. `asked`: the
    regions that its fields are read from, else those among the words. Nobody looks for what only e-invoices state.
    """
    schema = schema.printed
    index = index_labels(view, schema)
    asked = asked or find_asked(view, schema, None)
    kept: list[ReadValue] = []
    left_out = 0
    for spec in schema.fields:
        found = read_values(build_scene(view, spec, schema, index, asked), page_number)
        kept += best_of(found, MOST_VALUES)
        left_out += max(0, len(found) - MOST_VALUES)
    ids = {field.name: field.id for field in schema.fields if field.id}
    return PageReading(schema.key, schema.version, FEATURES_VERSION, tuple(kept), left_out=left_out, field_ids=ids)


def rank_page(reading: PageReading, schema: SchemaSpec, weights: Weights = WEIGHTS) -> list[FieldCandidate]:
    """The best candidates of every field, best first, then what language models read. A field that got another name since
    is known by its id.
    """
    schema = schema.printed
    found: list[FieldCandidate] = []
    by_name: dict[str, list[ReadValue]] = {}
    for value in reading.values:
        by_name.setdefault(value.field, []).append(value)
    for spec in schema.fields:
        names = {name for name, known in reading.field_ids.items() if known == spec.id} or {spec.name}
        if names == {spec.name}:
            mine = by_name.get(spec.name, [])
        else:
            mine = [replace(value, field=spec.name) for value in reading.values if value.field in names]
        found.extend(ranked(mine, spec, weights))
    return [*found, *reading.answers]


def index_labels(view: PageView, schema: SchemaSpec) -> LabelIndex:
    """Finds the labels of all fields and the phrases of their roles and rivals in one pass."""
    labels: dict[str, None] = {}
    labels.update(dict.fromkeys(all_labels(schema, view.words)))
    for spec in schema.fields:
        labels.update(dict.fromkeys(compound_labels(spec, view.words)))
        labels.update(dict.fromkeys(role_phrases(role_in(schema, spec, view.words), view.words)))
        labels.update(dict.fromkeys(rival_phrases(spec, view.words)))
    hits = find_labels(view, labels)
    somebody = {label for spec in schema.fields if field_type(spec.type).names_somebody for label in spec.labels}
    of_labels = (
        hit
        for label in all_labels(schema, view.words)
        for hit in hits[label]
        if label not in somebody or not is_plural(hit)
    )
    return LabelIndex(hits, label_places(view, of_labels, phrases_of(schema)))


def build_scene(
    view: PageView, spec: FieldSpec, schema: SchemaSpec, index: LabelIndex, asked: AskedRegions | None = None
) -> FieldScene:
    """Candidates of one field together with the labels that speak for and against them."""
    role = role_in(schema, spec, view.words)
    own_labels = [*spec.labels, *compound_labels(spec, view.words)]
    role_labels = list(role_phrases(role, view.words))
    own = index.of(own_labels)
    mine = {plain(label) for label in (*own_labels, *role_labels)}
    rival_labels = [label for label in rival_phrases(spec, view.words) if plain(label) not in mine]
    rival_labels += [
        label for other in schema.fields if other is not spec for label in other.labels if plain(label) not in mine
    ]
    others = index.of(list(dict.fromkeys(rival_labels)))
    if field_type(spec.type).names_somebody:
        own, others = ([hit for hit in hits if not is_part_of_name(hit, view.words)] for hits in (own, others))
        own = [hit for hit in own if not is_plural(hit)]
    own, role_hits = without_rivals(own, others), without_rivals(index.of(role_labels), others)
    others = without_rivals(others, (*own, *role_hits))
    notation = notation_of(view.texts, schema.locale, is_account=is_account(schema))
    found = find_values(view, spec, schema.locale, notation)
    reader = field_type(spec.type).after_label
    if reader is not None:
        for hit in own:
            labelled = find_labelled(view, spec, reader, hit, schema.locale)
            found.extend(value for value in labelled if not _is_label(value, others))
    found = (asked_values(view, spec, own, asked) if asked else []) or found
    if field_type(spec.type).names_somebody:
        found = _without_labels(view, schema, index, found, own)
        found = [*names_in_blocks(view, role_of(spec, view.words)), *found]
    elif party := party_of_number(spec, role, schema, view.words):
        own, others, found = without_other_party(view, party, own, others, found)
    variants = find_extents(view, spec, schema.locale, _is_nobody(view, schema, index))
    found = [*find_clauses(view, spec, notation), *_without_lines_of(found, variants), *variants]
    if field_type(spec.type).names_somebody or field_type(spec.type).has_lines:
        found = [with_spaces(view, each) for each in found]
    proof = prove_amounts(found, others, (*own, *role_hits)) if role is Role.TOTAL else AmountProof()
    answered = index.places.answered
    titles = _titles(schema, index, view) if role is Role.ISSUE_DATE else ()
    return FieldScene(view, spec, role, own, role_hits, others, _distinct(found), notation, proof, titles, answered)


def _without_lines_of(found: Sequence[Found], variants: Sequence[Found]) -> list[Found]:
    """Without single lines of a name that was found whole, over several lines."""
    whole = [each.place.box for each in variants if not each.is_variant]
    return [
        each for each in found if each.segment is None or not any(box.union(each.segment.box) == box for box in whole)
    ]


def _titles(schema: SchemaSpec, index: LabelIndex, view: PageView) -> list[LabelHit]:
    """The labels of the document's own number, which is the first required one of its kind."""
    numbers = [spec for spec in schema.fields if spec.is_required and field_type(spec.type).tells_documents_apart]
    return index.of([*numbers[0].labels, *compound_labels(numbers[0], view.words)]) if numbers else []


def _without_labels(
    view: PageView, schema: SchemaSpec, index: LabelIndex, found: Sequence[Found], own: Sequence[LabelHit]
) -> list[Found]:
    """Without headings and labels, known ones and those of other fields; and without the lines of a table."""
    phrases, items = phrases_of(schema), item_rows(view)
    labelled = {hit.segment.row for hit in own}
    return [
        value
        for value in found
        if not is_heading(value.raw_text, phrases, view.words)
        and (value.segment is None or value.start > 0 or id(value.segment) not in index.places.labels)
        and (value.row not in items or value.row in labelled)
    ]


def _is_nobody(view: PageView, schema: SchemaSpec, index: LabelIndex) -> Callable[[Segment], bool]:
    """Whether a segment is a heading, a label or a line of a table."""
    phrases, items = phrases_of(schema), item_rows(view)
    return lambda segment: (
        segment.row in items or id(segment) in index.places.labels or is_heading(segment.text, phrases, view.words)
    )


def _is_label(found: Found, others: Sequence[LabelHit]) -> bool:
    """Whether what stands beside or below a label begins with another field's label, perhaps numbered: "4. Nationality"."""
    return any(
        hit.segment is found.segment
        and 0 <= hit.start - found.start <= _LONGEST_NUMBERING
        and not any(mark.isalpha() for mark in hit.segment.text[found.start : hit.start])
        and hit.purity >= _PURE
        for hit in others
    )


def _distinct(found: Sequence[Found]) -> list[Found]:
    seen: set[tuple[str | None, float, float]] = set()
    kept = []
    for item in found:
        key = (item.value, item.place.box.left, item.place.box.top)
        if key not in seen:
            seen.add(key)
            kept.append(item)
    return kept


def rank(scene: FieldScene, page_number: int) -> list[FieldCandidate]:
    """The best candidates of one field."""
    return ranked(read_values(scene, page_number), scene.spec)
