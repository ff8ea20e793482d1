"""Scoring the possible values of a field: from features to candidates, best first. The same for a page just read and for a
stored reading."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from documents.domain.field_types.registry import field_type
from documents.domain.page_reading import ReadValue
from documents.domain.provenance import Provenance
from documents.domain.schema_spec import FieldSpec
from documents.domain.values import FieldCandidate
from extraction.local.features import FieldScene, family_of, feature_vector
from extraction.local.weights import BIAS, WEIGHTS

ENGINE = "local"
ENGINE_VERSION = "1"
FEATURES_VERSION = 1  # raised where a feature gets another meaning: earlier readings are not scored with later weights
KEPT = 5
KEPT_OF_EXTENTS = 8  # of names and addresses, which may begin and end elsewhere
KEPT_OF_LIST = 50
MIN_SCORE = 0.12
MIN_SCORE_OF_ONE = (
    0.02  # of a field with one value that takes part in no sum: a person may choose what nothing speaks for
)
_SECOND_READING = 0.9  # of the score of the first

Weights = Mapping[str, Mapping[str, float]]


def read_values(scene: FieldScene, page_number: int) -> list[ReadValue]:
    """Every possible value of a field with its features, in the order in which they were found."""
    family = family_of(scene.spec, scene.role)
    found = []
    for one in scene.found:
        place = Provenance(page_number, one.place.polygon, one.place.span, ENGINE, ENGINE_VERSION)
        features = {name: size for name, size in feature_vector(scene, one).items() if size}
        is_digital = one.place.reading is None
        others = tuple(field_type(scene.spec.type).other_readings(one.raw_text, scene.notation))
        found.append(ReadValue(scene.spec.name, family, one.raw_text, one.value, place, is_digital, features, others))
    return found


def best_of(values: Sequence[ReadValue], most: int) -> list[ReadValue]:
    """The best of them by the built-in weights, in their order."""
    if len(values) <= most:
        return list(values)
    numbers = sorted(range(len(values)), key=lambda number: -score_of(values[number]))[:most]
    return [values[number] for number in sorted(numbers)]


def ranked(values: Sequence[ReadValue], spec: FieldSpec, weights: Weights = WEIGHTS) -> list[FieldCandidate]:
    """Scores the possible values of a field, keeps the best place of each, at most KEPT values (KEPT_OF_LIST of a list)."""
    most = KEPT_OF_LIST if spec.is_list else kept_of(spec)
    is_counted = spec.is_list or field_type(spec.type).cell_kind.is_numeric
    least = MIN_SCORE if is_counted else MIN_SCORE_OF_ONE
    scored = sorted(((score_of(value, weights), value) for value in values), key=lambda item: -item[0])
    best: dict[str | None, tuple[ReadValue, FieldCandidate]] = {}
    for score, value in scored:
        if score >= least and value.value not in best and len(best) < most:
            best[value.value] = value, candidate_of(value, score)
    return [reading for value, candidate in best.values() for reading in _readings(value, candidate)]


def kept_of(spec: FieldSpec) -> int:
    """How many candidates of a field's one value are kept."""
    rules = field_type(spec.type)
    return KEPT_OF_EXTENTS if rules.names_somebody or rules.has_lines else KEPT


def _readings(read: ReadValue, candidate: FieldCandidate) -> list[FieldCandidate]:
    """Returns the candidate, then its alternative readings: with any, a person decides."""
    if not read.other_values:
        return [candidate]
    evidence = candidate.evidence | {"ambiguous": 1.0}
    score = round(candidate.score * _SECOND_READING, 4)
    return [
        replace(candidate, evidence=evidence),
        *(replace(candidate, value=other, score=score, evidence=evidence) for other in read.other_values),
    ]


def score_of(value: ReadValue, weights: Weights = WEIGHTS) -> float:
    """How much speaks for a possible value, 0..1."""
    table = weights[value.family]
    return 1 / (1 + math.exp(-table[BIAS] - sum(table.get(name, 0.0) * size for name, size in value.features.items())))


def candidate_of(value: ReadValue, score: float) -> FieldCandidate:
    """The candidate that a possible value makes; `score` 0..1."""
    features = value.features
    evidence = {name: round(size, 3) for name, size in features.items()}
    evidence["label"] = round(max(features.get("label_right", 0.0), features.get("label_above", 0.0)), 3)
    if value.is_digital:
        evidence["digital"] = 1.0
    evidence["type"] = 1.0 if value.value is not None else 0.0
    evidence["reading"] = round(features.get("reading", 0.0), 3)
    return FieldCandidate(value.field, value.raw_text, value.value, round(score, 4), value.provenance, evidence)
