"""Reviewers err too: what share of the machine's errors they are taken to miss."""

from __future__ import annotations

from dataclasses import dataclass

from documents.domain.earned.bounds import upper_bound

CAUTIOUS = 0.10
LEAST_PEOPLE = 5  # a figure of fewer people would be a figure about persons
LEAST_DOCUMENTS = 50  # fewer tell less than the cautious figure
_CONFIDENCE = 0.95
_MOST = 0.5


@dataclass(frozen=True)
class ReviewerError:
    """`missed`: the share, 0..1; `is_cautious`: assumed, because too few people or documents were there to estimate it."""

    missed: float
    is_cautious: bool
    people: int
    documents: int


def reviewer_error(*, people: int, documents: int, slipped: int) -> ReviewerError:
    """From the blind sample of all types: `slipped` of the `documents` had a value that the reviewer put right after the
    comparison. A person who errs in a share of documents unaided is taken to miss that share of the machine's errors.
    """
    if people >= LEAST_PEOPLE and documents >= LEAST_DOCUMENTS:
        missed = min(_MOST, upper_bound(slipped, documents, _CONFIDENCE))
        return ReviewerError(round(missed, 4), False, people, documents)
    seen = slipped / documents if documents else 0.0
    return ReviewerError(round(min(_MOST, max(CAUTIOUS, seen)), 4), True, people, documents)
