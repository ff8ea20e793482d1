"""Metrics with bootstrap intervals, resampled by document: the sets are small."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from rapidfuzz import fuzz

ROUNDS = 2000
_SEED = 20
_CENT = Decimal("0.01")
Item = TypeVar("Item")
_SAME_NAME = 85.0  # per cent of shared tokens


@dataclass(frozen=True)
class Tally:
    """Of one document: how many were right, were given and are labelled."""

    right: int
    given: int
    labelled: int


@dataclass(frozen=True)
class Measured:
    """A figure 0..1 with its 95 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def micro_f1(tallies: Sequence[Tally]) -> float:
    """F1 over all items of all documents; 1 where there is nothing to find and nothing was given."""
    right = sum(tally.right for tally in tallies)
    total = sum(tally.given + tally.labelled for tally in tallies)
    return 2 * right / total if total else 1.0


def mean_f1(tallies: Sequence[Tally]) -> float:
    """Mean of the documents' own F1: a long table counts no more than a short one."""
    return sum(micro_f1([tally]) for tally in tallies) / len(tallies)


def share_right(tallies: Sequence[Tally]) -> float:
    """Right of all labelled."""
    labelled = sum(tally.labelled for tally in tallies)
    return sum(tally.right for tally in tallies) / labelled if labelled else 1.0


def share_without_error(tallies: Sequence[Tally]) -> float:
    """Documents in which everything given is right and nothing is missing."""
    return sum(tally.right == tally.given == tally.labelled for tally in tallies) / len(tallies)


def measure(tallies: Sequence[Tally], metric: Callable[[Sequence[Tally]], float] = micro_f1) -> Measured:
    """The metric with the interval of its bootstrap over documents, with a fixed seed."""
    return _with_interval(tallies, metric)


def measure_groups(groups: Sequence[Sequence[Tally]], metric: Callable[[Sequence[Tally]], float]) -> Measured:
    """The mean of the metric over groups of documents that say the same; the groups are drawn for its interval."""
    values = [metric(group) for group in groups]
    return _with_interval(values, lambda drawn: sum(drawn) / len(drawn))


def _with_interval(items: Sequence[Item], metric: Callable[[Sequence[Item]], float]) -> Measured:
    chance = random.Random(_SEED)
    samples = sorted(metric(chance.choices(items, k=len(items))) for _ in range(ROUNDS))
    return Measured(metric(items), samples[int(0.025 * ROUNDS)], samples[int(0.975 * ROUNDS)])


def entity_key(text: str) -> str:
    """As printed without case, spaces and currency signs."""
    return re.sub(r"rm|[$€£]", "", re.sub(r"\s+", "", text.lower()))


def is_same_value(value: str | None, raw_text: str, expected: str) -> bool:
    """As printed; or the same amount within a cent, the same day, the same letters and digits."""
    if entity_key(raw_text) == entity_key(expected):
        return True
    if value is None:
        return False
    if (number := _amount(value)) is not None and (wanted := _amount(expected)) is not None:
        return abs(number - wanted) <= _CENT
    if (day := _day(value)) is not None:
        return day == _day(expected)
    return re.sub(r"\W|_", "", value).casefold() == re.sub(r"\W|_", "", expected).casefold()


def is_same_name(value: str | None, expected: str) -> bool:
    """By the set of tokens."""
    return value is not None and fuzz.token_set_ratio(value.casefold(), expected.casefold()) >= _SAME_NAME


def letters_and_digits(text: str) -> str:
    """By which a labelled value is looked for in what was read: case, spaces and punctuation do not count."""
    return re.sub(r"\W|_", "", text).casefold()


_LEGAL_FORMS = re.compile(
    r"\b(?:incorporated|inc|corporation|corp|company|co|limited|ltd|llc|llp|lp|plc|ag|nv|n v|l p|l l c)\b\.?"
)


def contract_key(name: str, value: str) -> str:
    """A value of a contract as the set's normalised metric compares it: letters and digits, without legal forms."""
    text = value.replace("_", " ").casefold().replace(".", " ")
    text = text.removeprefix("state of ")
    return letters_and_digits(_LEGAL_FORMS.sub(" ", text) if name == "party" else text)


def contract_pair(name: str, value: str) -> str:
    """KEY=VALUE in the set's own notation: upper case, no commas, an underscore for a space."""
    return f"{name}={'_'.join(value.replace(',', '').replace('_', ' ').split())}".upper()


def _amount(text: str) -> Decimal | None:
    try:
        return Decimal(re.sub(r"[$€£,\s]", "", text))
    except InvalidOperation:
        return None


def _day(text: str) -> date | None:
    for pattern, order in ((r"(\d{4})-(\d{1,2})-(\d{1,2})$", "ymd"), (r"(\d{1,2})/(\d{1,2})/(\d{2,4})$", "mdy")):
        if match := re.match(pattern, text.strip()):
            parts = dict(zip(order, map(int, match.groups()), strict=True))
            year = parts["y"] if parts["y"] > 99 else parts["y"] + (2000 if parts["y"] < 70 else 1900)
            try:
                return date(year, parts["m"], parts["d"])
            except ValueError:
                return None
    return None
