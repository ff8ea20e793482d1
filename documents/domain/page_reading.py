"""What the extractor could have chosen on a page, with its evidence: another ranking can be tried on it without reading again.

Stored as compressed JSON of a bounded size: names once, then one short array per value.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from documents.domain.provenance import Provenance
from documents.domain.values import FieldCandidate
from idp_project.core.geometry import Polygon
from idp_project.core.spans import Span

MOST_BYTES = 256 * 1024  # of one page, compressed
_LEVEL = 3


@dataclass(frozen=True)
class ReadValue:
    """A possible value of a field, with everything that a ranking weighs.

    `family` names the table of weights for fields of its kind; `is_digital`: a text layer has it, nobody had to recognise it;
    `features` are those that are not 0; `other_values` are what an ambiguous text may mean as well.
    """

    field: str
    family: str
    raw_text: str
    value: str | None
    provenance: Provenance
    is_digital: bool
    features: Mapping[str, float]
    other_values: tuple[str, ...] = ()


@dataclass(frozen=True)
class PageReading:
    """The possible values of one page, read as one version of a schema, in the order in which they were found.

    `features_version` says what the features mean: values of another version cannot be scored by the same model. `answers`
    are what language models read, which no ranking scores. `left_out` counts values that were too many to be kept.
    """

    schema_key: str = ""
    schema_version: str = ""
    features_version: int = 0
    values: tuple[ReadValue, ...] = ()
    answers: tuple[FieldCandidate, ...] = ()
    left_out: int = 0
    field_ids: Mapping[str, str] = field(default_factory=dict)

    def to_bytes(self, most: int = MOST_BYTES) -> bytes:
        """At most `most` bytes: of what is too large, the later half of each field's values is left out, again and again."""
        data = _packed(self)
        kept = self
        while len(data) > most and (kept.values or kept.answers):
            kept = _halved(kept)
            data = _packed(kept)
        return data

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        found = json.loads(zlib.decompress(data))
        schema_key, schema_version = found["schema"]
        return cls(
            schema_key=schema_key,
            schema_version=schema_version,
            features_version=found["version"],
            values=tuple(_values(found)),
            answers=tuple(FieldCandidate.from_dict(answer) for answer in found["answers"]),
            left_out=found["left_out"],
            field_ids=found["ids"],
        )


class _Names:
    """Numbers for names, in the order in which they come."""

    def __init__(self) -> None:
        self.known: dict[Any, int] = {}

    def number(self, name: Any) -> int:
        return self.known.setdefault(name, len(self.known))


def _packed(reading: PageReading) -> bytes:
    names, families, features, engines, places = (_Names() for _ in range(5))
    values = []
    for value in reading.values:
        origin = value.provenance
        values.append(
            [
                names.number(value.field),
                families.number(value.family),
                places.number(
                    (value.raw_text, origin.polygon, origin.span, value.is_digital)
                ),  # fields share their values' places
                value.value,
                engines.number((origin.engine, origin.engine_version)),
                [entry for name, size in value.features.items() for entry in (features.number(name), size)],
                *value.other_values,
            ]
        )
    plain = {
        "schema": [reading.schema_key, reading.schema_version],
        "version": reading.features_version,
        "page": reading.values[0].provenance.page_number if reading.values else 0,
        "values": values,
        "places": [
            [raw_text, polygon and polygon.to_list(), span and span.to_list(), int(is_digital)]
            for raw_text, polygon, span, is_digital in places.known
        ],
        "answers": [answer.to_dict() for answer in reading.answers],
        "left_out": reading.left_out,
        "ids": dict(reading.field_ids),
        "fields": list(names.known),
        "families": list(families.known),
        "features": list(features.known),
        "engines": list(engines.known),
    }
    return zlib.compress(json.dumps(plain, separators=(",", ":"), ensure_ascii=False).encode(), _LEVEL)


def _values(found: Mapping[str, Any]) -> Iterator[ReadValue]:
    places = [
        (
            raw_text,
            Polygon.from_list(polygon) if polygon else None,
            Span.from_list(span) if span else None,
            bool(digital),
        )
        for raw_text, polygon, span, digital in found["places"]
    ]
    features = found["features"]
    for name, family, place, value, engine, sizes, *others in found["values"]:
        raw_text, polygon, span, is_digital = places[place]
        origin = Provenance(found["page"], polygon, span, *found["engines"][engine])
        weighed = {features[number]: size for number, size in zip(sizes[::2], sizes[1::2], strict=True)}
        family_name = found["families"][family]
        yield ReadValue(found["fields"][name], family_name, raw_text, value, origin, is_digital, weighed, tuple(others))


def _halved(reading: PageReading) -> PageReading:
    kept: list[ReadValue] = []
    for name in dict.fromkeys(value.field for value in reading.values):
        mine = [value for value in reading.values if value.field == name]
        kept += mine[: len(mine) // 2]
    answers = reading.answers if kept else reading.answers[: len(reading.answers) // 2]
    gone = len(reading.values) - len(kept) + len(reading.answers) - len(answers)
    return replace(reading, values=tuple(kept), answers=answers, left_out=reading.left_out + gone)
