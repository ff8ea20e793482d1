"""The built-in extraction engine: candidates for every field of a schema on one page, ranked, with their place and evidence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from documents.domain.field_types.base import AmountProof
from documents.domain.field_types.registry import field_type
from documents.domain.field_types.roles import Role
from documents.domain.plain_text import plain
from documents.domain.provenance import Provenance
from documents.domain.schema_spec import FieldSpec, SchemaSpec
from documents.domain.values import FieldCandidate
from extraction.local.amount_proof import prove_amounts
from extraction.local.candidates import Found, find_values
from extraction.local.features import (
    FieldScene,
    LabelIndex,
    compound_labels,
    family_of,
    feature_vector,
    rival_phrases,
    role_phrases,
)
from extraction.local.labelled import find_labelled
from extraction.local.labels import LabelHit, find_labels, without_rivals
from extraction.local.not_names import (
    all_labels,
    is_heading,
    is_part_of_name,
    item_rows,
    label_places,
    phrases_of,
)
from extraction.local.page_notation import is_account, notation_of
from extraction.local.page_view import PageView
from extraction.local.roles import role_in
from extraction.local.weights import BIAS, WEIGHTS

ENGINE = "local"
ENGINE_VERSION = "1"
KEPT = 5
MIN_SCORE = 0.12
_LONGEST_NUMBERING = 4  # characters of "12. " before a label
_PURE = 0.6
_SECOND_READING = 0.9  # of the score of the first


def extract_candidates(view: PageView, schema: SchemaSpec, page_number: int) -> list[FieldCandidate]:
    """The best candidates of every field, at most KEPT a field, best first."""
    index = index_labels(view, schema)
    found: list[FieldCandidate] = []
    for spec in schema.fields:
        scene = build_scene(view, spec, schema, index)
        found.extend(rank(scene, page_number))
    return found


def index_labels(view: PageView, schema: SchemaSpec) -> LabelIndex:
    """Finds the labels of all fields and the phrases of their roles and rivals in one pass."""
    labels: dict[str, None] = {}
    labels.update(dict.fromkeys(all_labels(schema, view.words)))
    for spec in schema.fields:
        labels.update(dict.fromkeys(compound_labels(spec, view.words)))
        labels.update(dict.fromkeys(role_phrases(role_in(schema, spec, view.words), view.words)))
        labels.update(dict.fromkeys(rival_phrases(spec, view.words)))
    hits = find_labels(view, labels)
    of_labels = (hit for label in all_labels(schema, view.words) for hit in hits[label])
    return LabelIndex(hits, label_places(view, of_labels, phrases_of(schema)))


def build_scene(view: PageView, spec: FieldSpec, schema: SchemaSpec, index: LabelIndex) -> FieldScene:
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
    own, role_hits = without_rivals(own, others), without_rivals(index.of(role_labels), others)
    others = without_rivals(others, (*own, *role_hits))
    notation = notation_of(view.texts, schema.locale, is_account=is_account(schema))
    found = find_values(view, spec, schema.locale, notation)
    reader = field_type(spec.type).after_label
    if reader is not None:
        for hit in own:
            labelled = find_labelled(view, spec, reader, hit, schema.locale)
            found.extend(value for value in labelled if not _is_label(value, others))
    if field_type(spec.type).names_somebody:
        found = _without_labels(view, schema, index, found, own)
    proof = prove_amounts(found, others) if role is Role.TOTAL else AmountProof()
    answered = index.places.answered
    titles = _titles(schema, index, view) if role is Role.ISSUE_DATE else ()
    return FieldScene(view, spec, role, own, role_hits, others, _distinct(found), notation, proof, titles, answered)


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
    """Scores every candidate, keeps the best place of each value, at most KEPT values."""
    weights = WEIGHTS[family_of(scene.spec, scene.role)]
    scored = []
    for found in scene.found:
        features = feature_vector(scene, found)
        score = 1 / (
            1 + math.exp(-weights[BIAS] - sum(weights.get(name, 0.0) * value for name, value in features.items()))
        )
        scored.append((score, features, found))
    scored.sort(key=lambda item: -item[0])
    best: dict[str | None, FieldCandidate] = {}
    for score, features, found in scored:
        if score >= MIN_SCORE and found.value not in best and len(best) < KEPT:
            best[found.value] = _candidate(scene.spec, found, score, features, page_number)
    return [reading for candidate in best.values() for reading in _readings(scene, candidate)]


def _readings(scene: FieldScene, candidate: FieldCandidate) -> list[FieldCandidate]:
    """The candidate, and behind it what its text may mean as well: then a person decides."""
    others = field_type(scene.spec.type).other_readings(candidate.raw_text, scene.notation)
    if not others:
        return [candidate]
    evidence = candidate.evidence | {"ambiguous": 1.0}
    score = round(candidate.score * _SECOND_READING, 4)
    return [
        replace(candidate, evidence=evidence),
        *(replace(candidate, value=other, score=score, evidence=evidence) for other in others),
    ]


def _candidate(
    spec: FieldSpec, found: Found, score: float, features: dict[str, float], page_number: int
) -> FieldCandidate:
    provenance = Provenance(page_number, found.place.polygon, found.place.span, ENGINE, ENGINE_VERSION)
    evidence = {name: round(value, 3) for name, value in features.items() if value}
    evidence["label"] = round(max(features["label_right"], features["label_above"]), 3)
    if found.place.reading is None:
        evidence["digital"] = 1.0
    evidence["type"] = 1.0 if found.value is not None else 0.0
    evidence["reading"] = round(features["reading"], 3)
    return FieldCandidate(spec.name, found.raw_text, found.value, round(score, 4), provenance, evidence)
