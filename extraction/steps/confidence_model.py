"""How sure a value is: one number 0..1 from its candidates, its evidence and the checks that it passed.

Two questions, and the lower answer counts. Is this the field's value: log-odds of what speaks for it, by hand-set weights.
Why not another one: how far the chosen candidate is ahead of its nearest rival. A learned model replaces `confidence_of`,
and nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from documents.domain.field_types.registry import field_type
from documents.domain.schema_spec import FieldSpec
from documents.domain.values import FieldCandidate
from extraction.steps.rivals import is_same_place


@dataclass(frozen=True)
class Weights:
    """What each signal adds to the log-odds. Every signal is 0..1, except `score`, whose log-odds are weighed.

    `label`: what the document says of the value: a label, a sentence, the title, or that it names no other. `alone`: nothing
    else on the pages comes near. `agreement`: independent places and engines that say the same (see merge). `free_text`:
    letters that were recognised and that no shape or check confirms. A text layer adds nothing: its letters are right, which
    says nothing about whose value they are.
    """

    bias: float
    score: float
    label: float
    alone: float
    agreement: float
    shape: float
    check_digits: float
    arithmetic: float
    free_text: float


FIELD = Weights(
    bias=0.3,
    score=0.45,
    label=1.6,
    alone=0.8,
    agreement=0.6,
    shape=0.6,
    check_digits=1.6,
    arithmetic=1.2,
    free_text=-1.5,
)
CELL = Weights(
    bias=0.8, score=0.6, label=1.5, alone=0.7, agreement=0.9, shape=0.3, check_digits=1.6, arithmetic=1.2, free_text=0.0
)
_ARITHMETIC = frozenset({"sum_equals", "net_or_gross", "column_sum_equals", "product_equals", "balance_equals"})
_SAID = ("label", "cue", "in_title", "unanimous")
_HEAD = 0.4  # of a label: the head of a page says who issued it
_MOST_LOG_ODDS = 6.0  # of a score: beyond it, more of the same kind of evidence proves nothing further
_LEAST_SCORE = 0.001
_FIRST, _RIVAL = 0.4, 0.68  # log-odds of the first of two equal ones, and what the distance to a rival elsewhere adds
_PROVEN = 2.0  # what a sum that holds adds to that distance: it holds with the chosen amount alone
_EXTENT = 1.2  # more or fewer words of the same place are a smaller question than another place
_OUTVOTED = 0.5  # how much stronger a rival's printed label may be
_CAP_OUTVOTED = 2.2  # log-odds: sums confirm, they do not outvote a printed label
_CAP_UNNAMED = 2.6  # log-odds of a text that nothing but its shape and place speaks for
_NAMED = 0.3
_FAR = 5.0  # log-odds between the chosen one and the nearest rival elsewhere, from which it is alone
_WELL_READ = 0.97
_LEAST_READING = 0.3


def confidence_of(
    candidates: Sequence[FieldCandidate], passed: Collection[str], spec: FieldSpec, weights: Weights
) -> float:
    """The confidence 0..1 that the first candidate is the value of the field, the others being its rivals. `passed` are the
    names of the checks that it passed; the caps of failed checks are the caller's.
    """
    chosen = candidates[0]
    elsewhere = [other for other in candidates[1:] if not is_same_place(other, chosen)]
    extents = [other for other in candidates[1:] if is_same_place(other, chosen)]
    distance = _distance(chosen, elsewhere)
    proof = _PROVEN if _ARITHMETIC.intersection(passed) else 0.0
    limits = [
        _log_odds(chosen, distance, passed, spec, weights),
        _FIRST + _RIVAL * distance + proof,
        _distance(chosen, extents) + _EXTENT,
    ]
    if any(_label(other) - _label(chosen) >= _OUTVOTED for other in elsewhere):
        limits.append(_CAP_OUTVOTED)
    if weights is FIELD and field_type(spec.type).is_free_text and _said(chosen) < _NAMED:
        limits.append(_CAP_UNNAMED)
    return _sigmoid(min(limits)) * _reading_factor(chosen)


def _label(candidate: FieldCandidate) -> float:
    return candidate.evidence.get("label", 0.0)


def _said(candidate: FieldCandidate) -> float:
    """What the document says of the value, 0..1."""
    return max(candidate.evidence.get(name, 0.0) for name in _SAID)


def _distance(chosen: FieldCandidate, others: Sequence[FieldCandidate]) -> float:
    """Log-odds between the chosen candidate and its best rival; infinite without one."""
    return min((_logit(chosen.score) - _logit(other.score) for other in others), default=math.inf)


def _log_odds(
    chosen: FieldCandidate, distance: float, passed: Collection[str], spec: FieldSpec, weights: Weights
) -> float:
    evidence = chosen.evidence
    signals = {
        "bias": 1.0,
        "score": min(_MOST_LOG_ODDS, _logit(chosen.score)),
        "label": max(_said(chosen), _HEAD * evidence.get("top", 0.0)),
        "alone": min(1.0, max(0.0, distance / _FAR)),
        "agreement": evidence.get("agreement", 0.0),
        "shape": evidence.get("check_digits", 0.0),
        "check_digits": float("check_digits" in passed),
        "arithmetic": float(bool(_ARITHMETIC.intersection(passed))),
        "free_text": float(field_type(spec.type).is_free_text and not evidence.get("digital")),
    }
    known: Mapping[str, float] = vars(weights)
    return sum(known[name] * size for name, size in signals.items())


def _reading_factor(candidate: FieldCandidate) -> float:
    """1 for well-read words; what the reader doubts is doubted here."""
    reading = candidate.evidence.get("reading", 1.0)
    return 1.0 if reading >= _WELL_READ else max(_LEAST_READING, 1 - 1.5 * (_WELL_READ - reading))


def _logit(score: float) -> float:
    bounded = min(1 - _LEAST_SCORE / 10, max(_LEAST_SCORE, score))
    return math.log(bounded / (1 - bounded))


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value))
