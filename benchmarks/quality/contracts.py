"""Contracts without training: four fields, one of them a list, against KEY=VALUE labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.quality.proposed import tally_candidates
from benchmarks.quality.reading import ReadPage
from benchmarks.quality.schemas import NDA
from benchmarks.quality.scoring import Tally, contract_key, contract_pair
from benchmarks.quality.steps import SubDocument, process
from documents.domain.schema_spec import SchemaSpec


def judge_contract(pages: Sequence[ReadPage], labels: Mapping[str, Any], schema: SchemaSpec = NDA) -> dict[str, Tally]:
    """Every field and all of them: sets of values, normalised (`fields`) and in the set's own notation (`strict`). A value
    given for a field without a label counts as wrong.
    """
    parts = process(pages, (schema,))
    specs = [spec for spec in schema.fields if spec.name in {wanted.name for wanted in NDA.fields}]
    tallies: dict[str, Tally] = {}
    strict: list[Tally] = []
    for spec in specs:
        known, given = labels.get(spec.name, []), _values(parts, spec.name, is_list=spec.is_list)
        tallies[spec.name] = _tally(
            {contract_key(spec.name, v) for v in given}, {contract_key(spec.name, v) for v in known}
        )
        strict.append(
            _tally({contract_pair(spec.name, v) for v in given}, {contract_pair(spec.name, v) for v in known})
        )
    tallies["fields"], tallies["strict"] = _sum(list(tallies.values())), _sum(strict)
    return tallies | tally_candidates(pages, parts, {spec.name: labels.get(spec.name, []) for spec in specs})


def _values(parts: Sequence[SubDocument], name: str, *, is_list: bool) -> list[str]:
    chosen = [field.chosen for part in parts for field in part.judged if field.field == name and field.chosen]
    values = [candidate.value or candidate.raw_text for candidate in chosen]
    return values if is_list else values[:1]


def _tally(given: set[str], known: set[str]) -> Tally:
    return Tally(len(given & known), len(given), len(known))


def _sum(tallies: Sequence[Tally]) -> Tally:
    return Tally(*(sum(getattr(tally, name) for tally in tallies) for name in ("right", "given", "labelled")))
