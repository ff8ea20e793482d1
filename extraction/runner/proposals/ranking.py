"""Which proposals come first: what is likely to be wanted of a document, by its label, its type and where it occurs."""

from __future__ import annotations

import math
from collections.abc import Mapping

from documents.domain.schema_spec import FieldType
from documents.domain.words import Words, word_set
from extraction.runner.proposals.inference import names_a_number
from extraction.runner.proposals.merging import Cluster
from extraction.runner.proposals.sightings import COMMON, FORM, NEAR, PAIR, SHAPE, is_label

WEIGHTS: Mapping[str, float] = {
    "bias": -2.0,
    "score": 2.0,
    "support": 2.0,
    "is_typed": 0.8,
    "date": 0.6,
    "amount": 0.4,
    "identifier": 0.4,
    "name": 0.6,
    "phone": -0.4,
    "number": -0.4,
    "text": -0.6,
    "role": 1.6,
    "side": 0.6,
    "labelled": 0.8,
    "pair": 0.2,
    "form": 0.4,
    "shape": 0.0,
    "near": -0.4,
    "common": 0.4,
    "numbered": 0.8,
    "checked": 0.6,
    "names": 0.0,
    "repeated": -1.2,
    "long_value": -0.8,
    "long_label": -0.6,
    "later_page": -0.6,
    "top": 0.3,
    "constant": -0.2,
    "known_label": 0.4,
}
_MOST_REPEATS = 3
_CHECKED = frozenset({FieldType.IBAN, FieldType.VAT_NUMBER, FieldType.EMAIL, FieldType.CURRENCY})
_TYPED = frozenset(FieldType) - {FieldType.TEXT, FieldType.NUMBER}


def score_of(cluster: Cluster, examples: int, words: Words) -> float:
    """0..1."""
    found = features_of(cluster, examples, words)
    return 1 / (1 + math.exp(-sum(WEIGHTS[name] * value for name, value in found.items())))


def features_of(cluster: Cluster, examples: int, words: Words) -> dict[str, float]:
    """What speaks for and against a proposal, 0..1 each."""
    best = cluster.best
    count = len(best)
    kinds = [one.type for one in best]
    sources = [one.source for one in best]
    repeats = max(len({each.raw_text for each in mine}) for mine in cluster.sightings.values())
    values = {one.value or one.raw_text for one in best}
    labels = [one.key.split() for one in best if one.key]

    def share(number: float) -> float:
        return number / count

    return {
        "bias": 1.0,
        "score": share(sum(one.score for one in best)),
        "support": count / examples,
        "is_typed": share(sum(kind in _TYPED for kind in kinds)),
        "date": share(kinds.count(FieldType.DATE)),
        "amount": share(kinds.count(FieldType.AMOUNT)),
        "identifier": share(kinds.count(FieldType.IDENTIFIER)),
        "name": share(kinds.count(FieldType.NAME) + kinds.count(FieldType.ADDRESS)),
        "phone": share(kinds.count(FieldType.PHONE)),
        "number": share(kinds.count(FieldType.NUMBER)),
        "text": share(kinds.count(FieldType.TEXT)),
        "role": float(cluster.role is not None),
        "side": float(cluster.side is not None),
        "labelled": share(len(labels)),
        "pair": share(sources.count(PAIR)),
        "form": share(sources.count(FORM)),
        "shape": share(sources.count(SHAPE)),
        "near": share(sources.count(NEAR)),
        "common": share(sources.count(COMMON)),
        "numbered": share(sum(names_a_number(one.label, words) for one in best if one.label)),
        "checked": share(sum(kind in _CHECKED for kind in kinds)),
        "names": share(sum(is_label(one.raw_text) for one in best)),
        "repeated": min(1.0, max(0, repeats - 1) / _MOST_REPEATS),
        "long_value": share(sum(len(one.raw_text.split()) > 10 for one in best)),
        "long_label": share(sum(len(label) > 4 for label in labels)),
        "later_page": share(sum(one.page > 1 for one in best)),
        "top": share(sum(1 - one.box[1] for one in best)),
        "constant": float(count > 1 and len(values) == 1),
        "known_label": share(sum(any(word in word_set(words, "form_label") for word in label) for label in labels)),
    }
