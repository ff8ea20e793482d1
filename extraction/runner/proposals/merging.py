"""The same field in several examples: sightings with the same or a similar label, the same part in a business document, or
without a label at the same place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from documents.domain.date_range import Side
from documents.domain.field_types.roles import Role
from documents.domain.schema_spec import FieldType
from extraction.runner.proposals.sightings import Sighting, overlap

_SAME_LABEL = 87.0  # of 100: a label that was read with a letter wrong
_SAME_PLACE = 0.02  # of the page: the same form filled in twice
_SHORTEST_ALIKE = 5  # letters of a label that may be spelled otherwise
_WORDS = frozenset({FieldType.TEXT, FieldType.NAME, FieldType.ADDRESS, FieldType.IDENTIFIER, FieldType.NUMBER})
_NUMBERS = frozenset({FieldType.AMOUNT, FieldType.NUMBER, FieldType.PERCENTAGE})
MOST_OF_ONE = 30  # sightings of one field in one example that are kept


@dataclass
class Cluster:
    """Sightings of one field by example, the best first."""

    sightings: dict[int, list[Sighting]] = field(default_factory=dict)

    @property
    def first(self) -> Sighting:
        return next(iter(self.sightings.values()))[0]

    @property
    def best(self) -> list[Sighting]:
        """One for each example."""
        return [mine[0] for mine in self.sightings.values()]

    @property
    def side(self) -> Side | None:
        return self.first.side

    @property
    def role(self) -> Role | None:
        return next((one.role for mine in self.sightings.values() for one in mine if one.role), None)

    @property
    def labels(self) -> list[str]:
        """As printed, the most frequent first; each once, whatever its case."""
        counts = Counter(mine[0].label for mine in self.sightings.values() if mine[0].label)
        first: dict[str, str] = {}
        for label, _ in counts.most_common():
            first.setdefault(label.casefold(), label)
        return list(first.values())

    def add(self, example: int, one: Sighting) -> None:
        mine = self.sightings.setdefault(example, [])
        if len(mine) < MOST_OF_ONE:
            mine.append(one)


def merged(examples: Sequence[Iterable[Sighting]]) -> list[Cluster]:
    """Merges all examples' sightings into fields, in order of first sighting."""
    clusters: list[Cluster] = []
    for number, sightings in enumerate(examples):
        for one in sorted(_without_periods(list(sightings)), key=lambda each: -each.score):
            home = next((cluster for cluster in clusters if _belongs(one, number, cluster)), None)
            if home is None:
                home = Cluster()
                clusters.append(home)
            home.add(number, one)
    return clusters


def _without_periods(sightings: list[Sighting]) -> list[Sighting]:
    """Without the text of a period whose two dates are there by themselves."""
    dates = [one for one in sightings if one.side]
    return [
        one
        for one in sightings
        if one.type is not FieldType.TEXT
        or not any(date.page == one.page and overlap(date.box, one.box) > 0.6 for date in dates)
    ]


def _belongs(one: Sighting, example: int, cluster: Cluster) -> bool:
    first = cluster.first
    if first.side is not one.side or not _are_alike(one.type, first.type):
        return False
    if one.key and any(one.key == other.key for other in cluster.best):
        return True
    if example in cluster.sightings:
        return False  # in one document another label is another field
    if one.role and one.role is cluster.role:
        return True
    if one.key and first.key:
        return _is_similar(one.key, cluster)
    is_same_page = one.page == first.page and one.type is first.type
    return not one.key and not first.key and is_same_page and _is_near(one, first)


def _is_similar(key: str, cluster: Cluster) -> bool:
    if len(key) < _SHORTEST_ALIKE:
        return False
    return any(
        other.key and not _differ_in_numbers(key, other.key) and fuzz.ratio(key, other.key) >= _SAME_LABEL
        for other in cluster.best
    )


def _differ_in_numbers(one: str, other: str) -> bool:
    """ "Line 1" and "Line 2" are two fields."""
    first, second = ("".join(mark for mark in text if mark.isdigit()) for text in (one, other))
    return first != second


def _are_alike(one: FieldType, other: FieldType) -> bool:
    return one is other or {one, other} <= _WORDS or {one, other} <= _NUMBERS


def _is_near(one: Sighting, other: Sighting) -> bool:
    return all(abs(a - b) < _SAME_PLACE for a, b in zip(one.box[:2], other.box[:2], strict=True))
