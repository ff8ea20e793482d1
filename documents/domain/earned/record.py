"""The demonstration's record: what came of generated documents, made by a command and bound to the extractor that read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from documents.domain.earned.digests import Extractor
from documents.domain.earned.plan import DEFAULT_TARGET, plan_of, standing_of


class Outcome(StrEnum):
    """What came of one document; a record of a type is a text of these letters, in order of seeds."""

    RIGHT = "r"  # it would be automatic, and all of it is right
    WRONG = "w"  # it would be automatic, and something is wrong
    PERSON = "p"  # it goes to a person


@dataclass(frozen=True)
class TypeRecord:
    """`outcomes` of the seeds `first_seed`, `first_seed + 1` …"""

    model: str
    calibrator: str
    first_seed: int
    outcomes: str

    @property
    def verdicts(self) -> list[bool]:
        """Of those that would be automatic: whether they are right."""
        return [letter == Outcome.RIGHT for letter in self.outcomes if letter != Outcome.PERSON]


@dataclass(frozen=True)
class DemonstrationRecord:
    """By key of the type."""

    types: Mapping[str, TypeRecord]

    def rests_on(self, key: str, extractor: Extractor) -> dict[str, Any] | None:
        """What an automatic approval in the demonstration rests on; None where nothing supports it.

        The true values of generated documents are known, so no reviewer misses anything.
        """
        found = self.types.get(key)
        if found is None or (found.model, found.calibrator) != (extractor.model, extractor.calibrator):
            return None
        standing = standing_of(plan_of(DEFAULT_TARGET), found.verdicts)
        if not standing.is_open:
            return None
        return {
            "source": "demonstration",
            "target": DEFAULT_TARGET / 1000,
            "bound": standing.bound,
            "documents": standing.n,
            "errors": standing.errors,
            "look": standing.look,
            "reviewers_miss": 0.0,
            "model": found.model,
            "calibrator": found.calibrator,
        }

    def to_dict(self) -> dict[str, Any]:
        return {"types": {key: vars(one) for key, one in sorted(self.types.items())}}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        return cls({key: TypeRecord(**entry) for key, entry in data["types"].items()})
