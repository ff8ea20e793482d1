"""Fits the weights of `extraction/local/continuity.py`: stacks are shuffled from labelled documents, pairs of pages weighed.

    python -m benchmarks.quality.fit_boundaries     prints the table

Documents that are part of a labelled packet are left out, so that the packets measure something unseen. A weight against
its known direction is noise and goes; two weights begin where people who file paper would put them.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.datasets import DATA
from benchmarks.quality.runs import prepare

SOURCES = {
    "kleister_nda": "*.pdf",
    "vrdu_adbuy": "*.pdf",
    "vrdu_fara": "*.pdf",
    "icdar2013": "*.pdf",
    "invoice2data": "*.pdf",
    "funsd": "images/*.png",
    "sroie": "img/*.jpg",
}
FOR, AGAINST = (
    frozenset(names.split())
    for names in (
        "one bare_one twin ended breaks bare_breaks separated title opening item_one item_breaks line letter margins density"
        " no_date no_code closed short type_changes type_lost source other_identifier first_look unrelated form other_form",
        "codes dates words head foot follows bare_follows later bare_later unfinished item_follows item_later cut_sentence"
        " within type_stays same_identifier",
    )
)
BEGIN = {"other_form": 3.0, "separated": 2.0}
STACKS, MOST_PAGES, PENALTY = 700, 12, 3.0


def main() -> None:
    prepare()
    pairs = list(_pairs(random.Random(1)))
    names = sorted({name for features, _ in pairs for name in features})
    table = np.array([[features.get(name, 0.0) for name in names] for features, _ in pairs])
    cut = np.array([is_cut for _, is_cut in pairs], float)
    weights = _fit_with_signs(table, cut, names)
    right = ((table @ np.array([weights.get(name, 0.0) for name in names]) > 0) == cut).mean()
    print(f"{len(pairs)} pairs of pages, {cut.mean():.0%} of them boundaries, {right:.1%} right")
    print(json.dumps({name: round(weights[name], 2) for name in sorted(weights, key=lambda name: -weights[name])}))


def _fit_with_signs(table: NDArray, cut: NDArray, names: Sequence[str]) -> dict[str, float]:
    kept = list(names)
    while True:
        columns = [names.index(name) for name in kept]
        found = _fit(table[:, columns], cut, np.array([BEGIN.get(name, 0.0) for name in kept]))
        weights = dict(zip(kept, map(float, found), strict=True))
        wrong = {
            name for name, weight in weights.items() if (name in FOR and weight < 0) or (name in AGAINST and weight > 0)
        }
        if not wrong:
            return weights
        kept = [name for name in kept if name not in wrong]


def _fit(table: NDArray, cut: NDArray, begin: NDArray) -> NDArray:
    """Logistic regression by Newton's steps, pulled towards `begin`."""
    weights = begin.copy()
    for _ in range(60):
        chance = 1 / (1 + np.exp(-table @ weights))
        slope = table.T @ (chance - cut) + PENALTY * (weights - begin)
        bend = (table * (chance * (1 - chance))[:, None]).T @ table + PENALTY * np.eye(len(weights))
        weights -= np.linalg.solve(bend, slope)
    return weights


def _pairs(chance: random.Random) -> Iterator[tuple[dict[str, float], bool]]:
    """Features of each page after the pages of its document so far, and whether it begins one."""
    from extraction.local.continuity import pair_features

    for stack in _stacks(chance):
        before: list = []
        for document in stack:
            for number, page in enumerate(document):
                if before:
                    is_separated = chance.random() < (0.12 if number == 0 else 0.01)
                    yield pair_features(before, page, is_separated), number == 0
                before = [*before, page] if number else [page]


def _stacks(chance: random.Random) -> Iterator[list[list]]:
    """Three to seven documents each, the next often of the same kind; half of them rasterised, half with known types."""
    sources = _sources()
    for _ in range(STACKS):
        is_typed, kind, stack = chance.random() < 0.5, chance.choice(list(sources)), []
        for _ in range(chance.randint(3, 7)):
            if chance.random() > 0.45:
                kind = chance.choice(list(sources))
            pages = _summaries(chance.choice(sources[kind]), chance.random() < 0.5, is_typed)
            stack.append([page for page in pages if not page.is_blank and page.fingerprint][:MOST_PAGES])
        yield [document for document in stack if document]


def _sources() -> dict[str, list[Path]]:
    packets = json.loads((DATA / "packets" / "labels.json").read_text()).values()
    used = {part["source"] for packet in packets for part in packet["documents"]}
    found = {
        name: [path for path in sorted((DATA / name).glob(pattern)) if str(path.relative_to(DATA)) not in used]
        for name, pattern in SOURCES.items()
    }
    return {name: paths for name, paths in found.items() if paths}


@cache
def _summaries(path: Path, is_rasterised: bool, is_typed: bool) -> list:
    from benchmarks.quality.reading import read_document
    from benchmarks.quality.schemas import STACK
    from benchmarks.quality.steps import summaries_of

    return summaries_of(read_document(path, is_rasterised=is_rasterised), STACK if is_typed else ())


if __name__ == "__main__":
    main()
